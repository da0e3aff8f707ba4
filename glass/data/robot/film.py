"""Rendering of frames and of masks of the arm."""

from functools import cache

import mujoco
import numpy as np
import numpy.typing as npt
from PIL import Image

from glass.data.robot.scene import CAMERA, RobotScene

_MAX_GEOMS = 400
_FULL = np.uint8(255)


class Film:
    """The camera at work; holds graphics memory until it is closed.

    All films of a size share one graphics context (which `mujoco.Renderer` would make anew each time), since software
    that draws compiles its programs anew in each.
    """

    def __init__(self, scene: RobotScene, data: mujoco.MjData) -> None:
        """Set up for a simulation of a scene."""
        buffer = scene.model.vis.global_
        width, height = buffer.offwidth, buffer.offheight
        self._model, self._data, self._arm = scene.model, data, scene.arm_geoms
        self._rectangle = mujoco.MjrRect(0, 0, width, height)
        self._scene = mujoco.MjvScene(scene.model, maxgeom=_MAX_GEOMS)
        self._option = mujoco.MjvOption()
        self._camera = mujoco.MjvCamera()
        self._camera.type = mujoco.mjtCamera.mjCAMERA_FIXED
        self._camera.fixedcamid = scene.model.camera(CAMERA).id
        _graphics(width, height).make_current()
        self._context = mujoco.MjrContext(scene.model, mujoco.mjtFontScale.mjFONTSCALE_50)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN, self._context)

    def close(self) -> None:
        """Give the graphics memory back."""
        self._context.free()

    def shoot(self, frame_size: tuple[int, int]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
        """Give what is seen now, (H, W, 3) RGB, and where the arm is, (H, W), at this size (W, H) or drawn finer."""
        everything = mujoco.mjtCatBit.mjCAT_ALL
        mujoco.mjv_updateScene(self._model, self._data, self._option, None, self._camera, everything.value, self._scene)
        picture, mask = self._draw(numbers=False), self._arm_mask()
        if frame_size == (self._rectangle.width, self._rectangle.height):
            return picture, mask
        smaller = [Image.fromarray(each).resize(frame_size, Image.Resampling.BOX) for each in (picture, mask * _FULL)]
        return np.asarray(smaller[0]), np.asarray(smaller[1]) > _FULL // 2

    def _arm_mask(self) -> npt.NDArray[np.bool_]:
        """Draw each geom in the colour of its number in the scene, from 1 on, and look which ones are the arm's."""
        colours = self._draw(numbers=True).astype(np.int64)
        numbers = colours @ (1, 256, 256 * 256)
        geoms = self._scene.geoms[: self._scene.ngeom]
        is_arm = [geom.objtype == mujoco.mjtObj.mjOBJ_GEOM and geom.objid in self._arm for geom in geoms]
        return np.asarray(np.array([False, *is_arm])[numbers])

    def _draw(self, numbers: bool) -> npt.NDArray[np.uint8]:
        for flag in (mujoco.mjtRndFlag.mjRND_SEGMENT, mujoco.mjtRndFlag.mjRND_IDCOLOR):
            self._scene.flags[flag] = numbers
        picture = np.empty((self._rectangle.height, self._rectangle.width, 3), np.uint8)
        mujoco.mjr_render(self._rectangle, self._scene, self._context)
        mujoco.mjr_readPixels(picture, None, self._rectangle, self._context)
        return np.ascontiguousarray(picture[::-1])


@cache
def _graphics(width: int, height: int) -> mujoco.GLContext:
    return mujoco.GLContext(width, height)
