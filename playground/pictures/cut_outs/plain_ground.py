"""Plain grounds: one colour, a gradient, or paper lit unevenly; what is drawn on them is cut out.

Background subtraction: the ground is a smooth surface of colours, estimated from the rim inwards, and what is connected
with the rim and within a tolerance of that surface belongs to it. The tolerance is learned from the rim.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.pictures.cut_outs.cutout import frames_a_rectangle
from playground.pictures.cut_outs.edge_alpha import soften_edges
from playground.pictures.cut_outs.flood_fill import Bits, fill_from_rim
from playground.pictures.cut_outs.outline_filling import distance_to_zero, fill_outlines, main_group

_LARGEST = 1600
"""Longest side, in pixels, at which a picture is cut out; larger ones are shrunk before."""
_SMALL = 240
"""Longest side at which the surface of a ground is estimated."""
_EXACT = 4.0
"""Levels of 0..255 by which the pixels of a ground of one colour may differ."""
_NOISY, _RINGING = 0.004, 10.0
"""Share of a picture's pixels that hardly differ from its one colour, from which on it was compressed with losses, and
the tolerance that such a picture needs."""
_RIM_SHARE = 0.8
"""Least share of the rim that is ground: feet and hands may reach over it."""
_GROUND_SHARE = (0.18, 0.998)
"""Least and largest share of the picture that is ground."""
_TOLERANCES = (7.0, 24.0)
"""Least and largest tolerance of an estimated ground, in levels; what needs more is no plain ground."""
_TEXTURES = ((50, 2.7), (95, 11.5))
"""Percentiles of how much a shrunk ground differs from its surface, and from how many levels on it is textured."""
_SPREADS = 5.0
"""The tolerance in standard deviations of the ground's noise."""
_FITS = 12
"""How often the first surface is fitted to the rim, each time to what fits better."""
_RIM_PARTS = 12
"""Parts of a side of the rim whose medians are taken for ground."""
_ROUNDS = 6
"""How often the ground grows inwards."""
_CELLS = (2, 5, 12, 30)
"""Cells along the longer side in which the ground is averaged, one after the other."""
_LEAST_CELL = 8
"""Least side of these cells, in pixels."""
_BRIGHT = 160.0
"""Level from which on a ground is bright enough for these."""
_LEAST_CONTRAST = 3.8
"""How much what is cut out differs from its ground along its outline, in tolerances: a blurred photo differs less."""

_MOST_THINGS, _THING = 48, 1e-5
"""How many things may lie on a ground: more are a scene, of tiles, stars or leaves; and the least share of the picture
that one of them has."""

_Value = TypeVar("_Value", np.float32, np.float64, np.bool_)
Colours = NDArray[np.float32]
"""(H, W, 3) in 0..255."""


@dataclass(frozen=True)
class PlainGround:
    """A picture taken apart into its ground and what is on it."""

    image: Image.Image
    """What is on it, RGBA, of the picture's aspect."""
    ground: Image.Image
    """The ground without it, RGB of the same size."""
    alone: bool
    """Whether there was nothing else of a comparable size on it."""


