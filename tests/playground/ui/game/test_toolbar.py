"""Everything that can be clicked in a game: buttons, drawn arrows, cards, the link of a message, the help."""

from collections.abc import Callable
from pathlib import Path

import pygame
import pytest
from pygame.event import Event

from playground import Engine
from playground.bundles.manifest import read_manifest
from playground.bundles.own_facts import read_names
from playground.gameplay.kept_settings import SettingsFile
from playground.gameplay.session import Session
from playground.gameplay.settings import GameSettings
from playground.input.controls import Command
from playground.input.keymap import DEFAULT_KEYMAP, KeyTableRow
from playground.learning.process import LearnRequest
from playground.ui.game import game as game_module
from playground.ui.game.game import Game
from playground.ui.game.toolbar import BUTTONS
from playground.ui.meanwhile import Meanwhile
from playground.ui.toolkit import theme
from playground.ui.toolkit.layout import arrange, key_caps
from playground.world.world import World
from tests.playground.keys import mouse_down, mouse_up, press, tap
from tests.playground.turning_model import two_coloured, write_turning_bundle
from tests.playground.ui.game.playing import PERIOD, WINDOW, Pixels, drawn, position


@pytest.fixture(autouse=True)
def place(dummy_display: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def game(engine: Engine, paint: Callable[..., Pixels]) -> Game:
    return new_game(engine, paint())


def new_game(engine: Engine, frame: Pixels) -> Game:
    world = World([engine])
    world.open([engine.find_agent(frame)])
    meanwhile = Meanwhile()
    meanwhile.learning.request = LearnRequest(Path("walk.gif"), "walk", 3)  # its process does not matter here
    game = Game(Session(world, GameSettings(kept=SettingsFile())), cells=True, meanwhile=meanwhile)
    drawn(game)
    return game


def down(game: Game, command: Command) -> None:
    mouse_down(game, game._view.button(command).center)


def click(game: Game, command: Command) -> None:
    down(game, command)
    mouse_up(game, (0, 0))
    drawn(game)


def point(game: Game, place: tuple[int, int]) -> Pixels:
    game.handle(Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0)))
    return drawn(game)


