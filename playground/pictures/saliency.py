"""Saliency: what stands out from a picture's border, as a guess of the agent where no model is sure of it.

Regions of like colour are rated as in Zhu, Liang, Wei and Sun, "Saliency optimization from robust background
detection" (CVPR 2014): a region that is connected with much of the border, for its size, is background; one is salient
for how its colour differs from the background near it, and for how near it is to the middle. What is salient then
begins a GrabCut.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from playground.pictures.box_cut import Levels, enlarged_mask, grab_cut

_SIDE = 160
"""Longer side in pixels of the picture in which regions are sought."""
_CUT_SIDE = 320
"""The same of the picture in which what stands out is cut out."""
_SPACING = 11
"""Pixels between the first centres of regions."""
_COMPACT = 1.2
"""How much a distance of one pixel counts, against a difference in colour of one, for a region."""
_ROUNDS = 4
"""Iterations in which regions and their centres are found in turns."""
_ALIKE = 9.0
"""Differences in colour (CIE Lab) up to which regions are taken for one."""
_CONNECTED = 1.0
"""Boundary connectivity around which a region is taken for background."""
_NEAR = 0.3
"""Distance, of the picture's longer side, within which backgrounds are compared with a region."""
_CENTRED = 0.42
"""The same from the middle within which an agent is expected."""
_SURELY, _HARDLY = 0.75, 0.2
"""Saliency from which on what is seen is the agent for sure, and below which it is the background for sure."""
_SIDES = 0.02
"""How far from an outline, as a share of the picture's longer side, its two sides are compared."""
_ALONG, _CONTRAST = 10, 8.0
"""Percentile of their differences in colour (CIE Lab) along an outline, and the least one of something seen whole."""
_GAP, _HOLE = 0.01, 0.1
"""Half the gap, of the picture's longer side, up to which parts belong together; share of it that a hole is below."""


def salient_mask(pixels: NDArray[np.uint8]) -> Levels:
    """Return the mask (H, W), 0 or 1, of what stands out most of pixels (H, W, 3); 0 all over where nothing does."""
    height, width = pixels.shape[:2]
    shrunk = min(1.0, _CUT_SIDE / max(height, width))
    size = (max(1, round(width * shrunk)), max(1, round(height * shrunk)))
    pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    saliency = saliency_map(pixels)
    level, _ = cv2.threshold((saliency * 255 + 0.5).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)
    likely = saliency > max(level / 255, _HARDLY)
    labels = np.where(likely, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[saliency < _HARDLY / 4] = cv2.GC_BGD
    labels[saliency > _SURELY] = cv2.GC_FGD
    found = _one_thing(grab_cut(pixels, labels), saliency).astype(np.float32)
    return np.round(enlarged_mask(found, (width, height)))


def _one_thing(found: NDArray[np.bool_], saliency: Levels) -> NDArray[np.bool_]:
    """Return the most salient of the things that were found, (H, W), with small holes in it filled."""
    reach = 2 * round(_GAP * max(found.shape)) + 1
    near = cv2.dilate(found.astype(np.uint8), np.ones((reach, reach), np.uint8))
    count, labels = cv2.connectedComponents(near)
    sums = np.bincount(labels[found], saliency[found], count)
    kept = found & (labels == sums.argmax())
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~kept).astype(np.uint8))
    left, top, width, height, areas = stats.T
    inner = (left > 0) & (top > 0) & (left + width < found.shape[1]) & (top + height < found.shape[0])
    return np.asarray(kept | (inner & (areas < _HOLE * kept.sum()))[labels] & ~kept, bool)


