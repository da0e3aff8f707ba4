"""Pinhole camera high behind the near baseline; a view of it is a window that pans over one large still picture."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glass.data.tennis.pitch import BASELINE

Floats = npt.NDArray[np.float64]

MARGIN = 0.1
"""How far the view can pan either way, as a share of the frame's width and height."""

SUPERSAMPLING = 2
"""Pixels of the canvas along a pixel of the frame."""

_WIDE_SCREEN = 16 / 9


@dataclass(frozen=True)
class BroadcastCamera:
    """A pinhole camera above the court's long axis.

    World: x right, y towards the far side, z up, in metres, 0 on the ground below the net's middle.


    It shows the canvas, a picture larger than the frame by `MARGIN` at every side and finer by `SUPERSAMPLING`.
    """

    position: Floats
    """(3,) in metres."""
    axes: Floats
    """(3, 3): its right, down and forward directions as rows."""
    focal: tuple[float, float]
    """Focal lengths along x and y in pixels of the canvas; they differ where a wide picture was squeezed."""
    centre: tuple[float, float]
    """Principal point in pixels of the canvas."""
    frame_size: tuple[int, int]
    """(W, H) of the frames in pixels."""

    @property
    def margins(self) -> tuple[int, int]:
        """How far the view can pan along x and y, in pixels of the frame."""
        width, height = self.frame_size
        return round(width * MARGIN), round(height * MARGIN)

    @property
    def canvas_size(self) -> tuple[int, int]:
        """(W, H) of the canvas in pixels."""
        (width, height), (across, along) = self.frame_size, self.margins
        return (width + 2 * across) * SUPERSAMPLING, (height + 2 * along) * SUPERSAMPLING

    def project(self, places: Floats) -> Floats:
        """Give x and y on the canvas and the distance (N, 3) of places (N, 3) in metres; all in front of the camera."""
        right, down, ahead = self.axes @ (np.atleast_2d(places) - self.position).T
        ahead = np.maximum(ahead, 0.5)
        return np.stack(
            [self.centre[0] + self.focal[0] * right / ahead, self.centre[1] + self.focal[1] * down / ahead, ahead],
            axis=1,
        )

    def in_frame(self, places: Floats) -> Floats:
        """Give x and y (N, 2), in pixels of the frame of a view that has not panned, of places (N, 3)."""
        return np.asarray(self.project(places)[:, :2] / SUPERSAMPLING - self.margins)

    def ground(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Give x and y (H, W), in metres, of the ground that each pixel of the canvas shows.

        Above the horizon it is the ground a kilometre away.
        """
        width, height = self.canvas_size
        across = (np.arange(width) + 0.5 - self.centre[0]) / self.focal[0]
        down = (np.arange(height) + 0.5 - self.centre[1]) / self.focal[1]
        rays = [
            self.axes[0, axis] * across + (self.axes[1, axis] * down + self.axes[2, axis])[:, None] for axis in range(3)
        ]
        reach = self.position[2] / np.maximum(-rays[2], 1e-3)
        x, y = (self.position[axis] + rays[axis] * reach for axis in range(2))
        return x.astype(np.float32), y.astype(np.float32)


def place_camera(rng: np.random.Generator, frame_size: tuple[int, int]) -> BroadcastCamera:
    """Place a camera as broadcasts do: 13 to 25 m behind the baseline, 17 to 30 degrees above it.

    The frame shows a strip of the picture, cut to the near half, or the whole of a 16:9 picture squeezed to its shape.
    """
    width, height = frame_size
    distance, elevation = rng.uniform(13, 25), np.radians(rng.uniform(17, 30))
    position = np.array([rng.normal(0, 0.5), -BASELINE - distance, distance * np.tan(elevation)])
    aim = np.array([rng.normal(0, 0.3), rng.uniform(-9, 0), 0.0])
    ahead = (aim - position) / np.linalg.norm(aim - position)
    right = np.cross(ahead, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    down = np.cross(ahead, right)
    roll = rng.normal(0, 0.004)
    axes = np.stack([right + roll * down, down - roll * right, ahead])
    strip = rng.random() < 0.65
    squeeze = rng.uniform(0.94, 1.06) if strip else rng.uniform(0.95, 1.1) * _WIDE_SCREEN / (width / height)
    if not strip and squeeze > 1:
        squeeze = 1.0
    baseline = rng.uniform(0.76, 1.08) if strip else rng.uniform(0.6, 0.84)
    row = rng.uniform(0.68, 0.84) if strip else rng.uniform(0.7, 0.8)
    ahead_of_line = float(axes[2] @ (np.array([0.0, -BASELINE, 0.0]) - position))
    focal = baseline * width * SUPERSAMPLING / 10.97 * ahead_of_line
    camera = BroadcastCamera(position, axes, (focal, focal * squeeze), (0.0, 0.0), frame_size)
    middle = camera.in_frame(np.array([[0.0, -BASELINE, 0.0]]))[0]
    wanted = np.array([width * rng.normal(0.5, 0.02), height * row])
    shift = (wanted - middle) * SUPERSAMPLING
    return BroadcastCamera(position, axes, camera.focal, (float(shift[0]), float(shift[1])), frame_size)
