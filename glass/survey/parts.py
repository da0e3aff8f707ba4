"""Connected parts of what is not background, and their paths through the frames of a take."""

from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
import numpy.typing as npt

from glass.footage.cache import Footage
from glass.survey.subtraction import Bits, Pixels, Subtracted

SMALLEST_PART = 0.0008
"""Share of the frame of the smallest part that counts."""

LEVELS = 6
"""Levels of each colour that looks are compared by."""

FARTHEST, SIZE_RATIO, LEAST_ALIKE = 1.0, 3.0, 0.35
"""From frame to frame a part may go so many times its extent, grow so many times, and has to look so alike."""

WHOLE_TRAVEL, WHOLE_LIVELINESS = 1.0, 0.2
"""Extents that a path spans, and by which it differs from a straight one, from which on it could not be more."""


@dataclass(frozen=True)
class MovingPart:
    """A connected part of what is not background in a frame."""

    index: int
    """Number of the frame among those that are looked at."""
    box: tuple[int, int, int, int]
    """Left, top, right, bottom in pixels, right and bottom beyond it."""
    area: int
    """Pixels."""
    centre: tuple[float, float]
    """x and y in pixels."""
    label: int
    """Its number in the frame, 0 is none."""
    look: npt.NDArray[np.float32]
    """``(LEVELS**3,)`` share of each colour."""

    @property
    def extent(self) -> int:
        """Larger side of the box in pixels."""
        return max(self.box[2] - self.box[0], self.box[3] - self.box[1])


def look_of(frame: Pixels, mask: Bits) -> npt.NDArray[np.float32]:
    """Return the shares ``(LEVELS**3,)`` of colours of a frame ``(H, W, 3)`` within a mask ``(H, W)``.

    A colour between two levels counts for both, for the nearer one more.
    """
    place = frame[mask].astype(np.float32) * np.float32((LEVELS - 1) / 255)
    low = np.minimum(place.astype(np.int64), LEVELS - 2)
    high = place - low
    shares = np.zeros(LEVELS**3)
    for corner in product((0, 1), repeat=3):
        weights = np.where(corner, high, 1 - high).prod(1)
        bins = (low + corner) @ np.array([LEVELS * LEVELS, LEVELS, 1])
        shares += np.bincount(bins, weights, LEVELS**3)
    return (shares / max(1e-6, float(shares.sum()))).astype(np.float32)


