"""The search for the agent in a picture that a model does not understand at first sight: nearer, farther, elsewhere."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, exp, floor, log, log2, pi, sqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.bundles.manifest import Manifest
from playground.core.constants import SOLID
from playground.pictures.cutout import usual_share
from playground.pictures.flat_background import cut_from_ground
from playground.pictures.mask_cleaning import only_agent
from playground.pictures.picture import FittedPicture, Picture, fit_picture
from playground.pictures.pixels import block_size, flatten
from playground.pictures.start import Start, agreement, shows_agent, solid_share, start_from

Segment = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Gives the masks (N, H, W) of frames (N, H, W, 3); see `Engine.segment`."""

SURE = 0.7
"""Sureness from which on a first sight is trusted."""
_DOUBT = 0.5
"""Sureness below which the player is told."""
_ENOUGH, _BETTER = 0.6, 0.1
"""How sure a view must be at least, and by how much surer than the whole picture where that shows an agent too."""
_FAINT = 0.1
"""Mask value above which a model considers a pixel at all."""
_FAMILIAR = 1.5
"""How soon another size than the usual counts against a view: a standard deviation of the logarithm of its area."""
_ZOOMS = (0.65, 1.0, 1.4, 2.0, 3.0, 4.0)
"""How much nearer than the whole picture a view is."""
_MOST_VIEWS = 100
"""Most views of one zoom; a zoom that needs more to cover the picture is left out."""
_LARGEST_SCALE = 2.0
"""Most by which a view enlarges a picture."""
_FINALISTS, _ROUNDS = 4, 2
"""How many views are followed, and how often they are centred on what is seen in them."""
_BATCH = 8
_JITTER = ((1.0, 0.12, 0.0), (1.0, -0.12, 0.08), (0.8, 0.0, -0.05), (0.87, 0.05, 0.05), (1.15, 0.0, 0.0))
"""Zoom and shares of the frame by which a view is moved to see whether its mask stays."""


@dataclass(frozen=True)
class View:
    """A part of a picture, as large as the frame once it is scaled; it may reach beyond the picture."""

    scale: float
    """Pixels of the frame for a pixel of the picture."""
    centre: tuple[float, float]
    """Its middle (x, y) in pixels of the picture."""


@dataclass(frozen=True)
class Sight:
    """What a model sees in a view."""

    view: View
    frame: NDArray[np.uint8]
    """(H, W, 3)."""
    mask: NDArray[np.float32]
    """(H, W) in [0, 1]."""
    sureness: float
    """How sure the model is, in 0..1."""


def find_start(picture: Picture, fitted: FittedPicture, manifest: Manifest, segment: Segment) -> Start:
    """Find the agent in an opaque picture.

    A picture that has the frame's size is taken as it is. Of others, what stands alone on a ground of one colour is cut
    out. Else the picture as fitted is taken if the model is sure of an agent in it. If not, nearer and farther views of
    the picture are tried, and the one that the model is clearly surer of is taken: whose mask is decided, compact, of a
    familiar size, and the same from slightly different views.

    Raises:
        NoAgentError: there is none.
    """
    cut = None if picture.image.size == manifest.frame_size else cut_from_ground(picture)
    if cut is not None:
        placed = fit_picture(cut, manifest.frame_size, manifest.window, mask_size=manifest.mask_size)
        start = start_from(placed, None, manifest)
        trust = agreement(segment(start.frame[None])[0], start.mask)
        return replace(start, confidence=trust, note="cut out of its ground of one colour")
    mask = segment(fitted.frame[None])[0]
    usual = usual_share(manifest.mask_size)
    trust = sureness(mask, usual)
    seen = shows_agent(mask, manifest)
    if picture.image.size == manifest.frame_size or (seen and trust >= SURE):
        return _as_fitted(fitted, mask, manifest, trust)
    best = _Search(flatten(picture.image, picture.background), manifest, segment).best()
    if best is not None and best.sureness >= max(_ENOUGH, trust + _BETTER if seen else 0.0):
        return Start(
            best.frame,
            only_agent(best.mask, manifest),
            best.sureness,
            _where(best.view, manifest.frame_size, picture.image.size),
        )
    return _as_fitted(fitted, mask, manifest, trust)


