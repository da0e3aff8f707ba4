"""A cut-out picture placed in the world at its own size, and the same as the model sees it."""

import numpy as np
from PIL import Image

from glass.core.images import flatten
from playground.bundles.manifest import Manifest
from playground.pictures.picture import Picture
from playground.pictures.pixel_art import as_drawn
from playground.pictures.start import OwnSize, Start

_SHARE = 0.66
"""Longer side of an agent, as a share of the model's window: the rest is room for what it does."""
_LARGEST = (1280, 960)
"""Most pixels, across and down, of a world at its picture's own size."""


def start_at_own_size(picture: Picture, manifest: Manifest) -> Start:
    """Place what is solid of an RGBA picture in the middle of a world of its own size.

    Pixel art that was enlarged is shrunk to its own pixels again. The world has the model's aspect and at most 1280x960
    pixels; the model sees it, and the mask, resized to its frame.
    """
    image, pixel_art = as_drawn(picture.image)
    width, height = manifest.frame_size
    scale = max(image.size) / (_SHARE * manifest.window)
    bound = min(_LARGEST[0] / width, _LARGEST[1] / height)
    if scale > bound:
        size = (max(1, round(image.width * bound / scale)), max(1, round(image.height * bound / scale)))
        image, scale = image.resize(size, Image.Resampling.LANCZOS), bound
    world = (max(1, round(width * scale)), max(1, round(height * scale)))
    canvas = Image.new("RGBA", world)
    canvas.paste(image, ((world[0] - image.width) // 2, (world[1] - image.height) // 2))
    background = flatten(Image.new("RGBA", world), picture.background)
    frame = flatten(canvas, picture.background)
    seen = Image.Resampling.BOX if scale >= 1 else Image.Resampling.BICUBIC
    alpha = canvas.getchannel("A")
    own = OwnSize(np.asarray(frame), np.asarray(alpha, np.float32) / np.float32(255), pixel_art)
    return Start(
        np.asarray(frame.resize((width, height), seen)),
        (np.asarray(alpha.resize((width, height), seen), np.float32) / np.float32(255)).clip(0, 1),
        own=own,
        background=np.asarray(background),
    )
