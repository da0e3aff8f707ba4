"""Measuring acts: each local action is played from rest on a few start frames, and how best to show it is found.

A local action is the code of one tick; what a person calls an act takes several, as the training clips had them. So
each is played by itself, the direction it was mostly counted in told to the model; and, where that shows what another
one shows or dissolves the agent, after ticks of those that came before it in the clips.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from glass.core.directions import DIRECTIONS
from playground.acts.looks import Looks, looks_of, median_look
from playground.bundles.manifest import Act, Manifest
from playground.core.action import Action
from playground.engine.agent_state import AgentState
from playground.engine.inference import InferenceEngine

_TICKS = 8
"""For so many ticks each local action is played."""
_FIRST_PEAK = 1
"""Index of the first tick in which a pose may be at its height: in the one before it the agent may but turn."""
_HEIGHT = 0.85
"""Share of the highest score from which on a tick is at the act's height; the last such tick is."""
_LEAD_TICKS, _LEADS, _LEAD_SHARE = 2, 3, 0.1
"""Ticks that a lead takes, how many are tried, and least share of what came before in the clips."""
_FALL_TICKS = 2
"""Most ticks of the way back to rest."""
_FALL_PRICE = 0.03
"""What a longer way back has to bring, in distance to rest."""
SAME = 0.25
"""Acts show the same where the height of each is nearer than this to some tick of the other; feet alone make 0.15."""
CLEAN = 0.85
"""Least sharpness at an act's height, as a share of what the model's walks have: below it the agent dissolves."""


@dataclass(frozen=True)
class MeasuredAct:
    """An act, and how it is seen."""

    act: Act
    """How to play it."""
    height: float
    """How far its height is from rest, as `Looks.distance` says."""
    end: float
    """How far the agent is from rest after its last tick, before it rests."""
    clean: float
    """Sharpness at its height, as a share of what the model's walks have, at most 1."""


@dataclass(frozen=True)
class _Moment:
    """A tick of a film."""

    agents: tuple[AgentState, ...]
    looks: Looks
    clean: float
    """Mean sharpness, as a share of that at rest."""


@dataclass(frozen=True)
class _Film:
    """A local action, played for some ticks."""

    lead: tuple[int, ...]
    """What was played before."""
    moments: tuple[_Moment, ...]
    peak: int
    """Index of the tick at its height."""
    clean: float
    """Sharpness at its height, as a share of what the model's walks have, at most 1."""

    @property
    def height(self) -> Looks:
        """What is seen at its height."""
        return self.moments[self.peak].looks

    def shows(self, other: "_Film") -> float:
        """Return how far the height of another film is from what this one shows."""
        return min(other.height.distance(moment.looks) for moment in self.moments)

    def differs(self, other: "_Film") -> bool:
        """Say whether one of two films shows something that the other does not."""
        return max(self.shows(other), other.shows(self)) >= SAME


class _Stage:
    """Plays local actions of a model on several start frames at once."""

    def __init__(self, engine: InferenceEngine, agents: Sequence[AgentState]) -> None:
        """Begin with agents at rest."""
        self.manifest = engine.manifest
        self._engine = engine
        rest = looks_of(agents)
        self.rest = _Moment(tuple(agents), rest, 1.0)
        self.ways = {code: _usual_way(engine.manifest, code) for code in range(1, engine.manifest.codes + 1)}
        self.crisp = 1.0
        """Sharpness of walks, as a share of that at rest."""

    def play(self, moment: _Moment, code: int, ticks: int, way: str = "stay") -> tuple[_Moment, ...]:
        """Return the moments after a moment in which a local action is played, the model told to go a way, in place."""
        x, y = DIRECTIONS[way]
        speed = self.manifest.speed
        action = Action((x * speed, y * speed), local_action=code, in_place=True)
        moments = []
        for _ in range(ticks):
            agents = tuple(self._engine.act(agent, action) for agent in moment.agents)
            looks = looks_of(agents)
            clean = float((looks.sharpness / np.maximum(self.rest.looks.sharpness, 1e-6)).mean())
            moment = _Moment(agents, looks, clean)
            moments.append(moment)
        return tuple(moments)

    def film(self, code: int, lead: tuple[int, ...] = ()) -> _Film:
        """Play a local action from rest, or after what leads to it, and find its height."""
        moment = self.rest
        for before in lead:
            moment = self.play(moment, before, 1)[-1]
        moments = self.play(moment, code, _TICKS, self.ways[code])
        middle = median_look([one.looks for one in moments])
        clean = [min(1.0, one.clean / self.crisp) for one in moments]
        # What stands out of an act is its height; a blend of several poses may, too, but is not sharp.
        scores = [one.looks.outline_distance(middle) * share**2 for one, share in zip(moments, clean, strict=True)]
        highest = max(scores[_FIRST_PEAK:])
        peak = max(index for index in range(_FIRST_PEAK, _TICKS) if scores[index] >= _HEIGHT * highest)
        return _Film(lead, moments, peak, clean[peak])

    def way_back(self, code: int, film: _Film) -> tuple[tuple[int, ...], float]:
        """Return the ticks that lead from a film's height back to near rest, if any do, and how near."""
        top = film.moments[film.peak]
        found = [(top.looks.distance(self.rest.looks), 0, code)]
        for back in sorted({*self.manifest.default_local_actions.values(), code}):
            for ticks, moment in enumerate(self.play(top, back, _FALL_TICKS), start=1):
                found.append((moment.looks.distance(self.rest.looks), ticks, back))
        _, ticks, back = min(found, key=lambda one: one[0] + _FALL_PRICE * one[1])
        return (back,) * ticks, next(end for end, *way in found if way == [ticks, back])


