"""The program around games: the window, the pictures that are dropped onto it, the masks that are painted in it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError
from playground.input.gamepad import Gamepads
from playground.input.keymap import DEFAULT_KEYMAP, Keymap
from playground.pictures.start import Start
from playground.recording.recorder import RECORD_SCALE, FileRecorder, FrameFolder, Recorder
from playground.scripts.random_walk import Autopilot
from playground.ui.game.game import Game
from playground.ui.mask_editor.editor import MaskEditor
from playground.ui.toolkit.layout import default_scale, window_size
from playground.ui.toolkit.window import close_window, desktop_size, open_window, show
from playground.world.prepared_game import Performance
from playground.world.world import World

Opener = Callable[[Path], Performance]
"""Makes a game of a picture's file; raises GlassError."""


@dataclass(frozen=True)
class Settings:
    """What a player may choose."""

    scale: int | None = None
    """Whole number by which the window, and recordings, enlarge the frame; None: as the desktop allows."""
    record: Path | None = None
    """GIF to record into from the first frame on; until the script ends, where there is one."""
    frames: Path | None = None
    """Folder to write frames into, likewise."""
    text_size: float = 1.0
    """How large the text is at first, in what suits the window: one of TEXT_SIZES."""
    keymap: Keymap = DEFAULT_KEYMAP
    """Which keys do what."""
    autoplay: int | None = None
    """Seed of the walk that plays while the player asks for nothing; None lets the agent stand."""


PLAIN_SETTINGS = Settings()


def run(performance: Performance, settings: Settings = PLAIN_SETTINGS, opener: Opener | None = None) -> bool:
    """Open a window and play in it until the player leaves; a recording that still runs is written then.

    Args:
        performance: what is shown before the players take over; where there is a script, recordings end with it.
        settings: what the player chose.
        opener: opens pictures that are dropped onto the window; without it they are refused.

    Returns:
        Whether the window stays, because the player left the game only; else it is closed.

    Raises:
        GlassError: there is no display, or a recording cannot be written.
    """
    return _Table(settings, opener).play(performance)


def paint_agent(frame: NDArray[np.uint8], title: str) -> NDArray[np.float32] | None:
    """Let the player paint what moves in a frame (H, W, 3), in a window of that title; returns its mask (H, W) or None.

    Raises:
        GlassError: there is no display.
    """
    size = (frame.shape[1], frame.shape[0])
    open_window(window_size(size, 1, default_scale(size, 1, desktop_size())), title)
    painting = MaskEditor(frame)
    show(painting)
    return painting.painted


class _Table:
    """The game that is played, and what comes after it."""

    def __init__(self, settings: Settings, opener: Opener | None) -> None:
        """Take what the player chose."""
        self._settings = settings
        self._opener = opener
        self._gamepads = Gamepads()

    def play(self, performance: Performance) -> bool:
        """Play until the player leaves; see `run`."""
        game: Game | None = None
        stays = False
        try:
            game = self._new_game(performance, first=True)
            stays = show(game)
            while stays and (game.dropped is not None or game.painting):
                game, stays = self._go_on(game)
        finally:
            if not stays:
                close_window()
            if game is not None:
                game.close()
        return stays

    def _new_game(self, performance: Performance, first: bool = False) -> Game:
        """Open a window for a performance, or give the open one its name; the first one is recorded as was asked."""
        settings, engines = self._settings, performance.world.engines
        size, cards = engines[0].frame_size, sum(engine.manifest.codes for engine in engines)
        scale = settings.scale or default_scale(size, cards, desktop_size())
        recorders: list[Recorder] = []
        if first and settings.record is not None:
            recorders.append(FileRecorder(settings.record, engines[0].tick_rate, settings.scale or RECORD_SCALE))
        if first and settings.frames is not None:
            recorders.append(FrameFolder(settings.frames))
        game = Game(
            performance.world,
            performance.name,
            recorders=recorders,
            record_scale=settings.scale or RECORD_SCALE,
            script=performance.turns,
            keymap=settings.keymap,
            gamepads=self._gamepads,
            text_size=settings.text_size,
        )
        if performance.notes:
            game.tell("; ".join(performance.notes))
        if settings.autoplay is not None:
            game.session.autopilot = Autopilot(engines[0].manifest, settings.autoplay)
        try:
            open_window(window_size(size, cards, scale), game.title, keep=settings.scale is None)
            self._gamepads.start()
        except GlassError:
            for recorder in recorders:
                recorder.discard()
            raise
        return game

    def _go_on(self, game: Game) -> tuple[Game, bool]:
        """Do what a game was left for, and play; returns the game that was played, and whether the window stays."""
        dropped, game.dropped, game.painting = game.dropped, None, False
        follower: Game | None = None
        stays = True
        if dropped is None:
            follower, stays = self._paint(game)
        else:
            try:
                if self._opener is None:
                    raise GlassError(f"{dropped.name}: pictures cannot be opened here")
                follower = self._new_game(self._opener(dropped))
            except GlassError as error:
                game.tell(str(error))
        if follower is not None:
            game.close()
            game = follower
        game.running = True
        return game, stays and show(game)

    def _paint(self, game: Game) -> tuple[Game | None, bool]:
        """Let the player paint what moves; returns the game with that, if any, and whether the window stays."""
        world = game.session.world
        start, *others = world.starts
        painting = MaskEditor(start.frame, start.mask, self._settings.text_size)
        stays = show(painting)
        if painting.painted is None:
            return None, stays
        painted = World(world.engines)
        painted.open([Start(start.frame, painting.painted), *others])
        follower = self._new_game(Performance(game.picture, painted))
        follower.tell("this is what moves now")
        return follower, stays