def cut_from_plain_ground(image: Image.Image) -> PlainGround | None:
    """Cut the agent of an RGB picture out of a plain ground; None where its ground is not plain, or holds nothing.

    Closed outlines are filled: their inside belongs to the agent. Of several things on one ground the largest is taken,
    with what is near to it.
    """
    image = image.reduce(-(-max(image.size) // _LARGEST)) if max(image.size) > _LARGEST else image
    pixels = np.asarray(image, np.float32)
    found = _one_colour(pixels) or _estimated(image)
    if found is None:
        return None
    ground, tolerance = found
    difference = np.abs(pixels - ground).max(2)
    marks = difference > tolerance
    if tolerance > _EXACT:
        marks = _without_faint(difference, tolerance)
    outside = fill_from_rim(~marks)
    if _rim(outside).mean() < _RIM_SHARE or not _GROUND_SHARE[0] <= outside.mean() <= _GROUND_SHARE[1]:
        return None
    if tolerance > _EXACT and _outline_contrast(difference, ~outside) < _LEAST_CONTRAST * tolerance:
        return None
    if _count_things(~outside) > _MOST_THINGS:
        return None
    agent, alone = main_group(fill_outlines(marks, outside))
    if frames_a_rectangle(agent):
        return None
    cut = soften_edges(pixels, ground, agent, tolerance)
    return PlainGround(Image.fromarray(cut), Image.fromarray((ground + 0.5).astype(np.uint8)), alone)


def _one_colour(pixels: Colours) -> tuple[Colours, float] | None:
    """Return the ground, (H, W, 3), and its tolerance where nearly all of the rim has one colour."""
    rim = _rim(pixels)
    colour = np.median(rim, axis=0).round().astype(np.float32)
    if (np.abs(rim - colour).max(1) <= _EXACT).mean() < _RIM_SHARE:
        return None
    difference = np.abs(pixels - colour).max(2)
    noisy = np.mean((difference > 0) & (difference <= _EXACT)) > _NOISY
    return np.broadcast_to(colour, pixels.shape), _RINGING if noisy else _EXACT


def _estimated(image: Image.Image) -> tuple[Colours, float] | None:
    """Return a smooth ground, (H, W, 3), and its tolerance; None where the rim is not plain.

    It begins as a surface through the rim, and grows inwards: what is found to be ground is smoothed, which tells of
    the ground a little farther on. The smoothest surface that the rim allows is taken: others follow what is drawn.
    """
    scale = min(1.0, _SMALL / max(image.size))
    small = image.resize([max(8, round(side * scale)) for side in image.size], Image.Resampling.BOX)
    pixels = np.asarray(small, np.float32)
    for first, cells in ((_rim_polynomial(pixels), ()), (_rim_medians(pixels), _CELLS)):
        surface = _grown(pixels, first, cells)
        if surface is None:
            continue
        ground = _resized(surface, image.size, Image.Resampling.BICUBIC).clip(0, 255)
        tolerance = _tolerance(_rim(np.abs(np.asarray(image, np.float32) - ground).max(2)))
        if tolerance <= _TOLERANCES[1]:
            return ground, tolerance
    return None


def _grown(pixels: Colours, surface: Colours, cells: Sequence[int]) -> Colours | None:
    """Return a surface (H, W, 3) grown from the rim inwards, a polynomial and what means of `cells` add to it.

    None where the rim is not plain, or the ground is textured.
    """
    terms = _polynomial_terms(pixels.shape[:2], 4)
    plain = np.zeros(pixels.shape[:2], bool)
    for _ in range(_ROUNDS):
        difference = np.abs(pixels - surface).max(2)
        plain = fill_from_rim(difference <= min(_tolerance(_rim(difference)), _TOLERANCES[1]))
        if _rim(plain).mean() < _RIM_SHARE:
            return None
        surface = _fitted(terms, terms[plain], pixels[plain].astype(np.float64))
        if cells:
            surface = surface + _smoothed(pixels - surface, plain, cells)
    return None if _is_textured(np.abs(pixels - surface).max(2), plain, float(surface.mean())) else surface


def _is_textured(difference: NDArray[np.float32], plain: Bits, level: float) -> bool:
    """Say whether a plain part of (H, W), away from what is on it, differs too much from a smooth surface of a level.

    Texture and shadows are shares of the light: dark grounds differ less.
    """
    inner = difference[distance_to_zero(plain) > 2]
    return len(inner) == 0 or any(
        np.percentile(inner, share) > most * min(1.0, max(0.4, level / _BRIGHT)) for share, most in _TEXTURES
    )


def _tolerance(differences: NDArray[np.float32]) -> float:
    """Return the tolerance, in levels, for a ground whose rim differs so much from its surface; it may be too large."""
    return max(_TOLERANCES[0], _SPREADS * 1.4826 * float(np.median(differences)))


def _polynomial_terms(shape: tuple[int, ...], degree: int) -> NDArray[np.float64]:
    """Return the terms of a polynomial in x and y for each place of (H, W): (H, W, N)."""
    y, x = np.meshgrid(np.linspace(-1, 1, shape[0]), np.linspace(-1, 1, shape[1]), indexing="ij")
    return np.stack([x**across * y**down for across in range(degree + 1) for down in range(degree + 1 - across)], 2)


def _rim_polynomial(pixels: Colours) -> Colours:
    """Return the quadratic surface (H, W, 3) that fits most of the rim, by reweighted least squares (Tukey)."""
    terms = _polynomial_terms(pixels.shape[:2], 2)
    rim, colours = _rim(terms), _rim(pixels).astype(np.float64)
    fitted: NDArray[np.floating] = np.broadcast_to(np.median(colours, 0), colours.shape)
    for _ in range(_FITS):
        far = np.abs(colours - fitted).max(1)
        weights = np.clip(1 - (far / max(8.0, 4 * float(np.median(far)))) ** 2, 0, None)[:, None]
        fitted = _fitted(rim, rim * weights, colours * weights)
    return _fitted(terms, rim * weights, colours * weights)


def _fitted(terms: NDArray[np.float64], known: NDArray[np.float64], colours: NDArray[np.float64]) -> Colours:
    """Return the polynomial (..., 3) of least squares from its known terms (N, K) and colours (N, 3), at `terms`."""
    small = 1e-6 * np.eye(known.shape[1])
    return (terms @ np.linalg.solve(known.T @ known + small, known.T @ colours)).astype(np.float32)


def _rim_medians(pixels: Colours) -> Colours:
    """Return a surface (H, W, 3) through the medians of parts of the rim, as a shadow over paper needs it."""
    height, width = pixels.shape[:2]
    rim = np.zeros((height, width), bool)
    smooth = np.zeros_like(pixels)
    for line in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        part = pixels[line]
        reach = max(1, len(part) // _RIM_PARTS // 2)
        near = np.lib.stride_tricks.sliding_window_view(
            np.pad(part, ((reach, reach), (0, 0)), "edge"), 2 * reach + 1, 0
        )
        smooth[line] = np.median(near, -1)
        rim[line] = True
    return _smoothed(smooth, rim, _CELLS)


def _smoothed(pixels: Colours, plain: Bits, cells: Sequence[int]) -> Colours:
    """Return a ground (H, W, 3) smoothed over what is plain (H, W): means of cells, of large ones where little is."""
    height, width = plain.shape
    known = plain[..., None].astype(np.float32)
    surface = np.broadcast_to(pixels[plain].mean(0), pixels.shape)
    for count in cells:
        share = min(count / max(width, height), 1 / _LEAST_CELL)
        grid = (max(2, round(width * share)), max(2, round(height * share)))
        total, weight = (_resized(one, grid, Image.Resampling.BOX) for one in (pixels * known, known))
        coarse = _resized(surface, grid, Image.Resampling.BOX)
        surface = _resized((total + 0.1 * coarse) / (weight + 0.1), (width, height), Image.Resampling.BICUBIC)
    return surface


def _resized(layer: Colours, size: tuple[int, int], how: Image.Resampling) -> Colours:
    """Resize (H, W, C) to a size (width, height)."""
    channels = [Image.fromarray(np.ascontiguousarray(layer[..., k])) for k in range(layer.shape[2])]
    return np.stack([np.asarray(one.resize(size, how)) for one in channels], 2)


def _without_faint(difference: NDArray[np.float32], tolerance: float) -> Bits:
    """Return marks on the ground without creases and stains, which are faint all over: hysteresis thresholding."""
    marks = difference > tolerance
    if not marks.any():
        return marks
    strong = difference > max(2 * tolerance, 0.3 * float(np.percentile(difference[marks], 95)))
    _, names = cv2.connectedComponents(marks.astype(np.uint8))
    kept = np.unique(names[strong])
    near = distance_to_zero(~strong) <= max(2, max(marks.shape) // 100)
    return np.asarray(marks & np.isin(names, kept[kept > 0]) & near)


def _count_things(solid: Bits) -> int:
    """Return how many connected components (H, W) has that are no specks."""
    sizes = cv2.connectedComponentsWithStats(solid.astype(np.uint8))[2][1:, cv2.CC_STAT_AREA]
    return int(np.count_nonzero(sizes > _THING * solid.size))


def _outline_contrast(difference: NDArray[np.float32], drawn: Bits) -> float:
    """Return by how many levels what is drawn differs from its ground near its outline: the median."""
    outline = drawn & (distance_to_zero(np.pad(drawn, 1, "edge"))[1:-1, 1:-1] <= 1)
    return float(np.median(cv2.dilate(difference, np.ones((5, 5), np.uint8))[outline])) if outline.any() else 0.0


def _rim(values: NDArray[_Value]) -> NDArray[_Value]:
    """Return the outermost pixels of (H, W) or (H, W, C): (N,) or (N, C)."""
    return np.concatenate([values[0], values[-1], values[1:-1, 0], values[1:-1, -1]])
