"""Filming a scene: frames and the mask of the arm."""

from types import TracebackType

import mujoco
import numpy as np
import numpy.typing as npt

from glass.data.robot.scene import CAMERA, Scene


class Film:
    """The camera at work; holds graphics memory until its block ends."""

    def __init__(self, scene: Scene, data: mujoco.MjData) -> None:
        """Set up for a simulation of a scene."""
        width, height = scene.camera.frame_size
        self._data = data
        self._arm = scene.arm_geoms
        self._renderer = mujoco.Renderer(scene.model, height, width, max_geom=200)

    def __enter__(self) -> "Film":
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the graphics memory back."""
        self._renderer.close()

    def shoot(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
        """Give what is seen now, (H, W, 3) RGB, and where the arm is, (H, W)."""
        self._renderer.update_scene(self._data, CAMERA)
        frame = self._renderer.render()
        self._renderer.enable_segmentation_rendering()
        seen = self._renderer.render()
        self._renderer.disable_segmentation_rendering()
        kinds, numbers = seen[..., 1], seen[..., 0]
        return frame, (kinds == mujoco.mjtObj.mjOBJ_GEOM) & np.isin(numbers, self._arm)
