"""Measuring acts: each local action is played from rest on a few start frames, and how best to show it is found.

A local action is the code of one tick; what a person calls an act takes several, as the training clips had them. So
each is played by itself, the direction it was mostly counted in told to the model; and, where that shows what another
one shows or dissolves the agent, after ticks of those that came before it in the clips.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from PIL import Image

from glass.core.directions import DIRECTIONS
from glass.core.errors import GlassError
from glass.core.limbs import ACTS
from playground.acts.looks import Looks, looks_of, median_look
from playground.bundles.manifest import Act, Manifest
from playground.core.action import Action
from playground.engine.agent_state import AgentState
from playground.engine.inference import InferenceEngine

_TICKS = 8
"""For so many ticks each local action is played."""
_REPAINTED = 0.2
"""A first tick that changes more than this share of the farthest turns the agent, or paints it anew."""
_HEIGHT = 0.75
"""Share of what stands out most from which on a tick of such an agent is at the act's height; the last such tick is."""
_LEAD_TICKS, _LEADS, _LEAD_SHARE = 2, 3, 0.1
"""Ticks that a lead takes, how many are tried, and least share of what came before in the clips."""
_FALL_TICKS = 3
"""Most ticks of the way back to rest."""
_FALL_PRICE = 0.05
"""By how much each tick of a way back has to make its largest step smaller, as a share of going back at once."""
SAME, SEEN = 0.2, 0.25
"""Acts show the same where the height of each is nearer than the first to some tick of the other; one whose height is
nearer than the second to rest shows rest."""
_OF_FARTHEST = 0.3
"""Both are at most this share of how far the model's farthest act is from rest."""
CLEAN = 0.8
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

    rise: tuple[int, ...]
    """The local action of each tick up to its height."""
    moments: tuple[_Moment, ...]
    """What is seen in these ticks, but those that only lead to it, and maybe beyond."""
    peak: int
    """Index of the moment at its height."""
    clean: float
    """Sharpness at its height, as a share of what the model's walks have, at most 1."""

    @property
    def height(self) -> Looks:
        """What is seen at its height."""
        return self.moments[self.peak].looks

    def shows(self, other: "_Film") -> float:
        """Return how far the height of another film is from what this one shows."""
        return min(other.height.distance(moment.looks) for moment in self.moments)

    def distance(self, other: "_Film") -> float:
        """Return how far two films are from showing the same."""
        return max(self.shows(other), other.shows(self))


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
        self.same, self.seen = SAME, SEEN
        """Distances as of these, for acts that go less far, too."""

    def play(self, moment: _Moment, code: int, ticks: int, way: str = "stay") -> tuple[_Moment, ...]:
        """Return the moments after a moment in which a local action is played, the model told to go a way, in place."""
        x, y = DIRECTIONS[way]
        speed = self.manifest.speed
        action = Action((x * speed, y * speed), local_action=code, in_place=True)
        moments = []
        for _ in range(ticks):
            agents = tuple(self._engine.act(agent, action) for agent in moment.agents)
            looks = looks_of(agents)
            moment = _Moment(agents, looks, looks.sharpness_of(self.rest.looks))
            moments.append(moment)
        return tuple(moments)

    def is_told(self, code: int) -> bool:
        """Say whether limbs tell all that a local action shows."""
        return self.manifest.limb_action(code) is not None

    def film(self, code: int, lead: tuple[int, ...] = ()) -> _Film:
        """Play a local action from rest, or after what leads to it, and find its height."""
        moment = self.rest
        for before in lead:
            moment = self.play(moment, before, 1)[-1]
        moments = self.play(moment, code, _TICKS, self.ways[code])
        peak = self._height(moments)
        return _Film((*lead, *(code,) * (peak + 1)), moments, peak, self._clean(moments[peak]))

    def given_film(self, code: int, rise: tuple[int, ...]) -> _Film:
        """Play the ticks that somebody gave for a local action."""
        moments: list[_Moment] = []
        for one in rise:
            moments += self.play((moments or [self.rest])[-1], one, 1, self.ways[code] if one == code else "stay")
        return _Film(rise, tuple(moments), len(rise) - 1, self._clean(moments[-1]))

    def told_film(self, code: int) -> _Film:
        """Play the whole cycle of a local action that limbs tell."""
        return replace(self.film(code), rise=(code,) * _TICKS)

    def _clean(self, moment: _Moment) -> float:
        return min(1.0, moment.clean / self.crisp)

    def _height(self, moments: Sequence[_Moment]) -> int:
        """Return the index of the moment at an act's height.

        That is the one farthest from rest; of an agent that turned in the first tick, or was painted anew, the last one
        that stands out of the others. A blend of several poses may be far from all, too, but is not sharp.
        """
        sharp = [self._clean(one) ** 2 for one in moments]
        if not self._turns(moments):
            away = [one.looks.outline_distance(self.rest.looks) * s for one, s in zip(moments, sharp, strict=True)]
            return int(np.argmax(away))
        middle = median_look([one.looks for one in moments])
        out = [one.looks.outline_distance(middle) * s for one, s in zip(moments, sharp, strict=True)]
        return max(index for index in range(1, len(out)) if out[index] >= _HEIGHT * max(out[1:]))

    def _turns(self, moments: Sequence[_Moment]) -> bool:
        """Say whether an agent turned in the first of these moments, or was painted anew; moved pixels never are."""
        if self._engine.moves_pixels:
            return False
        away = [one.looks.outline_distance(self.rest.looks) for one in moments]
        return away[0] > _REPAINTED * max(away)

    def way_back(self, code: int, film: _Film) -> tuple[tuple[int, ...], float]:
        """Return the ticks that lead from a film's height back to near rest, and how near.

        The way back is that whose largest step is the smallest. What turned at once, or was painted anew, goes back at
        once: between two views there are only blends.
        """
        top, rest = film.moments[film.peak], self.rest.looks
        once = top.looks.distance(rest)
        if self._turns(film.moments):
            return (), once
        ways: list[tuple[float, tuple[int, ...], float]] = [(once, (), once)]
        for back in sorted({*self.manifest.default_local_actions.values(), code}):
            before, largest = top, 0.0
            for ticks, moment in enumerate(self.play(top, back, _FALL_TICKS), start=1):
                largest = max(largest, before.looks.distance(moment.looks))
                end = moment.looks.distance(rest)
                ways.append((max(largest, end) + _FALL_PRICE * once * ticks, (back,) * ticks, end))
                before = moment
        _, fall, end = min(ways)
        return fall, end