def sureness(mask: NDArray[np.float32], usual: float) -> float:
    """Return in 0..1 how much a mask (H, W) looks like that of one agent.

    It is the product of how decided its values are, how compact it is (1 for an ellipse, whatever its proportions),
    and how near its size is to the `usual` share of the frame.
    """
    rows, columns = np.nonzero(mask > SOLID)
    if len(rows) < 2:
        return 0.0
    decided = float(np.abs(2 * mask[mask > _FAINT] - 1).mean())
    spread = np.cov(np.stack([columns, rows])) + np.eye(2) / 12
    compact = min(1.0, len(rows) / (4 * pi * sqrt(float(np.linalg.det(spread)))))
    return decided * compact * exp(-((log(len(rows) / mask.size / usual) / _FAMILIAR) ** 2) / 2)


def _as_fitted(fitted: FittedPicture, mask: NDArray[np.float32], manifest: Manifest, trust: float) -> Start:
    """Start from the picture as fitted; tell the player where the model is not sure of it."""
    note = "" if trust >= _DOUBT else f"the model is not sure of its agent ({trust:.0%}); M shows and paints it"
    return replace(start_from(fitted, only_agent(mask, manifest), manifest), confidence=trust, note=note)


class _Search:
    """One search through one picture."""

    def __init__(self, image: Image.Image, manifest: Manifest, segment: Segment) -> None:
        self._image = image
        self._halved = {1: image}
        self._manifest = manifest
        self._frame_size = manifest.frame_size
        self._segment = segment
        self._usual = usual_share(manifest.mask_size)
        self._whole = min(self._frame_size[0] / image.width, self._frame_size[1] / image.height)
        self._natural = 1 / block_size(image)

    def best(self) -> Sight | None:
        """Return the view whose mask is the surest and stays; None where no view shows an agent."""
        sights = self._look(self._views())[:_FINALISTS]
        for _ in range(_ROUNDS):
            sights = self._look(view for sight in sights for view in self._nearer(sight))[:_FINALISTS]
        finalists = [replace(sight, sureness=self._steady(sight) * sight.sureness) for sight in sights]
        return max(finalists, key=lambda sight: sight.sureness, default=None)

    def _views(self) -> list[View]:
        """Return views that together show all of the picture, at several zooms."""
        scales = {self._whole * zoom for zoom in _ZOOMS} | {self._natural}
        views = []
        for scale in sorted(scale for scale in scales if 0.5 * self._whole <= scale <= _LARGEST_SCALE):
            across, down = (
                _places(side, room / scale) for side, room in zip(self._image.size, self._frame_size, strict=True)
            )
            if len(across) * len(down) <= _MOST_VIEWS:
                views += [View(scale, (x, y)) for x in across for y in down]
        return views

    def _nearer(self, sight: Sight) -> list[View]:
        """Return views with the agent of a sight in the middle: as large as it is, as usual, and in whole pixels."""
        middle = _middle(sight, self._frame_size)
        scale = sight.view.scale
        usual = scale * sqrt(self._usual / solid_share(sight.mask))
        scales = {scale, usual, sqrt(scale * usual), self._natural if 0.6 < self._natural / usual < 1.7 else usual}
        return [self._inside(View(min(near, _LARGEST_SCALE), middle)) for near in sorted(scales)]

    def _inside(self, view: View) -> View:
        """Return a view moved so that it shows as little beyond the picture as it can."""
        sides = zip(view.centre, self._image.size, self._frame_size, strict=True)
        x, y = (
            side / 2 if room / view.scale >= side else min(max(at, room / view.scale / 2), side - room / view.scale / 2)
            for at, side, room in sides
        )
        return replace(view, centre=(x, y))

    def _look(self, views: Iterable[View]) -> list[Sight]:
        """Return what is seen in views, the surest first, without those that show no agent of a possible size."""
        views = list(views)
        sights = []
        for first in range(0, len(views), _BATCH):
            batch = views[first : first + _BATCH]
            for view, frame, mask in zip(batch, *self._masks(batch), strict=True):
                if shows_agent(mask, self._manifest):
                    sights.append(Sight(view, frame, mask, sureness(mask, self._usual) * self._uncut(mask, view)))
        return sorted(sights, key=lambda sight: -sight.sureness)

    def _uncut(self, mask: NDArray[np.float32], view: View) -> float:
        """Return 1 for a mask that no edge of its view cuts where the picture goes on, and less for one that is cut."""
        solid = mask > SOLID
        rims = zip((solid[:, 0], solid[0]), (solid[:, -1], solid[-1]), strict=True)
        cut = 0
        for at, side, room, (first, last) in zip(view.centre, self._image.size, self._frame_size, rims, strict=True):
            start, end = at - room / view.scale / 2, at + room / view.scale / 2
            cut += int(first.sum()) * (start > 1) + int(last.sum()) * (end < side - 1)
        return max(0.0, 1 - cut / sqrt(np.count_nonzero(solid)))

    def _masks(self, views: Sequence[View]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        frames = np.stack([see(*self._nearby(view), self._frame_size) for view in views])
        return frames, self._segment(frames)

    def _nearby(self, view: View) -> tuple[Image.Image, View]:
        """Return the picture halved so often that the view still shrinks it by a third or more, and the view of that.

        A large picture is so read once for all views of a zoom, and not for each.
        """
        factor = 2 ** max(0, floor(log2(0.75 / view.scale)))
        if factor not in self._halved:
            self._halved[factor] = self._image.reduce(factor)
        x, y = view.centre
        return self._halved[factor], View(view.scale * factor, (x / factor, y / factor))

    def _steady(self, sight: Sight) -> float:
        """Return in 0..1 how well the masks of slightly different views agree with that of a sight."""
        width, height = self._frame_size
        (x, y), scale = sight.view.centre, sight.view.scale
        views = [
            View(scale * zoom, (x + across * width / scale, y + down * height / scale))
            for zoom, across, down in _JITTER
        ]
        masks = self._masks(views)[1]
        back = [_seen_again(mask, view, sight.view) for view, mask in zip(views, masks, strict=True)]
        return float(np.mean([agreement(sight.mask, mask) for mask in back]))


def see(image: Image.Image, view: View, frame_size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a view of an RGB image as a frame (H, W, 3); beyond the picture its edge goes on."""
    spans, box = [], []
    for at, side, room in zip(view.centre, image.size, frame_size, strict=True):
        start = at - room / view.scale / 2
        first = min(max(round(-start * view.scale), 0), room - 1)
        last = min(max(round((side - start) * view.scale), first + 1), room)
        spans.append((first, room - last))
        low = min(max(0.0, start + first / view.scale), side - 1.0)
        box.append((low, max(min(float(side), start + last / view.scale), low + 1.0)))
    size = (frame_size[0] - sum(spans[0]), frame_size[1] - sum(spans[1]))
    (left, right), (top, bottom) = box
    whole = (1 / view.scale).is_integer()
    smooth = Image.Resampling.BOX if whole else Image.Resampling.LANCZOS
    seen = image.resize(size, smooth, box=(left, top, right, bottom), reducing_gap=3.0)
    return np.pad(np.asarray(seen), (spans[1], spans[0], (0, 0)), mode="edge")


def _places(side: float, room: float) -> list[float]:
    """Return the middles of the rooms, half overlapping, that cover a side; one where it is all in one room."""
    if room >= side:
        return [side / 2]
    count = ceil((side - room) / (room / 2)) + 1
    return [float(place) for place in np.linspace(room / 2, side - room / 2, count)]


def _middle(sight: Sight, frame_size: tuple[int, int]) -> tuple[float, float]:
    """Return where in the picture the middle of what a sight masks is."""
    rows, columns = np.nonzero(sight.mask > SOLID)
    edges = ((columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2)
    centre, scale = sight.view.centre, sight.view.scale
    x, y = (at + (edge - room / 2) / scale for at, edge, room in zip(centre, edges, frame_size, strict=True))
    return float(x), float(y)


def _seen_again(mask: NDArray[np.float32], view: View, other: View) -> NDArray[np.float32]:
    """Return the mask (H, W) of a view as it lies in another view; 0 outside."""
    height, width = mask.shape
    ratio = view.scale / other.scale
    x, y = ((o - v) * view.scale for o, v in zip(other.centre, view.centre, strict=True))
    left, top = width / 2 + x - width / 2 * ratio, height / 2 + y - height / 2 * ratio
    image = Image.fromarray(mask)
    coefficients = (ratio, 0.0, left, 0.0, ratio, top)
    return np.asarray(image.transform((width, height), Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR))


def _where(view: View, frame_size: tuple[int, int], size: tuple[int, int]) -> str:
    """Say which part of a picture of a size a view shows."""
    spans = []
    for at, side, room in zip(view.centre, size, frame_size, strict=True):
        start = at - room / view.scale / 2
        spans.append((max(0, round(start)), min(side, round(start + room / view.scale))))
    (left, right), (top, bottom) = spans
    if (left, top, right, bottom) == (0, 0, *size):
        return "seen from farther away, where the model is surer of its agent"
    return f"its part of {right - left}x{bottom - top} pixels at ({left}, {top}), where the model is surer of its agent"
