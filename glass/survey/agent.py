"""The agent among what moves: chosen by size, place and steadiness, or named by a person, and followed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glass.core.errors import GlassError
from glass.footage.cache import Footage
from glass.survey.follow import LINKED_LIKE, Links, Outline, follow
from glass.survey.movers import Mover, other_movers
from glass.survey.parts import MovingPart, PartPath, find_paths, likeness
from glass.survey.recognise import Recogniser, recognise
from glass.survey.subtraction import Bits, Subtracted, subtract_backgrounds

TRIED = 5
"""Paths that are followed to see which goes on for longest."""

SAME_SIZE, NAMED_LOOK, NAMED_LINKED, SAME_QUALITY = 2.5, 0.9, 0.8, 0.3
"""Times that the agent may be larger or smaller when it comes again, how alike it must look where it is named, from
frame to frame, too, and share of the first path's quality that others must have."""

SHORTEST_VISIT = 0.4
"""Seconds of the shortest path that is the agent's."""

NEAR, NEAR_SECONDS, LARGER = 0.06, 0.5, 0.1
"""Share of the frame's width and seconds by which a named place may miss its mover; what it costs, beside them, to be e
times as large."""

SEVERAL_AGENTS, RIVAL_SIZE = 0.4, 0.35
"""Share of the frames with the agent in which another mover, of that share of its size, may be seen."""

EDGES, REACHES_IN, CUT_OFF, AT_EDGE = ("left", "top", "right", "bottom"), 0.5, 0.35, 0.03
"""Edges of a frame; share of the frames in which one cuts off an agent that reaches in from there; share of the agent's
width that is at it then; share of the frame's shorter side, where films may have a black border, that is the edge."""

SPEED_SECONDS = 0.15
"""Seconds over which speeds are measured."""


@dataclass(frozen=True)
class NamedAgent:
    """Who is meant, as a person says it."""

    x: float
    """Pixels of the frames that are looked at,"""
    y: float
    """down."""
    seconds: float | None
    """When it is there, from the beginning of all clips; None for the first time that something is."""


@dataclass(frozen=True)
class AgentDetections:
    """Where the agent is in the frames that were looked at."""

    subtracted: Subtracted
    """The frames, and what of them is not background."""
    masks: Bits
    """``(N, H, W)`` the agent's outlines, empty where it is not seen."""
    alone: npt.NDArray[np.bool_]
    """``(N,)`` whether it is seen, and touches nothing else that moves."""
    boxes: npt.NDArray[np.int64]
    """``(N, 4)`` left, top, right, bottom in pixels, right and bottom beyond it; zeros where it is not seen."""
    speeds: npt.NDArray[np.float64]
    """``(N,)`` pixels a second that it travels over the background; nan where that is not known."""
    movers: tuple[Mover, ...]
    """What else moves, the most notable first."""

    @property
    def places(self) -> npt.NDArray[np.int64]:
        """``(N,)`` numbers of the frames in the footage."""
        return self.subtracted.places

    @property
    def steadiness(self) -> float:
        """In [0, 1]: how little the outlines' size changes from frame to frame, and how often they stand alone."""
        sizes = self.sizes
        both = (sizes[1:] > 0) & (sizes[:-1] > 0)
        if not both.any():
            return 0.0
        changes = np.abs(np.log(sizes[1:][both] / sizes[:-1][both]))
        return float(np.exp(-4 * np.median(changes)) * self.alone[self.seen].mean())

    def touches(self) -> npt.NDArray[np.bool_]:
        """Say of the frames with the agent ``(M, 4)`` which edges it touches: left, top, right, bottom."""
        height, width = self.masks.shape[1:]
        boxes, near = self.boxes[self.seen], round(AT_EDGE * min(height, width))
        return np.concatenate([boxes[:, :2] <= near, boxes[:, 2:] >= (width - near, height - near)], 1)

    @property
    def at_edge(self) -> float:
        """Share of the frames with the agent in which it touches the frame's edge."""
        touches = self.touches()
        return float(touches.any(1).mean()) if len(touches) else 0.0

    def reaches_in_from(self, edge: str) -> bool:
        """Say whether an edge (``left``, ``top``, ``right``, ``bottom``) mostly cuts the agent off; heads touch it."""
        masks = self.masks[self.seen]
        if not len(masks):
            return False
        side = EDGES.index(edge)
        along = np.flip(masks, 2 if edge == "right" else 1) if side > 1 else masks
        along = along.transpose(0, 2, 1) if side % 2 == 0 else along
        near = max(1, round(AT_EDGE * min(masks.shape[1:])))
        widths = along[:, :near].any(1).sum(1) / along.sum(2).max(1)
        return float((widths > CUT_OFF).mean()) > REACHES_IN

    @property
    def sizes(self) -> npt.NDArray[np.float64]:
        """``(N,)`` share of the frame that the agent covers; 0 where it is not seen."""
        shares: npt.NDArray[np.float64] = self.masks.mean((1, 2))
        return shares

    @property
    def seen(self) -> npt.NDArray[np.bool_]:
        """``(N,)``: the agent was seen."""
        shown: npt.NDArray[np.bool_] = np.asarray(self.masks.any((1, 2)))
        return shown

    @property
    def changed(self) -> npt.NDArray[np.float64]:
        """``(N,)`` share of the frame that is not background, the agent included."""
        shares: npt.NDArray[np.float64] = self.subtracted.different.mean((1, 2))
        return shares

    def rivals(self) -> list[int]:
        """Numbers, in the report, of movers that are about as large as the agent and often seen together with it."""
        usual, seen = float(np.median(self.sizes[self.seen])), self.seen
        found = []
        for number, mover in enumerate(self.movers, 2):
            together = len({part.index for part in mover.parts if seen[part.index]}) / max(1, int(seen.sum()))
            if together > SEVERAL_AGENTS and mover.area > RIVAL_SIZE * usual and not mover.stays:
                found.append(number)
        return found


