"""Multi-scale crop search for the agent in a picture where the model is not confident of it at first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, exp, floor, log, log2, pi, sqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.directions import EDGES
from glass.core.images import flatten
from glass.core.masks import SOLID, bounding_box
from playground.bundles.manifest import Manifest
from playground.pictures.crop_window import CropWindow, part_in_words, render_crop, resampled_mask, whole_picture
from playground.pictures.cut_outs.cutout import usual_share
from playground.pictures.frame_fitting import has_shape
from playground.pictures.mask_cleaning import agent_component
from playground.pictures.picture import Picture
from playground.pictures.pixel_art import block_size
from playground.pictures.start import (
    Start,
    agreement,
    is_sure_enough,
    shows_agent,
    solid_share,
    start_from_mask,
)

Segment = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Gives the masks (N, H, W) of frames (N, H, W, 3); see `InferenceEngine.segment`."""

SURE = 0.7
"""Confidence from which on the mask of the whole picture is taken."""
_ENOUGH, _BETTER = 0.65, 0.25
"""Least confidence of a crop, and by how much it must exceed the whole picture's, if that shows an agent too."""
_FAINT = 0.1
"""Mask value above which a model considers a pixel at all."""
_FAMILIAR = 1.5
"""Standard deviation of the logarithm of an agent's area, about the usual one: how soon another size counts against."""
_ZOOMS = (0.65, 1.0, 1.4, 2.0, 3.0, 4.0)
"""Zooms of the crops, relative to the whole picture."""
_MAX_CROPS = 100
"""Most crops of one zoom; a zoom that needs more to cover the picture is left out."""
_LARGEST_SCALE = 1.0
"""Most by which a crop enlarges a picture: none shows less of it than the frame has pixels."""
_FINALISTS, _ROUNDS = 4, 2
"""How many candidates are refined, and how often they are centred again on the agent found in them."""
_STANDS_OUT, _DISPUTED = 0.3, 0.2
"""Least agreement of a mask with what stands out of the picture, and the confidence in one that agrees less."""
_DISPUTE = "something else stands out of it"
_FARTHER = "seen from farther away, where the model is surer of its agent"
_BATCH = 8
_JITTER = ((1.0, 0.12, 0.0), (1.0, -0.12, 0.08), (0.8, 0.0, -0.05), (0.87, 0.05, 0.05), (1.15, 0.0, 0.0))
"""Zoom and shift (shares of the frame) of the crops that tell how stable a mask is."""


@dataclass(frozen=True)
class Candidate:
    """A crop, and the mask that the model finds in it."""

    crop: CropWindow
    frame: NDArray[np.uint8]
    """(H, W, 3)."""
    mask: NDArray[np.float32]
    """(H, W) in [0, 1]."""
    confidence: float
    """Of the mask, in 0..1: see `mask_confidence`."""


def find_start(picture: Picture, fitted: NDArray[np.uint8], manifest: Manifest, segment: Segment) -> Start:
    """Find the agent in an opaque picture that nothing is cut out of.

    Where the picture has another shape than the frame it is cropped to that around its agent, unless it is to be seen
    whole or the agent would be lost. What is left is taken if it has the frame's size, is to be seen whole, the model
    is confident of an agent in it, or its agents reach in from an edge or are known by the scene around them. If not,
    crops at several zooms are tried, and the best is taken if its confidence is much higher: a mask that is decided,
    compact, of a usual size, and stable, which means the same in slightly different crops. A model that is not
    sure of the whole picture is not believed in what does not stand out of it.

    Raises:
        NoAgentError: there is none.
    """
    start = _search(picture, fitted, manifest, segment)
    size = picture.image.size
    sure_of_all = start.confidence >= SURE and start.crop == whole_picture(size, manifest.frame_size)
    if sure_of_all or _needs_no_search(picture, manifest) or start.crop is None or start.confidence < _DISPUTED:
        return start
    found = resampled_mask(start.mask, start.crop, CropWindow(1.0, (size[0] / 2, size[1] / 2)), size)
    if picture.standing_out.all() or agreement(found, picture.standing_out) >= _STANDS_OUT:
        return start
    return replace(start, confidence=_DISPUTED, note="; ".join(filter(None, (start.note, _DISPUTE))))


