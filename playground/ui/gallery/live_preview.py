"""Animated preview of the gallery's marked start frame: its agent walks and acts by itself."""

import math
from concurrent.futures import Future, ThreadPoolExecutor

from pygame import Rect, Surface

from playground.bundles.bundle import Bundle
from playground.gameplay.demonstration import Demonstration, Demonstrator
from playground.pictures.picture import Picture
from playground.ui.toolkit.interpolation import WorldRenderer
from playground.ui.toolkit.window import REST_SECONDS

_DELAY = 0.4
"""Seconds for which a picture must be marked before it is animated."""
_LOADING = 0.05
"""Seconds after which to look again whether a model is loaded."""


class LivePreview:
    """Animates one picture at a time; a thread of its own loads the models, so that the window never waits for them."""

    def __init__(self) -> None:
        """Begin with nothing to show."""
        self._loader = ThreadPoolExecutor(1, "demonstration")
        self._demonstrator = Demonstrator()
        self._renderer = WorldRenderer()
        self._shown: object = None
        self._time = self._fraction = self._alone = 0.0
        self._coming: Future[Demonstration | None] | None = None
        self._playing: Demonstration | None = None

    def wake(self) -> None:
        """Somebody is there to see it."""
        self._alone = 0.0

    def rest(self) -> None:
        """Nobody looks: stand still, as after a while in which nobody does anything."""
        self._alone = REST_SECONDS

    def update(self, entry: object, bundle: Bundle, picture: Picture, dt: float) -> float:
        """Let `dt` seconds pass for an entry, a picture that a bundle plays; another one begins anew.

        Returns for how many seconds nothing changes.
        """
        if entry is not self._shown:
            self._shown = entry
            self._clear()
        self._time += dt
        if self._coming is None:
            if self._time < _DELAY:
                return _DELAY - self._time
            self._coming = self._loader.submit(self._demonstrator.open, bundle, picture)
        if self._playing is None:
            if not self._coming.done():
                return _LOADING
            self._playing, self._time = self._coming.result(), 0.0
        if self._playing is None:
            return math.inf
        self._alone += dt
        period = 1 / bundle.manifest.tick_rate
        if self._time >= period and self._alone >= REST_SECONDS:
            self._time = period
        elif self._time >= period:
            self._time = min(self._time - period, period)
            self._playing.tick()
        self._fraction = self._time / period
        return math.inf if self._fraction >= 1 and self._alone >= REST_SECONDS else 0.0

    def seen(self) -> object:
        """Return what it shows."""
        return None if self._playing is None else (self._playing.now, self._fraction)

    def draw(self, surface: Surface, entry: object, box: Rect) -> bool:
        """Draw what an entry shows by now; returns whether it is animated yet."""
        if entry is not self._shown or self._playing is None:
            return False
        self._renderer.draw(surface, box, self._playing.before, self._playing.now, self._fraction)
        return True

    def forget(self) -> None:
        """Let go of the picture and of all models."""
        self._shown = None
        self._clear()
        self._loader.submit(self._demonstrator.clear)

    def _clear(self) -> None:
        self._time = self._fraction = self._alone = 0.0
        self._coming = self._playing = None
