"""Views of a background: a window of it stretched to the frame, fast enough to be made while training."""

from dataclasses import dataclass, field
from math import gcd

import numpy as np
import numpy.typing as npt
from PIL import Image

from glass.core.errors import GlassError

BACKGROUND_SIZE = 281
"""Side of a square background, in pixels."""

VIEW_SIZE = 256
"""Side of the square part of the background that is seen, in pixels of the background."""


def _phase(start: int, size: int) -> tuple[int, int]:
    """Split a view's start (pixels of the background), for an axis along which 256 pixels become `size`.

    Give the pixel at which the stretched image that holds the view begins, and at which pixel of it the view does.
    """
    period = VIEW_SIZE // gcd(size, VIEW_SIZE)
    return start % period, start // period * period * size // VIEW_SIZE


def _whole_periods(source: int, size: int) -> int:
    """Pixels of the background, from `source` on, that become a whole number of pixels."""
    period = VIEW_SIZE // gcd(size, VIEW_SIZE)
    return (BACKGROUND_SIZE - source) // period * period


@dataclass(frozen=True)
class Background:
    """A background and its views.

    Views that begin a whole number of frame pixels apart are parts of one stretched image, so a few such images (kept
    here once made) hold every view, and content moves between views exactly as the camera does.
    """

    image: Image.Image
    """281x281 RGB."""
    frame_size: tuple[int, int]
    """(W, H) of the views in pixels."""
    stretched: dict[tuple[int, int], npt.NDArray[np.uint8]] = field(default_factory=dict, repr=False)
    """Stretched images made so far, by the background pixel (x, y) they begin at."""

    @classmethod
    def of(cls, pixels: npt.NDArray[np.uint8], frame_size: tuple[int, int]) -> "Background":
        """Wrap (281, 281, 3) RGB pixels in 0..255.

        Raises:
            GlassError: pixels of another shape.
        """
        if pixels.shape != (BACKGROUND_SIZE, BACKGROUND_SIZE, 3):
            raise GlassError(f"background of shape {pixels.shape}: expected {(BACKGROUND_SIZE, BACKGROUND_SIZE, 3)}")
        return cls(Image.fromarray(pixels), frame_size)

    def view(self, x: int, y: int) -> npt.NDArray[np.uint8]:
        """Give the 256x256 part at left x, top y (both 0..25) stretched to (H, W, 3); not to be written to."""
        width, height = self.frame_size
        (first_x, left), (first_y, top) = _phase(x, width), _phase(y, height)
        return self._stretch(first_x, first_y)[top : top + height, left : left + width]

    def _stretch(self, x: int, y: int) -> npt.NDArray[np.uint8]:
        if (x, y) not in self.stretched:
            width, height = (_whole_periods(source, size) for source, size in zip((x, y), self.frame_size, strict=True))
            size = (width * self.frame_size[0] // VIEW_SIZE, height * self.frame_size[1] // VIEW_SIZE)
            part = self.image.crop((x, y, x + width, y + height)).resize(size, Image.Resampling.LANCZOS)
            self.stretched[x, y] = np.asarray(part)
        return self.stretched[x, y]