def find_agent(footage: Footage, named: NamedAgent | None = None) -> AgentDetections:
    """Look for the agent in all takes, or for the one that is named.

    Raises:
        GlassError: nothing moves where the agent is said to be.
    """
    subtracted = subtract_backgrounds(footage)
    paths = find_paths(footage, subtracted)
    search = _AgentSearch(footage, subtracted, paths)
    found = search.named(named) if named else search.likeliest()
    height, width = subtracted.different.shape[1:]
    count = len(subtracted.places)
    masks, alone = np.zeros((count, height, width), np.bool_), np.zeros(count, np.bool_)
    for index, outline in found.items():
        masks[index], alone[index] = outline.mask, outline.alone
    boxes = boxes_of(masks)
    speeds = speeds_of(boxes, alone, subtracted)
    return AgentDetections(subtracted, masks, alone, boxes, speeds, other_movers(paths, masks, subtracted))


class _AgentSearch:
    """Search for the agent along the paths of parts."""

    def __init__(self, footage: Footage, subtracted: Subtracted, paths: list[PartPath]) -> None:
        self._footage, self._subtracted = footage, subtracted
        shortest = max(2, round(SHORTEST_VISIT * subtracted.rate))
        self._paths = [path for path in paths if len(path.parts) >= shortest]
        self._all, self._links = paths, Links(paths)
        self._followed: dict[tuple[int, int, int], dict[int, Outline]] = {}

    def likeliest(self) -> dict[int, Outline]:
        """Follow the likeliest paths and keep to the one of most weight, in its take and, by size, in the others."""
        if not self._paths:
            return {}
        tried: list[tuple[float, PartPath]] = []
        known: set[int] = set()
        for path in self._paths[: 4 * TRIED]:
            if path.seed.index in known and len(known & set(path.indices)) > 0.5 * len(path.parts):
                continue
            outlines = self._follow(path.seed, self._of_take(path), False)
            tried.append((self._quality(path) * len(outlines), path))
            if len(tried) == TRIED:
                break
        best = max(tried, key=lambda pair: pair[0])[1]
        return self._everywhere(best, best.seed, by_look=False)

    def named(self, named: NamedAgent) -> dict[int, Outline]:
        """Follow who is named, and whoever looks and is sized like it."""
        seed = self._named_part(named)
        path = next(path for path in self._all if seed in path.parts)
        found = self._everywhere(path, seed, by_look=True)
        here = {index: found[index] for index in self._of_take(path) if index in found}
        known = Recogniser(self._footage, self._subtracted, here)
        return found | recognise(self._subtracted, known, found)

    def _everywhere(self, path: PartPath, seed: MovingPart, by_look: bool) -> dict[int, Outline]:
        """Follow the path from its seed, then others that may be the same agent, in its take and in all others."""
        found = dict(self._follow(seed, self._of_take(path), by_look))
        home = int(self._subtracted.takes[seed.index])
        area = seed.area if by_look else path.area
        for take in [home, *(int(number) for number in np.unique(self._subtracted.takes) if number != home)]:
            ranked = sorted(
                (other for other in self._paths if self._take(other) == take),
                key=lambda other: -other.score * np.exp(-abs(np.log(other.area / area))),
            )
            usual = (area, self._quality(path)) if take == home else None
            for other in ranked:
                covered = sum(index in found for index in other.indices) / len(other.parts)
                if covered > 0.5 or (by_look and likeness(other.look, seed.look) < NAMED_LOOK):
                    continue
                if usual is None:  # The likeliest of another take sets what is usual there.
                    usual = other.area, self._quality(other)
                alike = 1 / SAME_SIZE <= other.area / usual[0] <= SAME_SIZE
                if alike and self._quality(other) >= SAME_QUALITY * usual[1]:
                    free = [index for index in self._of_take(other) if index not in found]
                    if other.seed.index in free:
                        found |= self._follow(other.seed, free, by_look)
        return found

    def _named_part(self, named: NamedAgent) -> MovingPart:
        """Find the part nearest to the named place and time."""
        subtracted, near = self._subtracted, NEAR * self._footage.frame_size[0]
        times = subtracted.places / self._footage.rate
        if named.seconds is not None and named.seconds > len(self._footage.frames) / self._footage.rate:
            raise GlassError(f"--agent: the clips end before {named.seconds:g} seconds; name an earlier moment")
        found: list[tuple[float, MovingPart]] = []
        for part in (part for path in self._all for part in path.parts):
            late = float(times[part.index]) if named.seconds is None else abs(float(times[part.index]) - named.seconds)
            apart = _distance(named, part)
            if apart <= near and (named.seconds is None or late <= NEAR_SECONDS):
                # What is larger is it together with something else, as likely as not.
                found.append((late + NEAR_SECONDS * (apart / near + LARGER * float(np.log(part.area))), part))
        best = min(found, key=lambda pair: pair[0])[1] if found else None
        if best is None:
            when = "" if named.seconds is None else f" at {named.seconds:g} seconds"
            raise GlassError(
                f"--agent: nothing moves there{when}; name a place and moment where the agent is by itself"
            )
        return best

    def _follow(self, seed: MovingPart, free: Sequence[int], by_look: bool) -> dict[int, Outline]:
        key = seed.index, seed.label, len(free)
        if key not in self._followed:
            like = NAMED_LINKED if by_look else LINKED_LIKE
            self._followed[key] = follow(self._footage, self._subtracted, self._links, seed, free, like)
        return self._followed[key]

    def _take(self, path: PartPath) -> int:
        return int(self._subtracted.takes[path.parts[0].index])

    def _of_take(self, path: PartPath) -> list[int]:
        return [int(index) for index in np.flatnonzero(self._subtracted.takes == self._take(path))]

    def _quality(self, path: PartPath) -> float:
        """Score of a path, however long it is seen."""
        return path.score / len(path.parts) * len(self._of_take(path))