def resting_agents(engine: InferenceEngine, count: int = 6) -> tuple[AgentState, ...]:
    """Return the agents of some start frames of a model's bundle, at most `count`, evenly chosen.

    Raises:
        GlassError: a start frame cannot be read.
    """
    names, agents = engine.manifest.starts, []
    for index in sorted({round(place) for place in np.linspace(0, len(names) - 1, count)}) if names else ():
        picture = Image.open(BytesIO(engine.bundle.read(names[index])))
        with suppress(GlassError):  # there may be none in it
            agents.append(engine.open(engine.find_agent(picture))[0])
    return tuple(agents)


def measure_acts(
    engine: InferenceEngine,
    agents: Sequence[AgentState],
    given: Mapping[int, tuple[int, ...]] | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[MeasuredAct, ...]:
    """Find how each local action 1..K of a model is best played from rest, on agents of several start frames.

    Those that limbs tell are played as told. Of others walks come first, then those whose agents stay sharpest; one
    that shows the same as another before it, or dissolves the agent, whatever leads to it, is played as that one or as
    the nearest; one that shows rest is not played. Some may be `given`: the local action of each tick up to the height,
    chosen by eye. `tell` is told how many of how many are done.
    """
    stage = _Stage(engine, agents)
    codes = engine.manifest.codes
    walks = {code for way, code in engine.manifest.default_local_actions.items() if way != "stay"}
    sharp = [one.clean for code in sorted(walks) for one in stage.play(stage.rest, code, _TICKS, stage.ways[code])]
    stage.crisp = max(float(np.mean(sharp)), 1e-6)
    kept = {code: stage.given_film(code, rise) for code, rise in (given or {}).items()}
    same: dict[int, int] = {}
    for code in range(1, codes + 1):
        told = engine.manifest.limb_action(code)
        if told is not None and code not in kept:
            before = [other for other in kept if engine.manifest.limb_action(other) == told]
            if before:
                same[code] = before[0]
            else:
                kept[code] = stage.told_film(code)
    films = {code: stage.film(code) for code in range(1, codes + 1) if code not in kept and code not in same}
    resting: dict[int, MeasuredAct] = {}
    farthest = max(film.height.distance(stage.rest.looks) for film in (*kept.values(), *films.values()))
    stage.same, stage.seen = min(SAME, _OF_FARTHEST * farthest), min(SEEN, _OF_FARTHEST * farthest)
    for code in sorted(films, key=lambda code: (code not in walks, -sum(one.clean for one in films[code].moments))):
        others = tuple(kept.values())
        found = _differing_film(stage, code, films[code], others)
        height = found.height.distance(stage.rest.looks)
        new = not kept or (found.clean >= CLEAN and all(found.distance(other) >= stage.same for other in others))
        if new and height >= stage.seen:
            kept[code] = found
        elif height < stage.seen or code == engine.manifest.default_local_actions["stay"]:
            resting[code] = MeasuredAct(Act(), height, 0.0, found.clean)
        else:
            same[code] = min(kept, key=lambda other: kept[other].distance(found))
        tell(len(kept) + len(same) + len(resting), codes)
    acts = {code: _act(stage, code, film) for code, film in kept.items()} | resting
    return tuple(acts[code] if code in acts else _played_as(same[code], acts) for code in range(1, codes + 1))


def _differing_film(stage: _Stage, code: int, alone: _Film, others: Sequence[_Film]) -> _Film:
    """Return a local action's film by itself, or after a lead where only so it is clean and shows something else."""
    films = [alone]
    leads = _leads(stage.manifest, code) if stage.ways[code] == "stay" else ()
    for lead in (None, *leads):
        if lead is not None:
            films.append(stage.film(code, (lead,) * _LEAD_TICKS))
        if films[-1].clean >= CLEAN and all(films[-1].distance(other) >= stage.same for other in others):
            return films[-1]
    different = [film for film in films if all(film.distance(other) >= stage.same for other in others)]
    return max(different or films[:1], key=lambda film: film.clean)


def _act(stage: _Stage, code: int, film: _Film) -> MeasuredAct:
    if stage.is_told(code) and set(film.rise) == {code}:
        fall = (stage.manifest.default_local_actions["stay"],) * _FALL_TICKS
        end = stage.play(film.moments[-1], fall[0], _FALL_TICKS)[-1].looks.distance(stage.rest.looks)
    else:
        fall, end = stage.way_back(code, film)
    act = Act(film.rise, fall, stage.ways[code])
    return MeasuredAct(act, film.height.distance(stage.rest.looks), end, film.clean)


def _played_as(code: int, acts: dict[int, MeasuredAct]) -> MeasuredAct:
    played = acts[code]
    return MeasuredAct(Act(same_as=code), played.height, played.end, played.clean)


def _usual_way(manifest: Manifest, code: int) -> str:
    """Return the direction in which a local action was mostly counted in the training clips; an act goes nowhere."""
    if manifest.local_actions[code - 1].limbs in ACTS:
        return "stay"
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