def _needs_no_search(picture: Picture, manifest: Manifest) -> bool:
    """Say whether a picture is a frame, or seen as one, or its agent is known by what is around it."""
    is_frame = picture.whole or picture.image.size == manifest.frame_size
    return is_frame or manifest.enters is not None or manifest.has_small_agents


def _search(picture: Picture, fitted: NDArray[np.uint8], manifest: Manifest, segment: Segment) -> Start:
    """Return what a model takes for the agent, as `find_start` says."""
    mask = segment(fitted[None])[0]
    usual = usual_share(manifest.mask_size)
    crop = whole_picture(picture.image.size, manifest.frame_size)
    trust = mask_confidence(mask, usual)
    seen = shows_agent(mask, manifest)
    as_it_is = picture.whole or picture.image.size == manifest.frame_size
    if as_it_is:
        return _as_fitted(picture.name, fitted, mask, manifest, trust, crop)
    search = _Search(flatten(picture.image, picture.background), manifest, segment)
    cropped = search.filling(Candidate(search.all_of_it, fitted, mask, trust) if seen else None)
    note = ""
    if cropped is not None:
        fitted, mask, trust, seen, crop = cropped.frame, cropped.mask, cropped.confidence, True, cropped.crop
        note = f"its {part_in_words(cropped.crop, manifest.frame_size, picture.image.size)}, of the model's shape"
    if manifest.has_small_agents:  # any speck may be one: it is seen again in slightly different crops, or is none
        trust *= search.stability(Candidate(crop, fitted, mask, trust))
    if _needs_no_search(picture, manifest) or (seen and trust >= SURE):
        return _as_fitted(picture.name, fitted, mask, manifest, trust, crop, note)
    best = search.best(None if picture.standing_out.all() else bounding_box(picture.standing_out > SOLID))
    if best is not None and best.confidence >= max(_ENOUGH, trust + _BETTER if seen else 0.0):
        return Start(
            best.frame,
            agent_component(best.mask, manifest),
            best.confidence,
            _crop_note(best.crop, manifest.frame_size, picture.image.size),
            crop=best.crop,
        )
    return _as_fitted(picture.name, fitted, mask, manifest, trust, crop, note)


def mask_confidence(mask: NDArray[np.float32], usual: float) -> float:
    """Return the confidence in 0..1 that a mask (H, W) is that of one agent.

    It is the product of how decided its values are, how compact it is (1 for an ellipse, whatever its proportions), and
    a log-normal weight of its size around the `usual` share of the frame.
    """
    rows, columns = np.nonzero(mask > SOLID)
    if len(rows) < 2:
        return 0.0
    decided = float(np.abs(2 * mask[mask > _FAINT] - 1).mean())
    spread = np.cov(np.stack([columns, rows])) + np.eye(2) / 12
    compact = min(1.0, len(rows) / (4 * pi * sqrt(float(np.linalg.det(spread)))))
    return decided * compact * exp(-((log(len(rows) / mask.size / usual) / _FAMILIAR) ** 2) / 2)


def _as_fitted(
    name: str,
    frame: NDArray[np.uint8],
    mask: NDArray[np.float32],
    manifest: Manifest,
    trust: float,
    crop: CropWindow,
    note: str = "",
) -> Start:
    """Start from the picture as fitted; tell the player, after a note, where the model is not sure of it."""
    sure = is_sure_enough(trust, manifest)
    doubt = "" if sure else f"the model is not sure of its agent ({trust:.0%}); M shows and paints it"
    note = "; ".join(filter(None, (note, doubt)))
    start = start_from_mask(name, frame, agent_component(mask, manifest), manifest, found=True)
    return replace(start, confidence=trust, note=note, crop=crop)


