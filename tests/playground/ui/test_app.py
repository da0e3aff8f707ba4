import gc
import shutil
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray
from PIL import Image
from pygame.event import Event

from glass.core.errors import GlassError
from playground import Engine
from playground.bundles.library import find_bundle
from playground.gameplay.settings import GameSettings
from playground.pictures.box_cut import Asker
from playground.pictures.picture import load_picture
from playground.pictures.sheets.sprite_sheet import find_sheet
from playground.pictures.sheets.standing_cell import Cell
from playground.ui import app as app_module
from playground.ui.app import run
from playground.ui.cell_picker.picker import CellPicker
from playground.ui.game.game import Game
from playground.ui.mask_editor.editor import MaskEditor
from playground.ui.opening import FileOpening
from playground.ui.toolkit.window import Screen
from playground.world.prepared_game import CellChoice, PreparedGame, Sides
from playground.world.world import World
from tests.playground.keys import wait_for
from tests.playground.pictures.sheets.drawn_sheets import Layout, draw_sheet
from tests.playground.turning_model import two_coloured, write_turning_bundle

PERIOD = 0.08
Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def engine(painted_bundle: Path) -> Engine:
    return Engine.load(painted_bundle)


@pytest.fixture
def frame(paint: Callable[..., Pixels]) -> Pixels:
    return paint()