def likeness(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    """Return in [0, 1] how alike two looks are (Bhattacharyya coefficient)."""
    return float(np.sqrt(one * other).sum())


def parts_of(index: int, frame: Pixels, labels: npt.NDArray[np.int16]) -> list[MovingPart]:
    """List those parts of a frame that are large enough, by their labels ``(H, W)``."""
    found = []
    for label in range(1, int(labels.max()) + 1):
        mask = labels == label
        area = int(mask.sum())
        if area < max(6.0, SMALLEST_PART * mask.size):
            continue
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        box = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
        y, x = np.nonzero(mask)
        found.append(MovingPart(index, box, area, (float(x.mean()), float(y.mean())), label, look_of(frame, mask)))
    return found


@dataclass(frozen=True)
class PartPath:
    """A part followed through neighbouring frames of a take."""

    parts: tuple[MovingPart, ...]
    """One a frame, in order."""
    score: float
    """How likely it is the agent: by how long it is seen, its size, travel, liveliness, steadiness and place."""
    travel: float
    """Pixels that it spans over the background."""

    @property
    def indices(self) -> range:
        """Numbers of its frames."""
        return range(self.parts[0].index, self.parts[-1].index + 1)

    @property
    def area(self) -> float:
        """Median of its pixels."""
        return float(np.median([part.area for part in self.parts]))

    @property
    def look(self) -> npt.NDArray[np.float32]:
        """Mean of its looks."""
        mean: npt.NDArray[np.float32] = np.mean([part.look for part in self.parts], 0)
        return mean

    @property
    def seed(self) -> MovingPart:
        """The part to follow it from: of usual size, in the middle of the path."""
        area, middle = self.area, len(self.parts) / 2
        costs = [abs(np.log(part.area / area)) + abs(n - middle) / len(self.parts) for n, part in enumerate(self.parts)]
        return self.parts[int(np.argmin(costs))]


def find_paths(footage: Footage, subtracted: Subtracted) -> list[PartPath]:
    """Find parts in all frames that were looked at and link those of neighbouring ones; the likeliest agent first."""
    size = footage.frame_size
    ended: list[list[MovingPart]] = []
    open_paths: list[list[MovingPart]] = []
    for index in range(len(subtracted.places)):
        parts = parts_of(index, subtracted.frame(footage, index), subtracted.labels[index])
        if index and subtracted.takes[index] != subtracted.takes[index - 1]:
            ended, open_paths = ended + open_paths, []
        links = sorted(
            (cost, n, m)
            for n, path in enumerate(open_paths)
            for m, part in enumerate(parts)
            if (cost := _distance(path[-1], part)) is not None
        )
        continued: dict[int, int] = {}
        for _, n, m in links:
            if n not in continued and m not in continued.values():
                continued[n] = m
        ended += [path for n, path in enumerate(open_paths) if n not in continued]
        new = [[part] for m, part in enumerate(parts) if m not in continued.values()]
        open_paths = [[*open_paths[n], parts[m]] for n, m in continued.items()] + new
    counts = np.bincount(subtracted.takes)
    paths = [
        _scored(path, subtracted, int(counts[subtracted.takes[path[0].index]]), size) for path in ended + open_paths
    ]
    return sorted(paths, key=lambda path: -path.score)


def _distance(before: MovingPart, after: MovingPart) -> float | None:
    """How far apart two parts are, in their extents and in looks; None if they cannot be the same."""
    ratio = after.area / before.area
    apart = float(np.hypot(after.centre[0] - before.centre[0], after.centre[1] - before.centre[1]))
    reach = FARTHEST * max(before.extent, after.extent, 8)
    same = likeness(before.look, after.look)
    if apart > reach or not 1 / SIZE_RATIO <= ratio <= SIZE_RATIO or same < LEAST_ALIKE:
        return None
    return apart / reach + abs(float(np.log(ratio))) + (1 - same)


def _scored(parts: list[MovingPart], subtracted: Subtracted, frames: int, size: tuple[int, int]) -> PartPath:
    """Return a path with its score; see `PartPath`."""
    centres = np.array([part.centre for part in parts]) - subtracted.camera[[part.index for part in parts]]
    areas = np.array([part.area for part in parts], np.float64)
    extent = float(np.median([part.extent for part in parts]))
    spans = np.percentile(centres, 95, 0) - np.percentile(centres, 5, 0)
    travel = float(np.linalg.norm(spans))
    ticks = np.arange(len(parts))
    straight = centres
    if len(parts) > 2:
        straight = np.stack([np.polyval(np.polyfit(ticks, line, 1), ticks) for line in centres.T], 1)
    lively = float(np.sqrt(((centres - straight) ** 2).sum(1).mean())) / (WHOLE_LIVELINESS * extent)
    looks = [likeness(before.look, after.look) for before, after in pairwise(parts)]
    steady = float(np.exp(-np.log(areas).std()) * np.mean(looks)) if looks else 0.0
    at_edge = [p.box[0] <= 0 or p.box[1] <= 0 or p.box[2] >= size[0] or p.box[3] >= size[1] for p in parts]
    score = (
        len(parts)
        / frames
        * float(np.sqrt(np.median(areas) / (size[0] * size[1])))
        * float(np.clip(travel / (WHOLE_TRAVEL * extent), 0.05, 1))
        * (0.3 + 0.7 * min(1.0, lively))
        * steady
        * (1 - 0.5 * float(np.mean(at_edge)))
    )
    return PartPath(tuple(parts), score, travel)