def measure_acts(
    engine: InferenceEngine, agents: Sequence[AgentState], tell: Callable[[int, int], None] = lambda done, of: None
) -> tuple[MeasuredAct, ...]:
    """Find how each local action 1..K of a model is best played from rest, on agents of several start frames.

    Those whose agents stay sharpest come first; one that shows the same as another before it, whatever leads to it, is
    played as that one. `tell` is told how many of how many are done.
    """
    stage = _Stage(engine, agents)
    codes = engine.manifest.codes
    walks = {code for way, code in engine.manifest.default_local_actions.items() if way != "stay"}
    sharp = [one.clean for code in sorted(walks) for one in stage.play(stage.rest, code, _TICKS, stage.ways[code])]
    stage.crisp = float(np.mean(sharp))
    films = {code: stage.film(code) for code in range(1, codes + 1)}
    kept: dict[int, _Film] = {}
    same: dict[int, int] = {}
    for code in sorted(films, key=lambda code: -sum(one.clean for one in films[code].moments)):
        others = [film for film in kept.values()]
        found = _differing_film(stage, code, films[code], others)
        if all(found.differs(other) for other in others):
            kept[code] = found
        else:
            same[code] = min(kept, key=lambda other: max(kept[other].shows(found), found.shows(kept[other])))
        tell(len(kept) + len(same), codes)
    acts = {code: _act(stage, code, film) for code, film in kept.items()}
    return tuple(acts[code] if code in acts else _played_as(same[code], acts) for code in range(1, codes + 1))


def _differing_film(stage: _Stage, code: int, alone: _Film, others: Sequence[_Film]) -> _Film:
    """Return a local action's film by itself, or after a lead where only so it is clean and shows something else."""
    films = [alone]
    leads = _leads(stage.manifest, code) if stage.ways[code] == "stay" else ()
    for lead in (None, *leads):
        if lead is not None:
            films.append(stage.film(code, (lead,) * _LEAD_TICKS))
        if films[-1].clean >= CLEAN and all(films[-1].differs(other) for other in others):
            return films[-1]
    different = [film for film in films if all(film.differs(other) for other in others)]
    return max(different or films[:1], key=lambda film: film.clean)


def _act(stage: _Stage, code: int, film: _Film) -> MeasuredAct:
    fall, end = stage.way_back(code, film)
    act = Act((*film.lead, *(code,) * (film.peak + 1)), fall, stage.ways[code])
    return MeasuredAct(act, film.height.distance(stage.rest.looks), end, film.clean)


def _played_as(code: int, acts: dict[int, MeasuredAct]) -> MeasuredAct:
    played = acts[code]
    return MeasuredAct(Act(same_as=code), played.height, played.end, played.clean)


def _usual_way(manifest: Manifest, code: int) -> str:
    """Return the direction in which a local action was mostly counted in the training clips."""
    counts = {way: sum(row[code - 1] for row in manifest.transitions.local_actions[way]) for way in DIRECTIONS}
    return max(counts, key=lambda way: counts[way])


def _leads(manifest: Manifest, code: int) -> tuple[int, ...]:
    """Return the other local actions that mostly came before one while standing, the most frequent first."""
    counts = {
        before: row[code - 1]
        for before, row in enumerate(manifest.transitions.local_actions["stay"], start=1)
        if before != code
    }
    often = [before for before in counts if counts[before] > _LEAD_SHARE * sum(counts.values())]
    return tuple(sorted(often, key=lambda before: -counts[before])[:_LEADS])
