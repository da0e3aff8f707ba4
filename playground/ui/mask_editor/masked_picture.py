"""The picture of the mask editor: what is no agent dark, the mask's outline, or the agent alone."""

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Surface

from glass.core.masks import SOLID
from playground.ui.mask_editor.brush import Levels
from playground.ui.mask_editor.layout import EditorLayout
from playground.ui.toolkit import theme
from playground.ui.toolkit.interpolation import enlarged, smoothly_resized

_DIMMED = 0.45
"""Brightness outside the mask."""
_CHECKERS = ((70, 70, 70), (110, 110, 110))
"""Behind the agent when it is shown alone."""


def masked_picture(frame: NDArray[np.uint8], mask: Levels, layout: EditorLayout, alone: bool) -> Surface:
    """Draw a frame (H, W, 3) with a mask (H, W) as large as a layout shows it, or the agent `alone`."""
    pixels = frame
    if alone:
        pixels = _alone(frame, mask)
    elif (mask > SOLID).any():
        pixels = _dimmed(frame, mask)
    large = (enlarged if layout.whole else smoothly_resized)(pixels, layout.picture.size)
    if layout.hints and not alone:
        lines = _outline(mask > SOLID) * layout.factor
        for colour, line_width in ((theme.DARK_TEXT, 3), (theme.PRESSED, 1)):
            for start, end in lines:
                pygame.draw.line(large, colour, start, end, line_width)
    return large


def _dimmed(frame: NDArray[np.uint8], mask: Levels) -> NDArray[np.uint8]:
    """Return a frame (H, W, 3) with little light where there is no agent."""
    pixels: NDArray[np.uint8] = (frame * (_DIMMED + (1 - _DIMMED) * mask[:, :, None])).astype(np.uint8)
    return pixels


def _alone(frame: NDArray[np.uint8], mask: Levels) -> NDArray[np.uint8]:
    """Return the agent of a frame (H, W, 3) before a pattern of squares."""
    y, x = np.mgrid[: mask.shape[0], : mask.shape[1]] // 4
    squares = np.array(_CHECKERS, np.float32)[(x + y) % 2]
    blended: NDArray[np.uint8] = (frame * mask[:, :, None] + squares * (1 - mask[:, :, None])).astype(np.uint8)
    return blended


def _outline(solid: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the edges between pixels (H, W) inside and outside: (N, 2, 2), each from corner (x, y) to corner."""
    padded = np.pad(solid, 1)
    upright = np.argwhere(padded[1:-1, 1:] != padded[1:-1, :-1])[:, ::-1]
    level = np.argwhere(padded[1:, 1:-1] != padded[:-1, 1:-1])[:, ::-1]
    starts = np.concatenate([upright, level])
    reach = np.concatenate([np.tile((0, 1), (len(upright), 1)), np.tile((1, 0), (len(level), 1))])
    return np.stack([starts, starts + reach], 1)
