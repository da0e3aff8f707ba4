"""The window program: games one after the other, and the screens that lead from one to the next."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.errors import GlassError
from playground.acts.performer import card_count
from playground.bundles.library import find_bundles
from playground.core.memory import give_memory_back
from playground.gameplay.session import Session
from playground.gameplay.settings import GameSettings
from playground.input.controls import Command
from playground.input.gamepad import Gamepads
from playground.pictures.box_cut import Asker, enlarged_mask, reduced
from playground.ui.cell_picker.picker import CellPicker
from playground.ui.game.game import Game
from playground.ui.mask_editor.editor import MaskEditor
from playground.ui.opening import FileOpening
from playground.ui.pickers.model_picker import ModelPicker
from playground.ui.preparing import OpenTask, leave_window, open_as_kept, prepare_in_window
from playground.ui.toolkit.layout import default_scale, window_size
from playground.ui.toolkit.window import desktop_size, show
from playground.world.prepared_game import CellChoice, PreparedGame, Sides
from playground.world.world import World

_Next = tuple[Game | None, bool]
"""The game to go on with, None for the one before, and whether the window stays."""


def run(prepared: PreparedGame, settings: GameSettings | None = None, opening: FileOpening | None = None) -> bool:
    """Open a window and play in it until the player leaves; a recording that still runs is written then.

    Where the game has a script, recordings end with it. Files dropped onto the window are refused without an opening.
    Returns whether the window stays, because the player left the game only; else it is closed.

    Raises:
        GlassError: there is no display, or a recording cannot be written.
    """
    settings = settings or GameSettings()
    return GameLoop(settings, opening or FileOpening(settings, None)).play(prepared)


class GameLoop:
    """The loop of games in one window: the game that is played, and what comes after it."""

    def __init__(self, settings: GameSettings, opening: FileOpening) -> None:
        """Take what the player chose, and what opens files."""
        self._settings, self._opening = settings, opening
        self._gamepads = Gamepads()
        self._with_model: Callable[[Path, Sides, Asker], PreparedGame] | None = None
        self._cells: CellChoice | None = None
        self._frames: list[NDArray[np.uint8]] = []
        self._screens: dict[Command, Callable[[Game], _Next]] = {
            Command.MASK: self._paint,
            Command.CELL: self._choose_cell,
            Command.OPEN: self._open,
            Command.PASTE: self._open,
            Command.LEARNING: self._open,
            Command.MODEL: self._choose_model,
        }

    def play(self, prepared: PreparedGame) -> bool:
        """Play until the player leaves; see `run`."""
        game: Game | None = None
        stays = False
        try:
            game = self._new_game(prepared, first=True)
            stays = show(game)
            while stays and (game.dropped or game.left_for is not None):
                game, stays = self._next_game(game)
        finally:
            if not stays:
                leave_window(self._settings)
            if game is not None:
                game.close()
                del game
                give_memory_back()
        return stays

    def _new_game(self, prepared: PreparedGame, first: bool = False) -> Game:
        """Open a window for a prepared game, or give the open one its name; the first one is recorded as was asked."""
        settings, engines = self._settings, prepared.world.engines
        size, cards = prepared.world.grid, sum(card_count(engine.manifest) for engine in engines)
        scale = settings.scale or default_scale(size, cards, desktop_size())
        recorders = settings.recorders(engines[0].tick_rate, prepared.world.own_size) if first else []
        session = Session(prepared.world, settings, recorders=recorders, script=prepared.turns)
        has_cells = prepared.cells is not None
        game = Game(session, prepared.name, self._gamepads, has_cells, self._opening.meanwhile)
        self._with_model, self._cells = prepared.with_model, prepared.cells
        self._frames = [start.frame for start in prepared.world.starts]
        said = prepared.warnings + prepared.brief
        if prepared.unsure_of_side and (key := settings.keymap.shown(Command.FACES)):
            said += (f"not sure which side it faces: {key} tells",)
        if said:
            game.tell("; ".join(said))
        try:
            open_as_kept(window_size(size, cards, scale), game.title, settings)
            self._gamepads.start()
        except GlassError:
            for recorder in recorders:
                recorder.discard()
            raise
        return game

    def _next_game(self, game: Game) -> tuple[Game, bool]:
        """Do what a game was left for, and play; returns the game that was played, and whether the window stays."""
        next_game: Game | None = None
        stays = True
        try:
            if game.dropped:
                next_game, stays = self._prepare(*self._opening.files(game.dropped))
            elif game.left_for is not None:
                next_game, stays = self._screens[game.left_for](game)
        except GlassError as error:
            game.tell(str(error), error=True)
        if next_game is not None:
            game.close()
            game = next_game
            give_memory_back()
        game.resume()
        return game, stays and show(game)

    def _open(self, game: Game) -> _Next:
        """Let the player choose a file, take what is on the clipboard, or see how learning goes."""
        kept = self._settings.kept
        before, command = kept.folder, game.left_for or Command.OPEN
        task, stays = self._opening.ask(command)
        if kept.folder != before:
            game.session.recordings.use(kept.folder)
        return self._prepare(task, stays)

    def _prepare(self, task: OpenTask | None, stays: bool = True) -> _Next:
        """Prepare a game, if there is one to prepare and the window stays, while the window says so."""
        if task is None or not stays:
            return None, stays
        prepared, stays = prepare_in_window(task, self._settings)
        return (None if prepared is None else self._new_game(prepared)), stays

    def _choose_model(self, game: Game) -> _Next:
        """Let the player choose another model for what is played."""
        with_model = self._with_model
        if with_model is None:
            raise GlassError("a saved game is played by the model that it was saved with")
        picker = ModelPicker(find_bundles(), game.session.world.engines[0].manifest.name, self._settings.text_size)
        stays = show(picker)
        if picker.chosen is None or not stays:
            return None, stays
        return self._prepare(OpenTask(game.picture, partial(with_model, picker.chosen.folder, self._sides(game))))

    def _choose_cell(self, game: Game) -> _Next:
        """Let the player choose a cell of a sheet."""
        cells = self._cells
        if cells is None:
            raise GlassError("this picture is no cell of a sprite sheet")
        picker = CellPicker(cells.sheet, cells.cell, self._settings.text_size)
        stays = show(picker)
        if picker.chosen is None:
            return None, stays
        return self._new_game(cells.play(picker.chosen, self._sides(game))), stays

    def _sides(self, game: Game) -> Sides:
        """Return the sides that the pictures of a game were told to face, by key or when it began.

        What is told of another picture, whose saved game was gone back to, does not count.
        """
        pairs = zip(game.session.world.starts, self._frames, strict=True)
        return tuple(start.faces if np.array_equal(start.frame, frame) else None for start, frame in pairs)

    def _paint(self, game: Game) -> _Next:
        """Let the player paint what moves."""
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
        painted.open(
            [world.engines[0].with_mask(start, enlarged_mask(painting.painted, shown.mask.shape[::-1])), *others]
        )
        next_game = self._new_game(PreparedGame(game.picture, painted, with_model=self._with_model, cells=self._cells))
        next_game.tell("this is what moves now")
        return next_game, stays
