"""A start frame of the gallery that comes to life: its agent walks and acts by itself."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pygame import Rect, Surface

from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.engine.inference import InferenceEngine
from playground.scripts.random_walk import Walker
from playground.ui.toolkit.interpolation import WorldRenderer
from playground.world.layers import Layers, layers_of
from playground.world.world import World

_PATIENCE = 0.4
"""Seconds for which a picture is looked at before it comes to life."""


@dataclass(frozen=True)
class _Stage:
    """A world, and who plays in it."""

    world: World
    walker: Walker


class LivePreview:
    """Plays one picture after the other, each from when it has been looked at for a moment.

    Models are loaded by a thread of its own, so that the window never waits for them.
    """

    def __init__(self) -> None:
        """Begin with nothing to show."""
        self._loader = ThreadPoolExecutor(1, "demonstration")
        self._engines: dict[Path, InferenceEngine] = {}
        self._renderer = WorldRenderer()
        self._shown: object = None
        self._time = self._fraction = 0.0
        self._coming: Future[_Stage | None] | None = None
        self._stage: _Stage | None = None
        self._before: Layers | None = None
        self._now: Layers | None = None

    def update(self, picture: object, bundle: Bundle, frame: NDArray[np.uint8], dt: float) -> None:
        """Let `dt` seconds pass.

        Args:
            picture: what is looked at; another one begins anew.
            bundle: its model.
            frame: its pixels, (H, W, 3), as the model sees them.
            dt: seconds since the last time.
        """
        if picture is not self._shown:
            self._shown = picture
            self._clear()
        self._time += dt
        if self._coming is None:
            if self._time >= _PATIENCE:
                self._coming = self._loader.submit(self._open, bundle, frame)
            return
        if self._stage is None and self._coming.done():
            self._stage, self._time = self._coming.result(), 0.0
            if self._stage is not None:
                self._now = layers_of(self._stage.world.snapshot())
        period = 1 / bundle.manifest.tick_rate
        if self._stage is not None and self._time >= period:
            self._time = min(self._time - period, period)
            self._tick(self._stage)
        self._fraction = self._time / period

    def draw(self, surface: Surface, picture: object, box: Rect) -> bool:
        """Draw what a picture shows by now; returns whether it has come to life."""
        if picture is not self._shown or self._now is None:
            return False
        self._renderer.draw(surface, box, self._before, self._now, self._fraction)
        return True

    def forget(self) -> None:
        """Let go of the picture and of all models."""
        self._shown = None
        self._clear()
        self._loader.submit(self._engines.clear)

    def _clear(self) -> None:
        self._time = self._fraction = 0.0
        self._coming = self._stage = self._before = self._now = None

    def _open(self, bundle: Bundle, frame: NDArray[np.uint8]) -> _Stage | None:
        """Set the stage for a picture; None where it cannot be played."""
        try:
            if bundle.folder not in self._engines:
                self._engines[bundle.folder] = InferenceEngine(bundle)
            engine = self._engines[bundle.folder]
            world = World([engine])
            world.open([engine.find_agent(frame)])
        except GlassError:
            return None
        width, height = bundle.manifest.frame_size
        return _Stage(world, Walker(bundle.manifest, 0, (width / 2, height / 2)))

    def _tick(self, stage: _Stage) -> None:
        stage.world.step([stage.walker.next_action(stage.world.agents[0].position)])
        self._before, self._now = self._now, layers_of(stage.world.snapshot())