@pytest.mark.parametrize("command", BUTTONS)
def test_a_button_does_what_its_key_does_and_says_so(
    game: Game, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert DEFAULT_KEYMAP.shown(command) and DEFAULT_KEYMAP.description(command)
    pressed: list[object] = []
    monkeypatch.setattr(game, "_press", lambda intent, source, player=0: pressed.append((intent, player)))
    monkeypatch.setattr(game, "_faces", (0,))
    drawn(game)
    click(game, command)
    name = DEFAULT_KEYMAP.keys[command][0]
    held = pygame.KMOD_LCTRL if name.startswith("ctrl+") else 0
    key = pygame.key.key_code(name.removeprefix("ctrl+"))
    game.handle(Event(pygame.KEYDOWN, key=key, unicode="", scancode=0, mod=held))
    assert pressed == [(command, 0)] * 2
    box, plain = game._view.button(command), point(game, (1, WINDOW[1] - 1))
    tip = (point(game, box.center) != plain).any(2)
    assert tip[box.bottom + 3 :].sum() > 1000


@pytest.mark.parametrize("command", [Command.OPEN, Command.PASTE, Command.MODEL, Command.LEARNING])
def test_what_needs_another_screen_leaves_for_it_and_comes_back(game: Game, command: Command) -> None:
    click(game, command)
    assert not game.running and game.left_for is command
    game.resume()
    assert game.running and game.left_for is None


def test_another_cell_is_offered_where_there_is_one(engine: Engine, paint: Callable[..., Pixels]) -> None:
    world = World([engine])
    world.open([engine.find_agent(paint())])
    game = Game(Session(world, GameSettings(kept=SettingsFile())))
    drawn(game)
    assert game._view.button(Command.MASK)
    with pytest.raises(KeyError):
        game._view.button(Command.CELL)


def test_a_side_is_offered_where_the_model_takes_one(game: Game, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        game._view.button(Command.FACES)
    tap(game, pygame.K_u)
    assert game.message == "model 'painted' cannot be told which side a picture faces"
    engine = Engine.load(write_turning_bundle(tmp_path / "turning"))
    world = World([engine])
    world.open([engine.find_agent(two_coloured())])
    told = Game(Session(world, GameSettings(kept=SettingsFile())))
    while not told._action_cards.complete:
        told._action_cards.compute_some()
    drawn(told)
    click(told, Command.FACES)
    assert told.message == "faces left"
    told.update(PERIOD)
    assert not told._action_cards.complete  # The previews are those of an agent that faces left.


@pytest.mark.parametrize("row", [row for row in DEFAULT_KEYMAP.for_game([4]).rows() if row.binding is not None])
def test_a_row_of_the_help_does_what_its_key_does(
    game: Game, row: KeyTableRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    tap(game, pygame.K_F1)
    plain = drawn(game)
    assert row.binding is not None and isinstance(row.binding.intent, Command)
    place = game._view.help_row(row.binding.intent).center
    assert (point(game, place) != plain).any()
    pressed: list[object] = []
    monkeypatch.setattr(game, "_press", lambda intent, source, player=0: pressed.append(intent))
    mouse_down(game, place)
    assert not game.seen().help
    assert pressed == ([] if row.binding.intent is Command.HELP else [row.binding.intent])


def test_each_of_two_players_has_a_key_a_button_and_a_row_for_the_side(engine: Engine, tmp_path: Path) -> None:
    turning = Engine.load(write_turning_bundle(tmp_path / "turning"))
    engines = [engine, turning]
    world = World(engines)
    world.open([one.find_agent(two_coloured()) for one in engines])
    game = Game(Session(world, GameSettings(kept=SettingsFile())))
    drawn(game)
    with pytest.raises(KeyError):
        game._view.button(Command.FACES, 0)  # its model cannot be told
    mouse_down(game, game._view.button(Command.FACES, 1).center)
    assert game.message == "faces left (second player)"
    game.handle(Event(pygame.KEYDOWN, key=pygame.K_u, unicode="U", scancode=0, mod=pygame.KMOD_LSHIFT))
    assert game.message == "seen from the front: never turns (second player)"
    tap(game, pygame.K_F1)
    drawn(game)
    mouse_down(game, game._view.help_row(Command.FACES, 1).center)
    assert game.message == "faces right (second player)"
    tap(game, pygame.K_u)
    assert game.message == "model 'painted' cannot be told which side a picture faces"
    assert [start.faces for start in world.starts] == [None, "right"]


def test_pause_is_lit_while_it_lasts(game: Game) -> None:
    box = game._view.button(Command.PAUSE)
    for lit in (True, False):
        click(game, Command.PAUSE)
        assert game.session.paused is lit
        assert (tuple(drawn(game)[box.bottom - 4, box.centerx]) == theme.PRESSED) is lit


def test_time_goes_back_while_the_button_is_held(game: Game) -> None:
    press(game, pygame.K_RIGHT)
    for _ in range(4):
        game.update(PERIOD)
    game.session.release_all()
    x, _ = position(game)
    down(game, Command.REWIND)
    game.update(2 * PERIOD)
    assert game.session.rewinding and position(game)[0] < x
    mouse_up(game, (0, 0))
    assert not game.session.rewinding


def test_buttons_fold_and_that_is_kept(game: Game) -> None:
    click(game, Command.BUTTONS)
    assert not game.session.settings.kept.now.buttons
    with pytest.raises(KeyError):
        game._view.button(Command.OPEN)
    click(game, Command.HELP)
    assert game.seen().help
    mouse_down(game, (5, 5))
    assert not game.seen().help  # any click closes it
    drawn(game)
    click(game, Command.BUTTONS)
    assert game._view.button(Command.OPEN)


def test_nothing_can_be_clicked_where_everything_is_hidden(game: Game) -> None:
    place = game._view.button(Command.OPEN).center
    tap(game, pygame.K_h)
    drawn(game)
    mouse_down(game, place)
    assert game.running


def test_a_drawn_arrow_moves_the_agent_while_it_is_held(game: Game) -> None:
    caps = key_caps(arrange(WINDOW, (32, 24), 4).arrows[0])
    for way, step in (("right", (2, 0)), ("down", (0, 2))):
        before = position(game)
        mouse_down(game, caps[way].center)
        for _ in range(2):
            game.update(PERIOD)
        there = position(game)
        mouse_up(game, (0, 0))
        for _ in range(3):
            game.update(PERIOD)
        moved = [now - then for now, then in zip(there, before, strict=True)]
        assert moved in (list(step), [2 * way for way in step])
        assert position(game) == there


def type_text(game: Game, text: str) -> None:
    for letter in text:
        game.handle(Event(pygame.KEYDOWN, key=ord(letter), unicode=letter, scancode=0, mod=0))


def double_click(game: Game, index: int) -> None:
    place = arrange(WINDOW, (32, 24), 4).cards[index].center
    for _ in range(2):
        mouse_down(game, place)
        mouse_up(game, place)


def test_a_double_click_names_an_action_for_good(own_bundle: Path, paint: Callable[..., Pixels]) -> None:
    game = new_game(Engine.load(own_bundle), paint())
    plain = drawn(game)
    double_click(game, 1)
    assert (drawn(game) != plain).any()
    type_text(game, "wavex")
    press(game, pygame.K_BACKSPACE)
    assert not game.session.rewinding and game.running
    press(game, pygame.K_RETURN)
    assert [card.label for card in game.seen().cards] == ["shade 1", "wave", "shade 3", "shade 4"]
    assert read_names(read_manifest(own_bundle)) == {2: "wave"}
    assert game.seen().naming is None


def test_a_name_that_cannot_be_says_why_and_can_be_mended(game: Game) -> None:
    double_click(game, 0)
    type_text(game, "up")
    press(game, pygame.K_RETURN)
    naming = game.seen().naming
    assert naming is not None and "use no word of scripts" in naming.problem
    drawn(game)
    press(game, pygame.K_ESCAPE)
    assert game.running and game.seen().naming is None
    assert game.seen().cards[0].label == "shade 1"
    double_click(game, 0)
    press(game, pygame.K_RETURN)
    assert game.seen().naming is None and game.seen().cards[0].label == "shade 1"


def test_the_message_of_a_file_says_where_it_is_and_its_link_shows_it(
    game: Game, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(game_module, "show_in_folder", shown.append)
    tap(game, pygame.K_F12)
    (path,) = tmp_path.glob("glass-*.png")
    assert str(path) in game.message
    drawn(game)
    click(game, Command.FOLDER)
    assert shown == [path]
    game.handle(Event(pygame.KEYDOWN, key=pygame.K_f, unicode="\x06", scancode=0, mod=pygame.KMOD_LCTRL))
    assert shown == [path, path]


def test_what_fails_is_told_as_an_error_for_some_seconds(game: Game) -> None:
    tap(game, pygame.K_F9)
    assert game.seen().message.error and "save a game first" in game.message
    assert not game.seen().message.link
    for _ in range(200):
        game.update(PERIOD)
    assert not game.message and not game.seen().message.error


def test_settings_are_kept_from_one_game_to_the_next(game: Game) -> None:
    tap(game, pygame.K_PLUS)
    tap(game, pygame.K_RIGHTBRACKET)
    other = Game(Session(game.session.world, game.session.settings))
    assert other.seen().text_size == 1.25
    assert other.session.controls[0].speed == 1.25
