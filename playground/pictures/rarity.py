"""Rarity: what there is once in a picture drawn of tiles and flat colours, as a screenshot of a game is.

Patches that are seen again elsewhere are the world: tiles, sky, letters of one kind. What no such patch covers is rare,
and the agent is the rare thing that is most like one: of its size, away from the edges where scores and buttons are,
and no line of text. Its outline is exact: what has a colour of the ground around it, and is joined to that, is peeled.
"""

from dataclasses import dataclass
from math import exp, log

import cv2
import numpy as np
from numpy.typing import NDArray

from playground.pictures.box_cut import Levels
from playground.pictures.cut_outs.flood_fill import Bits, flood_fill

_FLAT = 0.4
"""Least share of pixels that are their neighbours' equals, of a picture that is drawn of flat colours."""
_LEVELS = 32
"""Levels of each channel that are told apart."""
_SIDE = 800
"""Longer side in pixels that is looked at, about; larger pictures are sampled."""
_BLOCKS, _ON_GRID = range(8, 1, -1), 0.85
"""Sizes of enlarged pixels, and which share of all changes is between them then."""
_PATCH = 5
"""Side of a patch."""
_TIMES, _APART = 4, 0.34
"""How often a patch of the world is seen at least, and how far apart, as a share of the picture's width or height."""
_JOINED = 2
"""Pixels between parts that are one thing."""
_SHARE, _FAMILIAR = 0.008, 1.5
"""Share of the picture that an agent has, and the standard deviation of the logarithm of that."""
_HOLE = 0.1
"""Share of the picture that a hole in a thing is below."""
_LEAST = 24
"""Pixels that an agent has at least, in its art."""
_HIGH, _WIDE = 2.5, 1.6
"""How many times as high as wide an agent is, or as wide as high, before that counts against it: lines of text are
wider."""
_PLATE = 0.9, 1.15
"""How full a plate is, as of a button or a map, and how many times as wide as high at least."""
_EDGE = 0.035
"""Distance from the edge, as a share of the picture's width or height, in which scores, maps and buttons are."""
_UNLIKELY = 0.4
"""What likeness is multiplied by for a plate, and for what is so near to an edge."""
_MANY = 2.5
"""Entropy in bits of the colours of an agent, which is drawn with some; suns and coins have less."""
_CANDIDATES = 8
"""Things whose outline is looked at: the likeliest."""
_AROUND = 6
"""Pixels around an agent whose colours are its ground's."""


@dataclass(frozen=True)
class _Thing:
    """A rare thing."""

    solid: Bits
    """Where it is, (H, W)."""
    likeness: float
    """How much it is like an agent, 0..1."""


