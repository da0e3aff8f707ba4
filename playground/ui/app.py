"""The window program: games one after the other, pictures dropped onto the window, and the mask editor."""

import gc
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PIL import Image

from glass.core.errors import GlassError
from playground.gameplay.session import Session
from playground.gameplay.settings import DEFAULT_SETTINGS, GameSettings
from playground.input.gamepad import Gamepads
from playground.pictures.box_cut import AgentQuestion, Asker, Levels, enlarged_mask, reduced
from playground.pictures.start import Start
from playground.ui.cell_picker.picker import CellPicker
from playground.ui.game.game import Game
from playground.ui.mask_editor.editor import MaskEditor
from playground.ui.toolkit.layout import default_scale, window_size
from playground.ui.toolkit.waiting import Waiting
from playground.ui.toolkit.window import close_window, desktop_size, open_window, show
from playground.world.prepared_game import CellChoice, PreparedGame
from playground.world.world import World

Opener = Callable[[Path, Asker], PreparedGame]
"""Makes a game of a picture's file, and asks the player where its agent is if need be; raises GlassError."""

_FRAME, _CARDS = (128, 96), 12
"""Width and height of a frame, and cards, that a window has room for before the model is known."""


def run(prepared: PreparedGame, settings: GameSettings = DEFAULT_SETTINGS, opener: Opener | None = None) -> bool:
    """Open a window and play in it until the player leaves; a recording that still runs is written then.

    Where the game has a script, recordings end with it. Pictures dropped onto the window are refused without an opener.
    Returns whether the window stays, because the player left the game only; else it is closed.

    Raises:
        GlassError: there is no display, or a recording cannot be written.
    """
    return GameLoop(settings, opener).play(prepared)


def prepare_in_window(
    prepare: Callable[[Asker], PreparedGame], name: str, settings: GameSettings = DEFAULT_SETTINGS
) -> tuple[PreparedGame | None, bool]:
    """Prepare a game of that name in a thread, while the window says so and asks the player where the agent is.

    Returns the game, None where the player did not wait for it, and whether the window stays.

    Raises:
        GlassError: there is no display, or it cannot be prepared.
    """
    scale = settings.scale or default_scale(_FRAME, _CARDS, desktop_size())
    open_window(window_size(_FRAME, _CARDS, scale), name)
    waiting: Waiting[PreparedGame, AgentQuestion, Levels] = Waiting(
        prepare, f"looking for the agent in {name} ...", settings.text_size
    )
    stays = show(waiting)
    while stays and waiting.question is not None:
        question = waiting.question
        marking = MaskEditor(question.pixels, question.guess, settings.text_size, boxes=True)
        stays = show(marking)
        waiting.answer(marking.painted)
        stays = stays and show(waiting)
    if not stays or waiting.left:
        waiting.leave()
        return None, stays
    return waiting.result(), True


class GameLoop:
    """The loop of games in one window: the game that is played, and what comes after it."""

    def __init__(self, settings: GameSettings, opener: Opener | None) -> None:
        """Take what the player chose."""
        self._settings = settings
        self._opener = opener
        self._gamepads = Gamepads()
        self._cells: CellChoice | None = None

    def play(self, prepared: PreparedGame) -> bool:
        """Play until the player leaves; see `run`."""
        game: Game | None = None
        stays = False
        try:
            game = self._new_game(prepared, first=True)
            stays = show(game)
            while stays and (game.dropped is not None or game.painting or game.choosing_cell):
                game, stays = self._next_game(game)
        finally:
            if not stays:
                close_window()
            if game is not None:
                game.close()
                del game
                # Parts of a game know each other, so that Python would let go of its model and its way back late, and
                # of those of many games before.
                gc.collect()
        return stays

    def _new_game(self, prepared: PreparedGame, first: bool = False) -> Game:
        """Open a window for a prepared game, or give the open one its name; the first one is recorded as was asked."""
        settings, engines = self._settings, prepared.world.engines
        size, cards = prepared.world.grid, sum(engine.manifest.codes for engine in engines)
        scale = settings.scale or default_scale(size, cards, desktop_size())
        recorders = settings.recorders(engines[0].tick_rate, prepared.world.own_size) if first else []
        session = Session(prepared.world, settings, recorders=recorders, script=prepared.turns)
        game = Game(session, prepared.name, self._gamepads)
        self._cells = prepared.cells
        if said := prepared.warnings + prepared.notes:
            game.tell("; ".join(said))
        try:
            open_window(window_size(size, cards, scale), game.title, keep=settings.scale is None)
            self._gamepads.start()
        except GlassError:
            for recorder in recorders:
                recorder.discard()
            raise
        return game

    def _next_game(self, game: Game) -> tuple[Game, bool]:
        """Do what a game was left for, and play; returns the game that was played, and whether the window stays."""
        dropped, choosing_cell = game.dropped, game.choosing_cell
        game.dropped, game.painting, game.choosing_cell = None, False, False
        next_game: Game | None = None
        stays = True
        if choosing_cell:
            next_game, stays = self._choose_cell(game)
        elif dropped is None:
            next_game, stays = self._paint(game)
        else:
            try:
                if self._opener is None:
                    raise GlassError(f"{dropped.name}: pictures cannot be opened here")
                prepared, stays = prepare_in_window(partial(self._opener, dropped), dropped.name, self._settings)
                next_game = None if prepared is None else self._new_game(prepared)
            except GlassError as error:
                game.tell(str(error))
        if next_game is not None:
            game.close()
            game = next_game
            gc.collect()
        game.running = True
        return game, stays and show(game)

    def _choose_cell(self, game: Game) -> tuple[Game | None, bool]:
        """Let the player choose a cell; returns the game with that, if any, and whether the window stays."""
        if self._cells is None:
            game.tell("this picture is no cell of a sprite sheet")
            return None, True
        picker = CellPicker(self._cells.sheet, self._cells.cell, self._settings.text_size)
        stays = show(picker)
        if picker.chosen is None:
            return None, stays
        try:
            return self._new_game(self._cells.play(picker.chosen)), stays
        except GlassError as error:
            game.tell(str(error))
            return None, stays

    def _paint(self, game: Game) -> tuple[Game | None, bool]:
        """Let the player paint what moves; returns the game with that, if any, and whether the window stays."""
        world = game.session.world
        start, *others = world.starts
        shown = start.own or start
        pixels = shown.frame if start.own is None else reduced(Image.fromarray(shown.frame))
        mask = enlarged_mask(shown.mask, (pixels.shape[1], pixels.shape[0]))
        painting = MaskEditor(pixels, mask, self._settings.text_size)
        stays = show(painting)
        if painting.painted is None:
            return None, stays
        painted = World(world.engines)
        painted.open([_with_mask(start, painting.painted), *others])
        next_game = self._new_game(PreparedGame(game.picture, painted, cells=self._cells))
        next_game.tell("this is what moves now")
        return next_game, stays


def _with_mask(start: Start, mask: Levels) -> Start:
    """Return a start with another mask of its agent, (H, W) as it was shown."""
    frame = enlarged_mask(mask, (start.frame.shape[1], start.frame.shape[0]))
    own = start.own
    if own is not None:
        own = replace(own, mask=enlarged_mask(mask, (own.frame.shape[1], own.frame.shape[0])))
    return replace(start, mask=frame, own=own, confidence=1.0, note="")