class _Search:
    """The search through one picture."""

    def __init__(self, image: Image.Image, manifest: Manifest, segment: Segment) -> None:
        self._image = image
        self._halved = {1: image}
        self._manifest = manifest
        self._frame_size = manifest.frame_size
        self._segment = segment
        self._usual = usual_share(manifest.mask_size)
        self._whole = self.all_of_it.scale
        self._natural = 1 / block_size(image)
        self._largest = max(_LARGEST_SCALE, self._whole)

    def best(self, box: tuple[int, int, int, int] | None) -> Candidate | None:
        """Return the candidate of the highest confidence times stability; None where no crop shows an agent.

        What stands out tells where to look: the box (left, top, right, bottom) around that, if any.
        """
        candidates = self._segment_crops(self._tiles() if box is None else self._around(box))[:_FINALISTS]
        for _ in range(_ROUNDS):
            crops = [crop for candidate in candidates for crop in self._recentred(candidate)]
            candidates = self._segment_crops(crops)[:_FINALISTS]
        finalists = [replace(found, confidence=self.stability(found) * found.confidence) for found in candidates]
        return max(finalists, key=lambda found: found.confidence, default=None)

    @property
    def all_of_it(self) -> CropWindow:
        """The crop that shows all of the picture."""
        return whole_picture(self._image.size, self._frame_size)

    def filling(self, fitted: Candidate | None) -> Candidate | None:
        """Return the largest crop within a picture of another shape than the frame, around the agent in it.

        None where the shapes agree, no such crop shows an agent that fits into the model's window, or what is `fitted`,
        if that does, is surer of it. An edge that agents reach in from stays in the crop.
        """
        if has_shape(self._image.size, self._frame_size):
            return None
        sides = list(zip(self._image.size, self._frame_size, strict=True))
        scale = max(room / side for side, room in sides)
        across, down = (_places(side, room / scale) for side, room in sides)
        if len(across) * len(down) > _MAX_CROPS:
            return None
        middles = [(x, y) for x in across for y in down]
        if fitted is not None:
            middles.append(_middle(fitted, self._frame_size))
        found = self._segment_crops(list(dict.fromkeys(self._within(scale, middle) for middle in middles)))[:1]
        if found:  # centred on the agent, unless that is less sure
            centred = self._segment_crops([self._within(scale, _middle(found[0], self._frame_size))])
            found = [crop for crop in centred if crop.confidence >= found[0].confidence - _BETTER] or found
        least = 0.0 if fitted is None else fitted.confidence - _BETTER
        return next((crop for crop in found if crop.confidence >= least and self._fits_window(crop.mask)), None)

    def _fits_window(self, mask: NDArray[np.float32]) -> bool:
        """Say whether the agent of a mask (H, W) fits into the model's window; one that reaches in need not."""
        extents = [int(np.ptp(np.flatnonzero((mask > SOLID).any(axis)))) + 1 for axis in (0, 1)]
        return self._manifest.enters is not None or max(extents) <= self._manifest.window

    def _within(self, scale: float, middle: tuple[float, float]) -> CropWindow:
        """Return a crop of a scale about a point, within the picture, at the edge that agents reach in from, if any."""
        edge = EDGES.get(self._manifest.enters or "", (0, 0))
        x, y = ((at, 0.0, side)[way] for at, side, way in zip(middle, self._image.size, edge, strict=True))
        return self._shifted_inside(CropWindow(scale, (x, y)))

    def _scales(self) -> list[float]:
        """Return the scales of crops at several zooms."""
        scales = {self._whole * zoom for zoom in _ZOOMS} | {self._natural}
        return sorted(scale for scale in scales if 0.5 * self._whole <= scale <= self._largest)

    def _around(self, box: tuple[int, int, int, int]) -> list[CropWindow]:
        """Return crops about the middle of a box (left, top, right, bottom) at several zooms."""
        middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return [self._shifted_inside(CropWindow(scale, middle)) for scale in self._scales()]

    def _tiles(self) -> list[CropWindow]:
        """Return overlapping crops that cover the picture, at several zooms."""
        crops = []
        for scale in self._scales():
            across, down = (
                _places(side, room / scale) for side, room in zip(self._image.size, self._frame_size, strict=True)
            )
            if len(across) * len(down) <= _MAX_CROPS:
                crops += [CropWindow(scale, (x, y)) for x in across for y in down]
        return crops

    def _recentred(self, candidate: Candidate) -> list[CropWindow]:
        """Return crops centred on a candidate's agent: at its scale, the usual one, between them, in whole pixels."""
        middle = _middle(candidate, self._frame_size)
        scale = candidate.crop.scale
        usual = scale * sqrt(self._usual / solid_share(candidate.mask))
        scales = {scale, usual, sqrt(scale * usual), self._natural if 0.6 < self._natural / usual < 1.7 else usual}
        return [self._shifted_inside(CropWindow(min(near, self._largest), middle)) for near in sorted(scales)]

    def _shifted_inside(self, crop: CropWindow) -> CropWindow:
        """Return a crop moved so that it reaches beyond the picture as little as it can."""
        sides = zip(crop.centre, self._image.size, self._frame_size, strict=True)
        x, y = (
            side / 2 if room / crop.scale >= side else min(max(at, room / crop.scale / 2), side - room / crop.scale / 2)
            for at, side, room in sides
        )
        return replace(crop, centre=(x, y))

    def _segment_crops(self, crops: Sequence[CropWindow]) -> list[Candidate]:
        """Return the candidates of crops, the most confident first, without those that show no agent."""
        candidates = []
        for first in range(0, len(crops), _BATCH):
            batch = crops[first : first + _BATCH]
            for crop, frame, mask in zip(batch, *self._masks(batch), strict=True):
                if shows_agent(mask, self._manifest):
                    confidence = mask_confidence(mask, self._usual) * self._uncropped_share(mask, crop)
                    candidates.append(Candidate(crop, frame, mask, confidence))
        return sorted(candidates, key=lambda found: -found.confidence)

    def _uncropped_share(self, mask: NDArray[np.float32], crop: CropWindow) -> float:
        """Return 1 for a mask that its crop does not cut where the picture goes on, and less the longer the cut is."""
        solid = mask > SOLID
        rims = zip((solid[:, 0], solid[0]), (solid[:, -1], solid[-1]), strict=True)
        cut = 0
        for at, side, room, (first, last) in zip(crop.centre, self._image.size, self._frame_size, rims, strict=True):
            start, end = at - room / crop.scale / 2, at + room / crop.scale / 2
            cut += int(first.sum()) * (start > 1) + int(last.sum()) * (end < side - 1)
        return max(0.0, 1 - cut / sqrt(np.count_nonzero(solid)))

    def _masks(self, crops: Sequence[CropWindow]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        frames = np.stack([render_crop(*self._nearby(crop), self._frame_size) for crop in crops])
        return frames, self._segment(frames)

    def _nearby(self, crop: CropWindow) -> tuple[Image.Image, CropWindow]:
        """Return the picture halved so often that the crop still shrinks it by a third or more, and the crop in it.

        A large picture is so read once for all crops of a zoom, and not for each.
        """
        factor = 2 ** max(0, floor(log2(0.75 / crop.scale)))
        if factor not in self._halved:
            self._halved[factor] = self._image.reduce(factor)
        x, y = crop.centre
        return self._halved[factor], CropWindow(crop.scale * factor, (x / factor, y / factor))

    def stability(self, candidate: Candidate) -> float:
        """Return the stability score in 0..1: how well the masks of slightly different crops agree."""
        width, height = self._frame_size
        (x, y), scale = candidate.crop.centre, candidate.crop.scale
        crops = [
            CropWindow(scale * zoom, (x + across * width / scale, y + down * height / scale))
            for zoom, across, down in _JITTER
        ]
        masks = self._masks(crops)[1]
        back = [
            resampled_mask(mask, crop, candidate.crop, (width, height)) for crop, mask in zip(crops, masks, strict=True)
        ]
        return float(np.mean([agreement(candidate.mask, mask) for mask in back]))


def _places(side: float, room: float) -> list[float]:
    """Return the middles of the rooms, half overlapping, that cover a side; one where it is all in one room."""
    if room >= side:
        return [side / 2]
    count = ceil((side - room) / (room / 2)) + 1
    return [float(place) for place in np.linspace(room / 2, side - room / 2, count)]


def _middle(candidate: Candidate, frame_size: tuple[int, int]) -> tuple[float, float]:
    """Return the centre (x, y), in pixels of the picture, of the bounding box of a candidate's mask."""
    rows, columns = np.nonzero(candidate.mask > SOLID)
    edges = ((columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2)
    centre, scale = candidate.crop.centre, candidate.crop.scale
    x, y = (at + (edge - room / 2) / scale for at, edge, room in zip(centre, edges, frame_size, strict=True))
    return float(x), float(y)


def _crop_note(crop: CropWindow, frame_size: tuple[int, int], size: tuple[int, int]) -> str:
    """Return the note that says why a crop of a picture of a size (width, height) is shown."""
    part = part_in_words(crop, frame_size, size)
    return f"its {part}, where the model is surer of its agent" if part else _FARTHER