def has_outline(pixels: NDArray[np.uint8], mask: Levels) -> bool:
    """Say whether colours differ on both sides of a mask's outline (H, W) in pixels (H, W, 3), nearly all along it.

    If not, it cuts through something that is larger, such as a face that fills its picture.
    """
    lab = cv2.cvtColor(pixels.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    inside = np.round(mask).astype(np.float32)
    outline = cv2.morphologyEx(inside.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    side = 2 * max(2, round(_SIDES * max(mask.shape))) + 1
    means = [
        cv2.blur(lab * side_of[..., None], (side, side)) / np.maximum(cv2.blur(side_of, (side, side)), 1e-4)[..., None]
        for side_of in (inside, 1 - inside)
    ]
    contrast = np.linalg.norm(means[0] - means[1], axis=2)[outline]
    return len(contrast) > 0 and bool(np.percentile(contrast, _ALONG) >= _CONTRAST)


def saliency_map(pixels: NDArray[np.uint8]) -> Levels:
    """Return how salient each of the pixels (H, W, 3) is, (H, W) in 0..1."""
    height, width = pixels.shape[:2]
    shrunk = min(1.0, _SIDE / max(height, width))
    size = max(8, round(width * shrunk)), max(8, round(height * shrunk))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.float32) / np.float32(255)
    colours = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.float32)
    regions = _regions(colours)
    rated = _rated(regions, colours)
    smooth = cv2.GaussianBlur(rated[regions].astype(np.float32), (0, 0), 1.0)
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _regions(colours: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the number of each pixel's region, (H, W), of Lab colours (H, W, 3): simple linear iterative clustering.

    A region is what is nearest to its centre in colour and place, among the centres within two spacings.
    """
    height, width = colours.shape[:2]
    rows = np.linspace(0, height, max(1, round(height / _SPACING)) + 1)
    columns = np.linspace(0, width, max(1, round(width / _SPACING)) + 1)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    places = np.dstack([colours, _COMPACT * x, _COMPACT * y]).reshape(-1, 5)
    at = [np.searchsorted(ends, np.arange(side) + 0.5) - 1 for ends, side in ((rows, height), (columns, width))]
    numbers = (at[0][:, None] * (len(columns) - 1) + at[1]).ravel()
    for _ in range(_ROUNDS):
        count = np.bincount(numbers, minlength=(len(rows) - 1) * (len(columns) - 1))
        sums = np.stack([np.bincount(numbers, part, len(count)) for part in places.T], 1)
        centres = (sums / np.maximum(count, 1)[:, None]).astype(np.float32)
        centres[count == 0] = np.inf
        squared = (centres**2).sum(1) - 2 * places @ np.where(np.isinf(centres), 0, centres).T
        numbers = squared.argmin(1)
    found: NDArray[np.intp] = np.unique(numbers, return_inverse=True)[1].reshape(height, width)
    return found


def _rated(regions: NDArray[np.intp], colours: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the saliency of each region, (R,) in 0..1."""
    height, width = regions.shape
    count = np.bincount(regions.ravel())
    y, x = np.mgrid[:height, :width]
    mean = np.stack([np.bincount(regions.ravel(), colours[..., band].ravel()) / count for band in range(3)], 1)
    middle = np.stack([np.bincount(regions.ravel(), at.ravel()) / count for at in (x, y)], 1) / max(height, width)
    apart = np.linalg.norm(mean[:, None] - mean, axis=2)
    border = np.zeros_like(regions, bool)
    border[0], border[-1], border[:, 0], border[:, -1] = True, True, True, True
    at_border = np.bincount(regions[border], minlength=len(count))
    geodesic = _geodesic(regions, apart, at_border > 0)
    alike = np.exp(-(geodesic**2) / (2 * _ALIKE**2))
    connectivity = (alike @ at_border) / np.sqrt(alike @ count)
    background = 1 - np.exp(-(connectivity**2) / (2 * _CONNECTED**2))
    near = np.exp(-((middle[:, None] - middle) ** 2).sum(2) / (2 * _NEAR**2))
    contrast = (near * apart) @ (background * count) / np.maximum(near @ (background * count), 1e-6)
    centre = np.array([width, height]) / (2 * max(height, width))
    prior = np.exp(-((middle - centre) ** 2).sum(1) / (2 * _CENTRED**2))
    rated = contrast * (1 - background) * prior
    return np.asarray(rated / max(float(rated.max()), 1e-6), np.float64)


def _geodesic(
    regions: NDArray[np.intp], apart: NDArray[np.float64], at_border: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the least sum of differences in colour on the way from region to region, (R, R): Floyd and Warshall.

    Neighbours are joined, and all that are at the border, so that a background cut in parts by an agent is one.
    """
    joined = np.zeros_like(apart, bool)
    for one, other in ((regions[:, 1:], regions[:, :-1]), (regions[1:], regions[:-1])):
        joined[one, other] = True
    joined |= joined.T | (at_border[:, None] & at_border)
    way = np.where(joined, apart, np.inf)
    np.fill_diagonal(way, 0)
    for through in range(len(way)):
        np.minimum(way, way[:, through, None] + way[through], out=way)
    return way
