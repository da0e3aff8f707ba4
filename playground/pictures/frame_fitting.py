"""Fitting a picture to a model's frame: resized, cropped around its agent, padded by mirroring, or placed."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.errors import GlassError
from glass.core.images import flatten, resize
from glass.core.masks import SOLID
from playground.bundles.manifest import MaskSize
from playground.pictures.cut_outs.cutout import place_cut_out
from playground.pictures.picture import Mask, Picture, mask_levels


def fit_picture(
    picture: Picture,
    frame_size: tuple[int, int],
    window: int,
    mask: Mask | None = None,
    mask_size: MaskSize | None = None,
) -> tuple[NDArray[np.uint8], NDArray[np.float32] | None]:
    """Fit a picture to a frame of (width, height) pixels.

    An opaque picture fills the frame: resized where the aspect agrees to 2 %, else cropped around the agent of a mask
    of the picture's size where it fits into the crop and the window, else whole inside the frame with the rest filled
    by mirroring. A cut-out picture is placed as `place_cut_out` says before its background; its alpha becomes the mask,
    unless one is given, (H, W) of the picture or of the frame: then it is fitted like an opaque one, but has background
    around it. `mask_size` tells which shares of the frame an agent may cover, for the size of a cut-out picture; the
    model's window is a side in pixels.

    Returns:
        The frame, (H, W, 3), and where the agent is in it, (H, W) in [0, 1]; None where neither mask nor alpha tell.

    Raises:
        GlassError: the mask has another size or is none, or the picture is transparent all over.
    """
    width, height = frame_size
    image = picture.image
    if mask is None and image.mode == "RGBA":
        if image.getchannel("A").getbbox() is None:
            raise GlassError(f"{picture.name}: transparent all over; give a picture that shows an agent")
        canvas = place_cut_out(image, frame_size, window, mask_size)
        alpha = np.asarray(canvas.getchannel("A"), np.float32) / np.float32(255)
        return np.array(flatten(canvas, picture.background)), alpha
    if mask is None:
        return _fill_frame(image, picture.background, frame_size)[0], None
    levels = mask_levels(mask, picture.name)
    if levels.shape == (height, width):
        return _fill_frame(image, picture.background, frame_size)[0], levels
    if levels.shape != (image.height, image.width):
        raise GlassError(
            f"{picture.name}: mask is {levels.shape}; give {(image.height, image.width)} or {(height, width)}"
        )
    left, top, right, bottom = crop = _crop_around(levels, frame_size, window)
    frame, box = _fill_frame(image.crop(crop), picture.background, frame_size)
    levels = levels[top:bottom, left:right]
    small = Image.fromarray(levels).resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.BOX)
    placed = np.zeros((height, width), np.float32)
    placed[box[1] : box[3], box[0] : box[2]] = np.asarray(small)
    return frame, placed


def filled_box(size: tuple[int, int], frame_size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the box (left, top, right, bottom) that an opaque picture fills in a frame; sizes are (width, height)."""
    width, height = frame_size
    aspect = (size[0] * height) / (size[1] * width)
    across, down = width, height
    if aspect > 1.02:
        down = max(1, round(height / aspect))
    elif aspect < 0.98:
        across = max(1, round(width * aspect))
    left, top = (width - across) // 2, (height - down) // 2
    return left, top, left + across, top + down


def has_shape(size: tuple[int, int], frame_size: tuple[int, int]) -> bool:
    """Say whether a picture has about the frame's shape, so that it fills it; sizes are (width, height)."""
    return filled_box(size, frame_size) == (0, 0, *frame_size)


def _crop_around(mask: NDArray[np.float32], frame_size: tuple[int, int], window: int) -> tuple[int, int, int, int]:
    """Return the largest box (left, top, right, bottom) of the frame's shape around the solid part of a mask (H, W).

    It is all of the picture where that has about the frame's shape, or where the agent would not fit into the box, or
    not into the model's window in a frame that shows the box.
    """
    whole = (0, 0, mask.shape[1], mask.shape[0])
    left, top, right, bottom = filled_box(frame_size, (whole[2], whole[3]))
    spans = [np.flatnonzero((mask > SOLID).any(axis)) for axis in (0, 1)]
    if not len(spans[0]):
        return whole
    starts = []
    for span, room, side in zip(spans, (right - left, bottom - top), (whole[2], whole[3]), strict=True):
        if span[-1] - span[0] >= min(room, window * (right - left) / frame_size[0]):
            return whole
        starts.append(min(max(0, int(span[0] + span[-1] + 1 - room) // 2), side - room))
    return starts[0], starts[1], starts[0] + right - left, starts[1] + bottom - top


def _fill_frame(
    image: Image.Image, background: Image.Image | None, frame_size: tuple[int, int]
) -> tuple[NDArray[np.uint8], tuple[int, int, int, int]]:
    """Return the (H, W, 3) frame and the box (left, top, right, bottom) that an RGB or RGBA picture fills in it.

    Around it an RGB one is mirrored; an RGBA one shows its background there.
    """
    width, height = frame_size
    left, top, right, bottom = box = filled_box(image.size, frame_size)
    size = (right - left, bottom - top)
    if size != frame_size and image.mode == "RGBA":
        canvas = Image.new("RGBA", frame_size)
        canvas.paste(resize(image, size), (left, top))
        return np.array(flatten(canvas, background)), box
    margins = ((top, height - bottom), (left, width - right), (0, 0))
    return np.pad(np.array(resize(flatten(image, background), size)), margins, mode="symmetric"), box
