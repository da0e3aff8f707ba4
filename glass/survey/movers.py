"""What else moves, besides the agent: other movers, and what fidgets in its place."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glass.survey.parts import MovingPart, PartPath, likeness
from glass.survey.subtraction import Bits, Subtracted

MOST_MOVERS = 5
"""Movers that are told of."""

SELDOM = 0.08
"""Share of the frames that a mover must be seen in to be told of."""

SAME_LOOK = 0.9
"""Likeness of looks from which on what is seen again may be the same."""

STAYS = 0.8
"""Extents up to which a mover that travels no farther stays in its place."""


@dataclass(frozen=True)
class Mover:
    """Something that moves and is not the agent."""

    parts: tuple[MovingPart, ...]
    """Where it is, in the frames in which it is seen."""
    seen: float
    """Share of the frames."""
    area: float
    """Share of a frame that it covers, median."""
    stays: bool
    """Whether it stays in its place, as crowds, judges and scoreboards do."""

    @property
    def extent(self) -> float:
        """Larger side in pixels, median."""
        return float(np.median([part.extent for part in self.parts]))

    def whereabouts(self, size: tuple[int, int]) -> str:
        """Say in words where it is in a frame (W, H)."""
        x, y = np.median([part.centre for part in self.parts], 0) / size
        down = "top" if y < 1 / 3 else "bottom" if y > 2 / 3 else ""
        across = "left" if x < 1 / 3 else "right" if x > 2 / 3 else ""
        return " ".join(word for word in (down, across) if word) or "middle"


def other_movers(paths: Sequence[PartPath], masks: Bits, subtracted: Subtracted) -> tuple[Mover, ...]:
    """Describe what moves beside the agent, whose masks are ``(N, H, W)``; those that cover most come first."""
    groups: list[list[PartPath]] = []
    for path in paths:
        if _is_agent(path, masks):
            continue
        home = next((group for group in groups if _same_thing(group[0], path)), None)
        if home is None:
            groups.append([path])
        else:
            home.append(path)
    movers = [_described(group, subtracted) for group in groups]
    notable = [mover for mover in movers if mover.seen >= SELDOM]
    return tuple(sorted(notable, key=lambda mover: -mover.seen * mover.area)[:MOST_MOVERS])


def _is_agent(path: PartPath, masks: Bits) -> bool:
    """Say whether a path is the agent's, by the outlines in its frames."""
    hits = 0
    for part in path.parts:
        left, top, right, bottom = part.box
        inside = masks[part.index, top:bottom, left:right]
        hits += int(inside.sum()) > 0.3 * part.area
    return hits > 0.5 * len(path.parts)


def _same_thing(one: PartPath, other: PartPath) -> bool:
    """Say whether two paths are those of one thing: as large, and near by, or alike and not seen together."""
    apart = np.subtract(one.seed.centre, other.seed.centre)
    near = float(np.hypot(*apart)) < max(one.seed.extent, other.seed.extent)
    again = not set(one.indices) & set(other.indices) and likeness(one.look, other.look) > SAME_LOOK
    return (near or again) and 0.4 < one.area / other.area < 2.5


def _described(group: Sequence[PartPath], subtracted: Subtracted) -> Mover:
    parts = [part for path in group for part in path.parts]
    centres = np.array([part.centre for part in parts]) - subtracted.camera[[part.index for part in parts]]
    spans: npt.NDArray[np.float64] = np.percentile(centres, 90, 0) - np.percentile(centres, 10, 0)
    extent = float(np.median([part.extent for part in parts]))
    pixels = subtracted.different[0].size
    return Mover(
        parts=tuple(parts),
        seen=len({part.index for part in parts}) / len(subtracted.places),
        area=float(np.median([part.area for part in parts])) / pixels,
        stays=float(np.linalg.norm(spans)) < STAYS * extent,
    )
