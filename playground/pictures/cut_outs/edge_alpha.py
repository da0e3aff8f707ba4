"""Alpha matting of edges before a known ground: soft edges get their alpha, and lose the ground's colour."""

import numpy as np
from numpy.typing import NDArray

from playground.pictures.cut_outs.outline_filling import distance_to_zero

_DEPTH = 3
"""Pixels inside an outline that may still be mixed with the ground."""
_HARD = 24
"""Colours along the outline up to which art is drawn pixel by pixel, without soft edges."""
_MOSTLY_GROUND = 0.5
"""How far a pixel may be on its way from the ground to what is farther inside, to be a mixture whatever its hue."""
_FAINT = 0.06
"""Alpha below which a pixel is clear."""


def soften_edges(
    pixels: NDArray[np.float32], ground: NDArray[np.float32], solid: NDArray[np.bool_], tolerance: float
) -> NDArray[np.uint8]:
    """Return what is solid (H, W) of a picture as RGBA (H, W, 4), its edges unmixed from the ground.

    A pixel near the outline that lies between the ground's colour and that of a pixel farther inside is a mixture of
    both: its alpha is the share of the latter, and its colour that of the share. Colours are (H, W, 3) in 0..255.
    """
    depth = distance_to_zero(np.pad(solid, 1, "edge"))[1:-1, 1:-1]
    band = solid & (depth <= _DEPTH)
    rows, columns = np.nonzero(band)
    alpha = solid.astype(np.float32)
    colours = pixels.copy()
    outermost = pixels[solid & (depth < 1.5)]
    if len(rows) == 0 or len(np.unique(outermost.astype(np.uint8), axis=0)) <= _HARD:
        return _rgba(colours, alpha)
    difference = np.abs(pixels - ground).max(2) * solid
    best_rows, best_columns = _largest_around(difference + depth, rows, columns)
    here, behind = pixels[rows, columns], ground[rows, columns]
    full = pixels[best_rows, best_columns] - behind
    mixed = here - behind
    length = np.maximum((full * full).sum(1), 1e-3)
    share = ((mixed * full).sum(1) / length).clip(0, 1)
    off = np.abs(mixed - share[:, None] * full).max(1)
    deeper = depth[best_rows, best_columns] >= depth[rows, columns]
    faint = difference[rows, columns] < _MOSTLY_GROUND * difference[best_rows, best_columns]
    faint &= depth[rows, columns] < 1.5
    ramp = deeper & (length > (mixed * mixed).sum(1)) & (faint | (off <= max(12.0, 1.5 * tolerance)))
    share = np.where(ramp, share, 1)
    share[share < _FAINT] = 0
    alpha[rows, columns] = share
    unmixed = behind + mixed / np.maximum(share, 0.25)[:, None]
    colours[rows, columns] = np.where((share < 0.25)[:, None], full + behind, unmixed)
    return _rgba(colours, alpha)


def _largest_around(
    values: NDArray[np.float32], rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the place of the largest value within `_DEPTH` pixels of each place (rows, columns)."""
    height, width = values.shape
    best = values[rows, columns]
    best_rows, best_columns = rows.copy(), columns.copy()
    for down in range(-_DEPTH, _DEPTH + 1):
        for across in range(-_DEPTH, _DEPTH + 1):
            y, x = (rows + down).clip(0, height - 1), (columns + across).clip(0, width - 1)
            larger = values[y, x] > best
            best = np.where(larger, values[y, x], best)
            best_rows, best_columns = np.where(larger, y, best_rows), np.where(larger, x, best_columns)
    return best_rows, best_columns


def _rgba(colours: NDArray[np.float32], alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
    levels = np.concatenate([colours, alpha[..., None] * 255], 2)
    levels[alpha == 0] = 0
    return np.asarray((levels.clip(0, 255) + 0.5).astype(np.uint8))
