"""Pictures: decoded from a file, checked, turned upright; a cell of a sheet, a frame of an animation, a crop."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.errors import GlassError
from glass.core.images import check_pixels, flatten, frame_count, open_image, upright
from glass.core.masks import SOLID
from playground.pictures.box_cut import enlarged_mask, reduced
from playground.pictures.cut_outs.cutout import without_stray_alpha
from playground.pictures.cut_outs.plain_ground import cut_from_plain_ground
from playground.pictures.faces import Faces
from playground.pictures.rarity import rarest_thing
from playground.pictures.saliency import has_outline, salient_mask
from playground.pictures.sheets.sprite_sheet import CellSheet, find_sheet
from playground.pictures.sheets.standing_cell import Cell

MIN_SIDE = 8
"""Smallest width and height of a picture, in pixels."""

Box = tuple[int, int, int, int]
"""Left, top, width and height in pixels."""
Mask = Image.Image | NDArray[np.bool_ | np.integer | np.floating]
"""Where an agent is, (H, W): bool, 0 and 1, 0..255, or float in 0..1; or an image of it."""


_CUT = "cut out of its plain ground"
_ONE_OF_SEVERAL = "the largest thing cut out of its plain ground; --crop chooses another"


@dataclass(frozen=True)
class Picture:
    """An upright picture of any size."""

    name: str
    """What errors call it."""
    image: Image.Image
    """Its pixels, mode RGB, or RGBA where some pixel is transparent."""
    background: Image.Image | None = None
    """What shows where it is transparent; a plain colour when None."""
    note: str = ""
    """What was made of the file, for people; empty where it was taken as it is."""
    sheet: CellSheet | None = None
    """The sheet of sprites that it is a cell of."""
    cell: Cell | None = None
    """Which of its cells, column and row, each counted from 0."""
    mask: Mask | None = None
    """Where its agent is, if that was told."""
    whole: bool = False
    """Whether to see it whole: no nearer view of it is tried."""
    views: tuple["Picture", ...] = ()
    """Pictures of the same agent from other sides, as they were given."""
    faces: Faces | None = None
    """Which side its agent faces, if that was told."""

    @property
    def other_sides(self) -> tuple["Picture", ...]:
        """Its `views`; without any, of a cell of a sheet the standing cells from other sides than its own."""
        if self.views or self.sheet is None:
            return self.views
        others = (cell for cell in self.sheet.standing if cell != self.cell)
        return tuple(_take_cell(self.name, self.sheet, cell) for cell in others)

    @cached_property
    def cut_out(self) -> "Picture | None":
        """The same with nothing but its agent, before a known background; None where neither alpha nor ground tell it.

        What is transparent is no part of the agent, nor is a plain ground, whose colours are the background then; the
        note says so.
        """
        if self.mask is not None:
            return None
        if self.image.mode == "RGBA":
            return self
        found = cut_from_plain_ground(self.image)
        if found is None:
            return None
        note = _CUT if found.alone else _ONE_OF_SEVERAL
        return replace(self, image=found.image, background=found.ground, note=note)

    @cached_property
    def standing_out(self) -> NDArray[np.float32]:
        """What stands out of it, (H, W) in [0, 1], told without a model: what is rare in it, or else salient.

        It is all of it where nothing does, as in a photo that its subject fills.
        """
        rare = rarest_thing(np.asarray(flatten(self.image, self.background)))
        if rare is not None:
            return rare
        pixels = reduced(self.image)
        salient = salient_mask(pixels)
        return enlarged_mask(salient if has_outline(pixels, salient) else np.ones_like(salient), self.image.size)


@dataclass(frozen=True)
class Part:
    """Which part of a picture's file is played."""

    cell: Cell | None = None
    """Column and row in a sheet of sprites, each counted from 0; one in which the agent stands where None."""
    frame: int | None = None
    """Number of an animation's frame, counted from 0; the first one where None."""
    whole: bool = False
    """Whether it is seen whole: a sheet of sprites is a single picture, and no nearer view of any is tried."""
    crop: Box | None = None
    """What of it is the picture; all of it where None."""
    cut_out: bool = False
    """Whether it is cut out where any of it is transparent, be that ever so little."""


STANDING = Part()
"""A standing cell of a sheet, the first frame of an animation."""


def load_picture(path: str | Path, part: Part = STANDING) -> Picture:
    """Read a picture file, or a part of it.

    Raises:
        GlassError: as for `open_image` and `as_picture`.
    """
    path = Path(path)
    with open_image(path) as image:
        return as_picture(image, path.name, part)


def load_mask(path: str | Path, picture: Picture, crop: Box | None = None) -> NDArray[np.float32]:
    """Read where a picture's agent is, (H, W) in [0, 1], from a file.

    That is what is white in an opaque image, and what is solid in one with alpha. The mask of a picture that is
    a `crop` may be that of the whole file.

    Raises:
        GlassError: it cannot be read, has another size than the picture, or marks nothing.
    """
    path = Path(path)
    with open_image(path) as file:
        image = upright(file)
    if crop is not None and image.size != picture.image.size:
        image = _cropped(image, crop, path.name)
    levels = mask_levels(image.getchannel("A") if image.mode == "RGBA" else image, path.name)
    if image.size != picture.image.size:
        sizes = ["x".join(map(str, size)) for size in (image.size, picture.image.size)]
        raise GlassError(f"{path.name}: a mask of {sizes[0]} pixels; {picture.name} needs one of {sizes[1]}")
    if not (levels > SOLID).any():
        raise GlassError(f"{path.name}: marks nothing; paint white where the agent is")
    return levels


