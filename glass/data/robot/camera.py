"""Pinhole camera: its pose, projection to pixels, and back-projection at a height."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glass.data.robot.look import CameraLook

VIEW_HEIGHT = 0.43
"""Metres across the frame at the aim, at the usual distance."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PinholeCamera:
    """A pinhole camera."""

    position: Floats
    """(3,) in metres."""
    axes: Floats
    """(3, 3): its right, up and backward directions as columns."""
    field_of_view: float
    """Degrees from the frame's top to its bottom."""
    frame_size: tuple[int, int]
    """(W, H) in pixels."""

    @classmethod
    def place(cls, look: CameraLook, middle: Floats, frame_size: tuple[int, int]) -> "PinholeCamera":
        """Place it as a look says, before the middle (3,) of the bin's floor; the robot is across, at smaller x."""
        elevation, azimuth = np.radians([look.elevation, look.azimuth])
        backward = np.array(
            [np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)]
        )
        right = np.cross([0.0, 0.0, 1.0], backward)
        right /= np.linalg.norm(right)
        distance = look.distance * VIEW_HEIGHT / 2 / np.tan(np.radians(look.field_of_view) / 2)
        aim = middle + np.array([look.aim[0], look.aim[1], 0.0])
        axes = np.stack([right, np.cross(backward, right), backward], axis=1)
        return cls(aim + distance * backward, axes, look.field_of_view, frame_size)

    @property
    def focal_length(self) -> float:
        """In pixels."""
        return float(self.frame_size[1] / 2 / np.tan(np.radians(self.field_of_view) / 2))

    def project(self, place: Floats) -> Floats:
        """Give the pixel (x, y) that shows a place (3,) in metres; pixel centres lie at halves."""
        right, up, backward = self.axes.T @ (place - self.position)
        return np.asarray(np.array(self.frame_size) / 2 + self.focal_length / -backward * np.array([right, -up]))

    def place_at(self, pixel: Floats, height: float) -> Floats:
        """Give the place (3,) at this height, in metres, that a pixel (x, y) shows."""
        x, y = (pixel - np.array(self.frame_size) / 2) / self.focal_length
        ray = self.axes @ np.array([x, -y, -1.0])
        return np.asarray(self.position + (height - self.position[2]) / ray[2] * ray)
