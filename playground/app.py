"""The program around games: the window, the pictures that are dropped onto it, the masks that are painted in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.action import Action
from playground.agent import NoAgentError, Start
from playground.engine import Engine
from playground.errors import PlaygroundError
from playground.game import Game
from playground.gamepad import Gamepads
from playground.keymap import DEFAULT_KEYMAP, Keymap
from playground.layout import default_scale, window_size
from playground.painting import Painting
from playground.performance import Performance
from playground.picture import Picture, as_picture, fit_picture
from playground.policy import Autopilot
from playground.recorder import RECORD_SCALE, FileRecorder, FrameFolder, Recorder
from playground.window import close_window, desktop_size, open_window, show
from playground.world import World

Opener = Callable[[Path], tuple[Engine, Picture]]
"""Loads a picture's file and the model that suits it; raises PlaygroundError."""


@dataclass(frozen=True)
class Settings:
    """What a player may choose."""

    scale: int | None = None
    """Whole number by which the window, and recordings, enlarge the frame; None: as the desktop allows."""
    record: Path | None = None
    """GIF to record into from the first frame on; until the script ends, where there is one."""
    frames: Path | None = None
    """Folder to write frames into, likewise."""
    script: Sequence[Action] = ()
    """Actions played before the player takes over."""
    keymap: Keymap = DEFAULT_KEYMAP
    """Which keys do what."""
    autoplay: int | None = None
    """Seed of the walk that plays while the player asks for nothing; None lets the agent stand."""


PLAIN_SETTINGS = Settings()


def run(
    engine: Engine,
    picture: Picture | Image.Image | NDArray[np.uint8],
    settings: Settings = PLAIN_SETTINGS,
    opener: Opener | None = None,
) -> None:
    """Open a window and play in it until the player leaves; a recording that still runs is written then.

    Where no agent is found in the picture, the player is asked to paint it.

    Args:
        engine: what plays; it is reset.
        picture: as for `Engine.reset`.
        settings: what the player chose.
        opener: opens pictures that are dropped onto the window; without it they are refused.

    Raises:
        PlaygroundError: the picture cannot be used, there is no display, or a recording cannot be written.
    """
    table = _Table(engine, as_picture(picture), settings, opener)
    try:
        while table.goes_on() and show(table.game):
            pass
    finally:
        close_window()
        table.game.close()


def perform(performance: Performance, settings: Settings = PLAIN_SETTINGS) -> None:
    """Open a window, show a performance, and let its players go on until they leave.

    Nothing can be dropped or painted there.

    Args:
        performance: what is shown.
        settings: what the player chose; the performance is the script.

    Raises:
        PlaygroundError: there is no display, or a recording cannot be written.
    """
    engines = performance.world.engines
    cards = sum(engine.manifest.codes for engine in engines)
    scale = settings.scale or default_scale(engines[0].frame_size, cards, desktop_size())
    recorders = _new_recorders(settings, engines[0].tick_rate)
    gamepads = Gamepads()
    try:
        game = Game(
            performance.world,
            performance.name,
            recorders=recorders,
            record_scale=settings.scale or RECORD_SCALE,
            script=performance.turns,
            keymap=settings.keymap,
            gamepads=gamepads,
        )
        if settings.autoplay is not None:
            game.session.autopilot = Autopilot(engines[0].manifest, settings.autoplay)
        open_window(window_size(engines[0].frame_size, cards, scale), game.title)
        gamepads.start()
    except PlaygroundError:
        for recorder in recorders:
            recorder.discard()
        close_window()
        raise
    try:
        while show(game) and (game.painting or game.dropped is not None):
            game.painting, game.dropped, game.running = False, None, True
            game.tell("only a game of one picture can open or paint another")
    finally:
        close_window()
        game.close()


def _new_recorders(settings: Settings, tick_rate: float) -> list[Recorder]:
    """Return what records from the first frame on."""
    recorders: list[Recorder] = []
    if settings.record is not None:
        recorders.append(FileRecorder(settings.record, tick_rate, scale=settings.scale or RECORD_SCALE))
    if settings.frames is not None:
        recorders.append(FrameFolder(settings.frames))
    return recorders


class _Table:
    """The game that is played, and what comes after it."""

    def __init__(self, engine: Engine, picture: Picture, settings: Settings, opener: Opener | None) -> None:
        """Open the window with the first game."""
        self._engine, self._picture = engine, picture
        self._settings = settings
        self._opener = opener
        self._scale = settings.scale
        self._gamepads = Gamepads()
        recorders = _new_recorders(settings, engine.tick_rate)
        try:
            self._start = self._find_agent()
            self.game = self._new_game(recorders, settings.script)
            self._open_window()
        except PlaygroundError:
            for recorder in recorders:
                recorder.discard()
            close_window()
            raise

    @property
    def _record_scale(self) -> int:
        return RECORD_SCALE if self._settings.scale is None else self._settings.scale

    def goes_on(self) -> bool:
        """Do what the game was left for, and say whether there is a game to play, and a window for it."""
        dropped, self.game.dropped = self.game.dropped, None
        if dropped is not None:
            self._open(dropped)
        elif self.game.painting:
            return self._paint()
        return self.game.running

    def _find_agent(self) -> Start:
        try:
            return self._engine.find_agent(self._picture)
        except NoAgentError:
            frame = fit_picture(self._picture, self._engine.frame_size, self._engine.manifest.window).frame
            self._open_window()
            painting = Painting(frame)
            show(painting)
            if painting.painted is None:
                raise
            return Start(frame, painting.painted)

    def _open_window(self) -> None:
        """Open a window for the picture, or give the open one its name."""
        size, codes = self._engine.frame_size, self._engine.manifest.codes
        if self._scale is None:
            self._scale = default_scale(size, codes, desktop_size())
        open_window(window_size(size, codes, self._scale), f"{self._picture.name} - {self._engine.manifest.name}")
        self._gamepads.start()

    def _new_game(self, recorders: Sequence[Recorder] = (), script: Sequence[Action] = ()) -> Game:
        world = World([self._engine])
        world.open([self._start])
        game = Game(
            world,
            self._picture.name,
            recorders=recorders,
            record_scale=self._record_scale,
            script=[(action,) for action in script],
            keymap=self._settings.keymap,
            gamepads=self._gamepads,
        )
        if self._settings.autoplay is not None:
            game.session.autopilot = Autopilot(self._engine.manifest, self._settings.autoplay)
        return game

    def _open(self, path: Path) -> None:
        """Play a dropped picture; where it cannot be used, go on and say why."""
        before = (self._engine, self._picture, self._start)
        try:
            if self._opener is None:
                raise PlaygroundError(f"{path.name}: pictures cannot be opened here")
            self._engine, self._picture = self._opener(path)
            self._start = self._find_agent()
            game = self._new_game()
            self.game.close()
            self.game = game
            self._open_window()
        except PlaygroundError as error:
            self._engine, self._picture, self._start = before
            self.game.tell(str(error))
            self.game.running = True

    def _paint(self) -> bool:
        """Let the player paint what moves, and begin anew with that; returns whether the window stays."""
        painting = Painting(self._start.frame, self._start.mask)
        stays = show(painting)
        self.game.painting, self.game.running = False, True
        if painting.painted is not None:
            self.game.close()
            self._start = Start(self._start.frame, painting.painted)
            self.game = self._new_game()
            self.game.tell("this is what moves now")
        return stays