def as_picture(
    value: Picture | Image.Image | NDArray[np.uint8], name: str = "picture", part: Part = STANDING
) -> Picture:
    """Turn an image of any mode, or uint8 (H, W), (H, W, 3) or (H, W, 4) pixels, into an upright Picture.

    What is transparent counts only where that is a fair share; see `without_stray_alpha`.

    Raises:
        GlassError: an array of another shape or type, no image at all, a size out of bounds, or no such part.
    """
    if isinstance(value, Picture):
        if part.crop is not None:
            return as_picture(value.image, value.name, part)
        if part.cell not in (None, value.cell):
            return replace(_take_cell(value.name, value.sheet, part.cell), views=value.views)
        return replace(value, whole=True) if part.whole and not value.whole else value
    if isinstance(value, np.ndarray):
        if value.dtype != np.uint8 or value.ndim not in (2, 3) or (value.ndim == 3 and value.shape[2] not in (3, 4)):
            raise GlassError(f"{name}: array {value.dtype} {value.shape}; give uint8 (H, W, 3) or (H, W, 4)")
        value = Image.fromarray(value)
    if not isinstance(value, Image.Image):
        raise GlassError(f"{name}: a {type(value).__name__}; give a PIL image or a uint8 array")
    if min(value.size) < MIN_SIDE:
        width, height = value.size
        raise GlassError(f"{name}: {width}x{height} pixels; give a picture of at least {MIN_SIDE}x{MIN_SIDE}")
    check_pixels(name, value.size)
    note = _seek(value, name, part.frame)
    image = upright(value)
    if part.crop is not None:
        image = _cropped(image, part.crop, name)
    sheet = find_sheet(image) if part.cell is not None or not part.whole else None
    if sheet is not None or part.cell is not None:
        picture = _take_cell(name, sheet, part.cell)
    else:
        picture = Picture(name, image if part.cut_out else without_stray_alpha(image), whole=part.whole)
    return replace(picture, note="; ".join(filter(None, (note, picture.note))))


def _cropped(image: Image.Image, crop: Box, name: str) -> Image.Image:
    """Return a part of an image.

    Raises:
        GlassError: it is too small, or not all in the image.
    """
    left, top, width, height = crop
    if min(width, height) < MIN_SIDE:
        raise GlassError(f"{name}: a crop of {width}x{height} pixels; give one of at least {MIN_SIDE}x{MIN_SIDE}")
    if min(left, top) < 0 or left + width > image.width or top + height > image.height:
        place = f"{width}x{height} pixels at ({left}, {top})"
        raise GlassError(f"{name}: a crop of {place} reaches beyond its {image.width}x{image.height} pixels; give less")
    return image.crop((left, top, left + width, top + height))


def _seek(image: Image.Image, name: str, frame: int | None) -> str:
    """Turn an animation to a frame, its current one where None; returns what to tell people, empty for a still picture.

    Raises:
        GlassError: there is no such frame.
    """
    count = frame_count(image)
    if frame is not None and not 0 <= frame < count:
        has = f"{count} frames, 0 to {count - 1}; give one of them" if count > 1 else "a single picture; leave it out"
        raise GlassError(f"{name}: no frame {frame} in {has}")
    if count == 1:
        return ""
    if frame is not None:
        image.seek(frame)
    return f"animation of {count} frames; playing frame {image.tell()} (counted from 0), choose another with --frame"


def _take_cell(name: str, sheet: CellSheet | None, cell: Cell | None) -> Picture:
    """Return a cell of a sheet as a picture, before the sheet's ground; a standing one where None is given.

    Raises:
        GlassError: it is no sheet, or has no such cell.
    """
    if sheet is None:
        raise GlassError(
            f"{name}: no sheet of sprites, so it has no cell {','.join(map(str, cell or ()))}; leave it out"
        )
    cell = cell or sheet.standing[0]
    try:
        image = sheet.cell(cell)
    except GlassError as error:
        raise GlassError(f"{name}: {error}") from None
    columns, rows = sheet.size
    note = (
        f"sheet of {columns} columns and {rows} rows; playing column {cell[0]}, row {cell[1]} (counted from 0), "
        "choose another with --cell"
    )
    background = None if sheet.ground is None else Image.new("RGB", image.size, sheet.ground)
    return Picture(name, image, background, note, sheet, cell)


def put_before(picture: Picture, background: Picture) -> Picture:
    """Return what is cut out of a picture, by its mask, its alpha or its plain ground, before another one.

    Raises:
        GlassError: nothing tells what is cut out, so that no background would be seen.
    """
    cut = picture.cut_out
    if picture.mask is not None:
        image = flatten(picture.image)
        levels = mask_levels(picture.mask, picture.name)
        image.putalpha(Image.fromarray((levels * 255 + 0.5).astype(np.uint8)))
        cut = replace(picture, image=image, mask=None)
    if cut is None:
        raise GlassError(
            f"{picture.name}: has no transparent pixel, or hardly any, so no background would be seen; cut it out, or "
            "give its mask"
        )
    notes = (picture.note, cut.note if cut is not picture else "")
    return replace(cut, background=flatten(background.image), note="; ".join(dict.fromkeys(filter(None, notes))))


def mask_levels(mask: Mask, name: str) -> NDArray[np.float32]:
    """Return a mask as float32 in [0, 1]."""
    values = np.asarray(mask.convert("L") if isinstance(mask, Image.Image) else mask)
    if values.ndim != 2 or values.dtype.kind not in "biuf":
        raise GlassError(f"{name}: mask has shape {values.shape}, type {values.dtype}; give (H, W), bool or 0..255")
    if values.dtype.kind in "iu" and values.size and values.max() > 1:
        values = values / 255
    return np.nan_to_num(values.astype(np.float32)).clip(0, 1)