@pytest.fixture(autouse=True)
def place(dummy_display: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def performance(engine: Engine, frame: Pixels, name: str = "a.png") -> PreparedGame:
    world = World([engine])
    world.open([engine.find_agent(frame)])
    return PreparedGame(name, world)


def stroke(key: int) -> Event:
    return Event(pygame.KEYDOWN, key=key, unicode="", scancode=0, mod=0)


def frames_of(path: Path) -> int:
    with Image.open(path) as image:
        return getattr(image, "n_frames", 1)


class Director:
    """Plays the part of the window: hands each screen its events, in turn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *scenes: list[Event]) -> None:
        self.scenes = list(scenes)
        self.screens: list[Screen] = []
        monkeypatch.setattr(app_module, "show", self.show)

    def show(self, screen: Screen) -> bool:
        if wait_for(screen):
            return True
        self.screens.append(screen)
        events = self.scenes.pop(0) if self.scenes else [Event(pygame.QUIT)]
        for event in events:
            screen.handle(event)
            screen.update(PERIOD)
            screen.draw(pygame.display.get_surface())
        return all(event.type != pygame.QUIT for event in events)


def test_run_plays_in_a_window_until_the_player_leaves(engine: Engine, frame: Pixels, tmp_path: Path) -> None:
    for event in (
        Event(pygame.KEYDOWN, key=pygame.K_RIGHT, unicode="", scancode=0),
        Event(pygame.KEYDOWN, key=pygame.K_ESCAPE, unicode="", scancode=0),
    ):
        pygame.event.post(event)
    assert run(performance(engine, frame), GameSettings(scale=2, record=tmp_path / "out.gif"))
    with Image.open(tmp_path / "out.gif") as image:
        assert image.size == (64, 48)
    assert pygame.display.get_surface() is not None


def test_nothing_is_kept_of_a_game_that_was_left(
    engine: Engine, frame: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[weakref.ref[World]] = []
    monkeypatch.setattr(app_module, "show", lambda game: left.append(weakref.ref(game.session.world)) is None)
    gc.disable()  # what is let go of is so because the game is over
    try:
        run(performance(engine, frame))
    finally:
        gc.enable()
    assert [world() for world in left] == [None]


def test_a_closed_window_does_not_stay(engine: Engine, frame: Pixels) -> None:
    pygame.event.post(Event(pygame.QUIT))
    assert not run(performance(engine, frame))
    assert not pygame.display.get_init()


def test_m_paints_and_play_begins_anew_with_that(
    engine: Engine, frame: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    director = Director(
        monkeypatch,
        [stroke(pygame.K_RIGHT), stroke(pygame.K_m)],
        [stroke(pygame.K_c), stroke(pygame.K_SPACE), stroke(pygame.K_RETURN)],
        [stroke(pygame.K_m)],
        [stroke(pygame.K_ESCAPE)],
    )
    run(performance(engine, frame))
    first, painting, second, _, back = director.screens
    assert isinstance(first, Game) and isinstance(painting, MaskEditor) and isinstance(second, Game)
    assert first is not second
    assert back is second


def test_k_chooses_a_cell_of_a_sheet_and_play_begins_anew_with_it(
    engine: Engine, paint: Callable[..., Pixels], monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = find_sheet(draw_sheet(Layout(4, 2)))
    assert sheet is not None

    def prepared(cell: Cell, sides: Sides = ()) -> PreparedGame:
        if cell == (2, 0):
            raise GlassError("sheet.png: no agent in cell 2,0")
        game = performance(engine, paint((4 + 8 * cell[0], 10)), "sheet.png")
        return replace(game, cells=CellChoice(sheet, cell, prepared))

    director = Director(
        monkeypatch,
        [stroke(pygame.K_RIGHT), stroke(pygame.K_k)],
        [stroke(pygame.K_RIGHT), stroke(pygame.K_RETURN)],
        [stroke(pygame.K_k)],
        [stroke(pygame.K_RIGHT), stroke(pygame.K_RETURN)],
        [stroke(pygame.K_k)],
        [stroke(pygame.K_ESCAPE)],
    )
    run(prepared((0, 0)))
    first, picker, second, again, refused, _, back = director.screens
    assert isinstance(first, Game) and isinstance(picker, CellPicker) and isinstance(second, Game)
    assert isinstance(again, CellPicker)
    starts = [game.session.world.starts[0].frame for game in (first, second)]
    assert np.array_equal(starts[0], paint((4, 10))) and np.array_equal(starts[1], paint((12, 10)))
    assert again.chosen == (2, 0)
    assert second is refused and second is back
    assert "no agent in cell 2,0" in second.message


def test_k_says_so_where_there_is_no_sheet(engine: Engine, frame: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    director = Director(monkeypatch, [stroke(pygame.K_k)])
    run(performance(engine, frame))
    first, second = director.screens
    assert isinstance(first, Game) and second is first
    assert first.message == "this picture is no cell of a sprite sheet"


def test_told_sides_go_along_to_another_cell_and_another_model(
    tmp_path: Path, painted_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine.load(write_turning_bundle(tmp_path / "turning"))
    sheet = find_sheet(draw_sheet(Layout(4, 2)))
    assert sheet is not None
    told: list[Sides] = []
    sheet_cells = sheet

    def prepared(sides: Sides) -> PreparedGame:
        told.append(sides)
        world = World([engine] * 2)
        world.open([replace(engine.find_agent(two_coloured()), faces=faces) for faces in sides])
        cells = CellChoice(sheet_cells, (0, 0), lambda cell, sides: prepared(sides))
        return PreparedGame("sheet.png", world, cells=cells, with_model=lambda folder, sides, ask: prepared(sides))

    monkeypatch.setattr(app_module, "find_bundles", lambda: (find_bundle(str(painted_bundle)),))
    shift_u = Event(pygame.KEYDOWN, key=pygame.K_u, unicode="U", scancode=0, mod=pygame.KMOD_LSHIFT)
    ctrl_m = Event(pygame.KEYDOWN, key=pygame.K_m, unicode="", scancode=0, mod=pygame.KMOD_LCTRL)
    chosen = [stroke(pygame.K_RIGHT), stroke(pygame.K_RETURN)]
    Director(monkeypatch, [shift_u, stroke(pygame.K_k)], chosen, [stroke(pygame.K_u), ctrl_m], chosen)
    run(prepared((None, None)))
    assert told == [(None, None), (None, "left"), ("left", "left")]


def test_a_dropped_picture_is_opened_and_a_bad_one_is_told(
    engine: Engine, frame: Pixels, paint: Callable[..., Pixels], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.fromarray(paint((4, 10))).save(tmp_path / "other.png")
    (tmp_path / "bad.png").write_bytes(b"nothing")

    def opener(files: tuple[Path, ...], ask: Asker, model: Path | None = None) -> PreparedGame:
        world = World([engine])
        world.open([engine.find_agent(load_picture(files[0]))])
        return PreparedGame(files[0].name, world, brief=("other.png: a part of it",))

    drops = [[Event(pygame.DROPFILE, file=str(tmp_path / name))] for name in ("bad.png", "other.png")]
    director = Director(monkeypatch, *drops)
    run(performance(engine, frame, "first.png"), opening=FileOpening(GameSettings(), opener))
    first, again, other = director.screens
    assert isinstance(first, Game) and isinstance(other, Game)
    assert again is first
    assert "bad.png" in first.message
    assert other.title == "other.png - painted"
    assert other.message == "other.png: a part of it"
    assert not other.running


def test_a_model_that_is_removed_while_it_plays_goes_on(
    own_bundle: Path, frame: Pixels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine.load(own_bundle)
    Image.fromarray(frame).save(tmp_path / "other.png")
    first = performance(engine, frame)
    shutil.rmtree(own_bundle)

    def opener(files: tuple[Path, ...], ask: Asker, model: Path | None = None) -> PreparedGame:
        return performance(Engine.load(own_bundle), frame)

    scenes = [stroke(pygame.K_2), stroke(pygame.K_F12), Event(pygame.DROPFILE, file=str(tmp_path / "other.png"))]
    director = Director(monkeypatch, scenes, [stroke(pygame.K_2), Event(pygame.QUIT)])
    told: list[str] = []  # all of it: that the picture is saved is told whenever it is, before or after

    def tell(game: Game, message: str, error: bool = False) -> None:
        told.append(message)

    monkeypatch.setattr(Game, "tell", tell)
    run(first, opening=FileOpening(GameSettings(), opener))
    game = director.screens[0]
    assert isinstance(game, Game)
    assert game.session.acting == (2,)
    assert sum("no such folder" in message for message in told) == 1
    assert len(list(tmp_path.glob("glass-*.png"))) == 1


def test_run_without_a_display_is_one_sentence_and_leaves_no_file(
    engine: Engine, frame: Pixels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pygame.display.quit()
    for variable in ("SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(GlassError, match="no display"):
        run(performance(engine, frame), GameSettings(scale=2, frames=tmp_path / "frames"))
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_writes_its_recording(
    engine: Engine, frame: Pixels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(self: Game, dt: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Game, "update", interrupt)
    run(performance(engine, frame), GameSettings(scale=1, record=tmp_path / "out.gif"))
    assert frames_of(tmp_path / "out.gif") == 1