def rarest_thing(pixels: NDArray[np.uint8]) -> Levels | None:
    """Return where the agent may be, (H, W), 0 or 1, in a picture (H, W, 3); None where nothing tells.

    That is so in a photo, in which nothing is seen twice, and where all is.
    """
    if _flat_share(pixels) < _FLAT:
        return None
    step, (row, column) = _grid(pixels)
    art = pixels[row::step, column::step]
    codes = (art // (256 // _LEVELS)).astype(np.uint32) @ np.array([_LEVELS**2, _LEVELS, 1], np.uint32)
    rare = _rare(codes)
    things = _things(rare, codes)
    if not things:
        return None
    best = max(things, key=lambda thing: thing.likeness)
    found = best.solid.astype(np.float32).repeat(step, 0).repeat(step, 1)
    before = ((row, 0), (column, 0))
    height, width = pixels.shape[:2]
    return np.pad(found, (*before,))[:height, :width] if step > 1 else found


def _flat_share(pixels: NDArray[np.uint8]) -> float:
    """Return the share of pixels that are equal to those at their left and above."""
    same = (pixels[1:, 1:] == pixels[:-1, 1:]).all(2) & (pixels[1:, 1:] == pixels[1:, :-1]).all(2)
    return float(same.mean())


def _grid(pixels: NDArray[np.uint8]) -> tuple[int, tuple[int, int]]:
    """Return every how many pixels a picture is looked at, and the first row and column: once in each enlarged one."""
    changes = [
        (pixels[1:] != pixels[:-1]).any(2).sum(1).astype(np.int64),
        (pixels[:, 1:] != pixels[:, :-1]).any(2).sum(0).astype(np.int64),
    ]
    for block in _BLOCKS:
        phases = [np.bincount((np.arange(len(one)) + 1) % block, one, block) for one in changes]
        if all(one.max() >= _ON_GRID * one.sum() for one in phases):
            row, column = (int(one.argmax() + block // 2) % block for one in phases)
            return block, (row, column)
    step = max(1, round(max(pixels.shape) / _SIDE))
    return step, (0, 0)


def _rare(codes: NDArray[np.uint32]) -> Bits:
    """Return what of colours (H, W) no patch covers that is seen again elsewhere."""
    hashes = _patch_hashes(codes)
    _, names, times = np.unique(hashes, return_inverse=True, return_counts=True)
    order = np.argsort(names.ravel(), kind="stable")
    first = np.concatenate([[0], np.cumsum(times)[:-1]])
    apart = np.zeros(len(times))
    for at, side in zip(np.indices(hashes.shape), hashes.shape, strict=True):
        places = at.ravel()[order]
        apart = np.maximum(apart, (np.maximum.reduceat(places, first) - np.minimum.reduceat(places, first)) / side)
    common = np.zeros(codes.shape, np.uint8)
    common[: hashes.shape[0], : hashes.shape[1]] = ((times >= _TIMES) & (apart > _APART))[names].reshape(hashes.shape)
    last = (_PATCH - 1, _PATCH - 1)
    return np.asarray(cv2.dilate(common, np.ones((_PATCH, _PATCH), np.uint8), anchor=last) == 0)


def _patch_hashes(codes: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return a number for each patch of (H, W), by its left top: the same for equal ones (Rabin's rolling hash)."""
    found = codes.astype(np.uint64)
    for factor in (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)):
        length = len(found) - _PATCH + 1
        total = np.zeros((length, found.shape[1]), np.uint64)
        for row in range(_PATCH):
            total = total * factor + found[row : row + length]
        found = np.ascontiguousarray(total.T)
    return found


def _things(rare: Bits, codes: NDArray[np.uint32]) -> list[_Thing]:
    """Return the likeliest of the rare things (H, W) of a picture of colours (H, W), peeled."""
    side = 2 * _JOINED + 1
    joined = cv2.morphologyEx(rare.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)) > 0
    _, names, stats, _ = cv2.connectedComponentsWithStats(_without_holes(joined).astype(np.uint8))
    rated = []
    for name, (left, top, width, height, area) in enumerate(stats[1:].tolist(), 1):
        part = np.s_[max(0, top - _AROUND) : top + height + _AROUND, max(0, left - _AROUND) : left + width + _AROUND]
        likeness = _likeness((left, top, width, height), area, rare.shape, codes[part][names[part] == name])
        rated.append((likeness, name, part))
    things = []
    for likeness, name, part in sorted(rated, key=lambda one: -one[0])[:_CANDIDATES]:
        solid = np.zeros_like(rare)
        solid[part] = _peeled(names[part] == name, rare[part], codes[part])
        if np.count_nonzero(solid) >= _LEAST:
            things.append(_Thing(solid, likeness))
    return things


def _without_holes(things: Bits) -> Bits:
    """Return things (H, W) filled; what is around others, as a frame is, stays open."""
    _, names, stats, _ = cv2.connectedComponentsWithStats((~things).astype(np.uint8), connectivity=4)
    return np.asarray(things | (stats[:, cv2.CC_STAT_AREA] < _HOLE * things.size)[names])


def _peeled(whole: Bits, rare: Bits, codes: NDArray[np.uint32]) -> Bits:
    """Return a thing (h, w) without what has about a colour of the ground around it, and is joined to that."""
    known = np.zeros((_LEVELS,) * 3, np.bool_)
    known.reshape(-1)[codes[~whole & ~rare]] = True
    for axis in range(3):  # a level more or less is about the same colour, too
        known |= np.roll(known, 1, axis) | np.roll(known, -1, axis)
    ground = known.reshape(-1)[codes]
    return np.asarray(whole & ~flood_fill(ground | ~whole, ~whole))


def _likeness(box: tuple[int, int, int, int], area: int, shape: tuple[int, ...], colours: NDArray[np.uint32]) -> float:
    """Return in 0..1 how much a thing is like an agent, from its size, place, shape and colours (n,).

    Its box is left, top, width and height in a picture of a shape (H, W).
    """
    left, top, width, height = box
    likeness = exp(-((log(area / (shape[0] * shape[1]) / _SHARE) / _FAMILIAR) ** 2) / 2)
    for at, long, side in ((left, width, shape[1]), (top, height, shape[0])):
        likeness *= 1 - abs((2 * at + long) / side - 1) ** 4
    if min(left / shape[1], 1 - (left + width) / shape[1], top / shape[0]) < _EDGE:
        likeness *= _UNLIKELY
    likeness *= min(1.0, _WIDE * height / width, _HIGH * width / height) ** 2
    if area >= _PLATE[0] * width * height and width >= _PLATE[1] * height:
        likeness *= _UNLIKELY
    shares = np.unique(colours, return_counts=True)[1] / len(colours)
    return float(likeness * min(1.0, 0.2 - float((shares * np.log2(shares)).sum()) / _MANY))
