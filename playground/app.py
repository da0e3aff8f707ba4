"""The game: keys in, ticks of the engine at its own rate, pictures and recordings out."""

import itertools
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray
from PIL import Image
from pygame import Surface
from pygame.event import Event

from playground.action import Action, Observation
from playground.controls import DEFAULT_KEYMAP, Command, Controls, Keymap
from playground.engine import Engine
from playground.errors import PlaygroundError
from playground.layout import default_scale, window_size
from playground.meter import Meter
from playground.picture import Picture
from playground.recorder import RECORD_SCALE, FrameFolder, GifRecorder, Recorder, recording
from playground.view import Scene, View
from playground.window import close_window, desktop_size, key_names, open_window, show

_CATCH_UP_TICKS, _CATCH_UP_SECONDS = 2, 0.05
"""Most time one update makes up for; a machine too slow for the tick rate plays slower, and nothing piles up."""
_ROUNDING = 1e-6
"""Seconds by which a tick may come early: sums of float seconds fall short of a whole period."""
_MESSAGE_SECONDS = 4.0


class Game:
    """One model animating one picture, driven by events and by time.

    It knows no window: `handle` takes pygame's events, `update` lets time pass and `draw` paints on any surface.
    """

    def __init__(
        self,
        engine: Engine,
        picture: Picture | Image.Image | NDArray[np.uint8],
        *,
        recorders: Sequence[Recorder] = (),
        record_scale: int = RECORD_SCALE,
        script: Sequence[Action] = (),
        keymap: Keymap = DEFAULT_KEYMAP,
    ) -> None:
        """Start from a picture.

        Args:
            engine: what plays; it is reset.
            picture: as for `Engine.reset`.
            recorders: what records from the first frame on, until the script ends, the player stops it or leaves.
            record_scale: whole number by which recordings that the player starts are enlarged.
            script: actions played before the player takes over, one a tick.
            keymap: which keys do what.

        Raises:
            PlaygroundError: the picture cannot be used.
        """
        self.running = True
        self._engine = engine
        self._keymap = keymap
        manifest = engine.manifest
        self._controls = Controls(manifest.speed, [action.length for action in manifest.local_actions])
        self._view = View(manifest.frame_size, [action.label for action in manifest.local_actions], keymap)
        self._picture_name = picture.name if isinstance(picture, Picture) else ""
        self._observation = engine.reset(picture)
        self._start = engine.snapshot()
        self._local_action: int | None = None
        self._script = tuple(script)
        self._script_at = 0
        self._period = 1 / engine.tick_rate
        self._waiting = 0.0
        self._paused = self._help = False
        self._message, self._message_left = "", 0.0
        self._meter = Meter(engine.provider_name)
        self._record_scale = record_scale
        self._recorders: list[Recorder] = []
        self._recorded_ticks = 0
        self._record(recorders)

    @property
    def observation(self) -> Observation:
        """What is seen now."""
        return self._observation

    @property
    def recording(self) -> bool:
        """Whether a recording runs."""
        return bool(self._recorders)

    @property
    def title(self) -> str:
        """A name for the window."""
        return " - ".join(filter(None, (self._picture_name, self._engine.manifest.name)))

    @property
    def message(self) -> str:
        """The news shown to the player; empty when there is none."""
        return self._message

    def handle(self, event: Event) -> None:
        """Take note of one pygame event."""
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type == pygame.KEYDOWN:
            wish = self._keymap.wish(key_names(event))
            if isinstance(wish, Command):
                self._obey(wish)
            if wish is not None:
                self._controls.press(wish, ("key", event.key))
        elif event.type == pygame.KEYUP:
            self._controls.release(("key", event.key))
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT:
            number = self._view.local_action_at(event.pos)
            if number is not None:
                self._controls.press(number, "mouse")
        elif event.type == pygame.MOUSEBUTTONUP and event.button == pygame.BUTTON_LEFT:
            self._controls.release("mouse")
        elif event.type == pygame.WINDOWFOCUSLOST:
            self._controls.release_all()

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass, and play the ticks that fall due."""
        self._meter.picture(dt)
        self._message_left -= dt
        if self._message_left <= 0:
            self._message = ""
        if self._paused or self._help:
            self._controls.forget_taps()  # what is tapped while the world stands still is not saved up
            return
        self._waiting += min(dt, max(_CATCH_UP_TICKS * self._period, _CATCH_UP_SECONDS))
        while self._waiting >= self._period - _ROUNDING:
            self._waiting -= self._period
            self._tick()

    def draw(self, surface: Surface) -> None:
        """Draw over the whole of `surface`."""
        scripted = self._script_at < len(self._script)
        scene = Scene(
            frame=self._observation.frame,
            lost=None if self._observation.mask.any() else self._observation.position,
            model=self._engine.manifest.name,
            picture=self._picture_name,
            figures=self._meter.text,
            pressed=self._controls.pressed,
            local_action=self._local_action,
            recording=self._recorded_ticks * self._period if self.recording else None,
            script=f"script {self._script_at} of {len(self._script)}" if scripted else "",
            paused=self._paused,
            help=self._help,
            message=self._message,
        )
        self._view.draw(surface, scene)

    def close(self) -> None:
        """Write a recording that still runs.

        Raises:
            PlaygroundError: it cannot be written.
        """
        self.running = False
        self._stop_recording()

    def _obey(self, command: Command) -> None:
        if command is Command.LEAVE and not self._help:
            self.running = False
        elif command in (Command.HELP, Command.LEAVE):
            self._help = not self._help
        elif command is Command.PAUSE:
            self._paused = not self._paused
        elif command is Command.RESET:
            self._observation = self._engine.restore(self._start)
            self._local_action, self._waiting = None, 0.0
            self._controls.forget_taps()
            self._keep()
        elif command is Command.RECORD:
            self._toggle_recording()

    def _tick(self) -> None:
        if self._script_at < len(self._script):
            action = self._script[self._script_at]
            self._script_at += 1
        else:
            action = self._controls.next_action()
        began = time.perf_counter()
        self._observation = self._engine.step(action)
        self._meter.tick(time.perf_counter() - began)
        self._local_action = action.local_action or self._engine.manifest.default_local_action(action.shift)
        self._keep()
        if self._script and self._script_at == len(self._script):
            self._script, self._script_at = (), 0
            if self.recording:
                self._toggle_recording()

    def _keep(self) -> None:
        """Add the new frame to what is recorded."""
        for recorder in self._recorders:
            recorder.add(self._observation.frame)
        self._recorded_ticks += 1

    def _toggle_recording(self) -> None:
        """Start or stop recording, and tell the player; an error becomes a message, and play goes on."""
        try:
            if self.recording:
                self._stop_recording()
                self._tell("recording saved")
            else:
                path = new_recording(Path.cwd())
                self._record([GifRecorder(path, self._engine.tick_rate, scale=self._record_scale)])
                self._tell(f"recording {path.name}")
        except PlaygroundError as error:
            self._tell(str(error))

    def _record(self, recorders: Sequence[Recorder]) -> None:
        """Record from the present frame on."""
        self._recorders = list(recorders)
        for recorder in self._recorders:
            recorder.add(self._observation.frame)
        self._recorded_ticks = 0

    def _stop_recording(self) -> None:
        recorders, self._recorders = self._recorders, []
        with recording(recorders):  # which closes them
            pass

    def _tell(self, message: str) -> None:
        self._message, self._message_left = message, _MESSAGE_SECONDS


def new_recording(folder: Path) -> Path:
    """Return a name for a GIF in `folder`, made of the date and the time, that no file has yet."""
    stem = f"glass-{datetime.now():%Y%m%d-%H%M%S}"
    names = itertools.chain([f"{stem}.gif"], (f"{stem}-{number}.gif" for number in itertools.count(2)))
    return next(folder / name for name in names if not (folder / name).exists())


def run(
    engine: Engine,
    picture: Picture | Image.Image | NDArray[np.uint8],
    *,
    scale: int | None = None,
    record: Path | None = None,
    frames: Path | None = None,
    script: Sequence[Action] = (),
) -> None:
    """Open a window and play in it until the player leaves; a recording that still runs is written then.

    Args:
        engine: what plays.
        picture: as for `Engine.reset`.
        scale: whole number by which the window, and recordings, enlarge the frame; None: as the desktop allows.
        record: GIF to record into from the first frame on; until the script ends, where there is one.
        frames: folder to write frames into, likewise.
        script: actions played before the player takes over.

    Raises:
        PlaygroundError: the picture cannot be used, there is no display, or a recording cannot be written.
    """
    record_scale = RECORD_SCALE if scale is None else scale
    recorders: list[Recorder] = []
    try:
        if record is not None:
            recorders.append(GifRecorder(record, engine.tick_rate, scale=record_scale))
        if frames is not None:
            recorders.append(FrameFolder(frames))
        game = Game(engine, picture, recorders=recorders, record_scale=record_scale, script=script)
        if scale is None:
            scale = default_scale(engine.frame_size, engine.manifest.codes, desktop_size())
        open_window(window_size(engine.frame_size, engine.manifest.codes, scale), game.title)
    except PlaygroundError:
        for recorder in recorders:
            recorder.discard()
        raise
    try:
        show(game)
    finally:
        close_window()
        game.close()