def _distance(named: NamedAgent, part: MovingPart) -> float:
    """Pixels from a named place to a part's box."""
    left, top, right, bottom = part.box
    across = max(left - named.x, 0, named.x - right + 1)
    down = max(top - named.y, 0, named.y - bottom + 1)
    return float(np.hypot(across, down))


def boxes_of(masks: Bits) -> npt.NDArray[np.int64]:
    """Return the boxes ``(N, 4)`` of masks ``(N, H, W)``: left, top, right, bottom; zeros of an empty one."""
    return np.stack([_box(mask) for mask in masks])


def _box(mask: Bits) -> npt.NDArray[np.int64]:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return np.zeros(4, np.int64)
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])


def speeds_of(
    boxes: npt.NDArray[np.int64], alone: npt.NDArray[np.bool_], subtracted: Subtracted
) -> npt.NDArray[np.float64]:
    """Pixels a second ``(N,)`` that the middles of boxes ``(N, 4)`` travel; nan where that is not known."""
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2 - subtracted.camera
    step = max(1, round(SPEED_SECONDS * subtracted.rate))
    speeds = np.full(len(boxes), np.nan)
    known = alone[:-step] & alone[step:] & (subtracted.takes[:-step] == subtracted.takes[step:])
    travelled = np.linalg.norm(middles[step:] - middles[:-step], axis=1) * subtracted.rate / step
    speeds[:-step] = np.where(known, travelled, np.nan)
    return speeds
