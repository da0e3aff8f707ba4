"""Sprite sheets in the layout of the Liberated Pixel Cup: recognised, and one standing frame taken."""

import numpy as np
from PIL import Image

CELL = 64
"""Side of a cell in pixels, before the sheet was enlarged by a whole number."""
COLUMNS, ROWS = 13, 21
"""Cells of a sheet; newer ones have further rows below."""
_FRONT_WALK = 10
"""Row of the walk seen from the front; its first cell stands."""
_WALK_CELLS = 9
_EMPTY_RIM = 0.75
"""Least share of the rims of the walk's cells that is background: art keeps away from them, a photo does not."""


def standing_frame(image: Image.Image) -> Image.Image | None:
    """Return the front standing cell of a sheet, RGBA of 64x64 pixels; None where the image is no sheet.

    In an RGB image the sheet's background must be of one colour, which is taken for transparent then.
    """
    scale = image.width // (COLUMNS * CELL)
    side = scale * CELL
    if scale == 0 or image.width % (COLUMNS * CELL) or image.height % side or image.height // side < ROWS:
        return None
    top = _FRONT_WALK * side
    row = image.convert("RGBA").crop((0, top, _WALK_CELLS * side, top + side)).reduce(scale)
    pixels = np.array(row)
    if image.mode == "RGB":
        corner = pixels[0, 0, :3]
        pixels[(pixels[:, :, :3] == corner).all(2)] = 0
    cells = pixels.reshape(CELL, _WALK_CELLS, CELL, 4).transpose(1, 0, 2, 3)
    drawn = cells[:, :, :, 3] > 0
    rims = np.stack([drawn[:, 0], drawn[:, -1], drawn[:, :, 0], drawn[:, :, -1]])
    if not drawn.any((1, 2)).all() or rims.mean() > 1 - _EMPTY_RIM:
        return None
    return Image.fromarray(np.ascontiguousarray(cells[0]))
