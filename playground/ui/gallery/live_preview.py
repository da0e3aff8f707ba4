"""Animated preview of the gallery's marked start frame: its agent walks and acts by itself."""

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from pygame import Rect, Surface

from playground.bundles.bundle import Bundle
from playground.gameplay.demonstration import Demonstration, Demonstrator
from playground.ui.toolkit.interpolation import WorldRenderer

_DELAY = 0.4
"""Seconds for which a picture must be marked before it is animated."""


class LivePreview:
    """Animates one picture at a time; a thread of its own loads the models, so that the window never waits for them."""

    def __init__(self) -> None:
        """Begin with nothing to show."""
        self._loader = ThreadPoolExecutor(1, "demonstration")
        self._demonstrator = Demonstrator()
        self._renderer = WorldRenderer()
        self._shown: object = None
        self._time = self._fraction = 0.0
        self._coming: Future[Demonstration | None] | None = None
        self._playing: Demonstration | None = None

    def update(self, picture: object, bundle: Bundle, frame: NDArray[np.uint8], dt: float) -> None:
        """Let `dt` seconds pass for a picture, a frame (H, W, 3) of a bundle; another one begins anew."""
        if picture is not self._shown:
            self._shown = picture
            self._clear()
        self._time += dt
        if self._coming is None:
            if self._time >= _DELAY:
                self._coming = self._loader.submit(self._demonstrator.open, bundle, frame)
            return
        if self._playing is None and self._coming.done():
            self._playing, self._time = self._coming.result(), 0.0
        period = 1 / bundle.manifest.tick_rate
        if self._playing is not None and self._time >= period:
            self._time = min(self._time - period, period)
            self._playing.tick()
        self._fraction = self._time / period

    def draw(self, surface: Surface, picture: object, box: Rect) -> bool:
        """Draw what a picture shows by now; returns whether it is animated yet."""
        if picture is not self._shown or self._playing is None:
            return False
        self._renderer.draw(surface, box, self._playing.before, self._playing.now, self._fraction)
        return True

    def forget(self) -> None:
        """Let go of the picture and of all models."""
        self._shown = None
        self._clear()
        self._loader.submit(self._demonstrator.clear)

    def _clear(self) -> None:
        self._time = self._fraction = 0.0
        self._coming = self._playing = None
