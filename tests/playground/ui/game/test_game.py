"""Playing: keys, the mouse and cards, the camera, the help, and what leaves the game."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest
from pygame.event import Event

from playground import Action, Engine
from playground.gameplay.session import Session
from playground.input.controls import PAN_SPEED, Command
from playground.ui.game.game import Game
from playground.ui.toolkit import theme
from playground.ui.toolkit.layout import arrange
from tests.playground.keys import mouse_down, mouse_up, press, release, tap
from tests.playground.ui.game.playing import PERIOD, SPEED, WINDOW, Pixels, drawn, held, position, ticks, world_of

pytestmark = pytest.mark.usefixtures("place")


def test_the_first_frame_is_the_picture(game: Game, frame: Pixels) -> None:
    np.testing.assert_array_equal(game.session.now.frame, frame)
    world = arrange(WINDOW, (32, 24), 4).world
    np.testing.assert_array_equal(drawn(game)[world.top, world.left], frame[0, 0])


def test_an_agent_that_is_asked_for_nothing_stands_still(game: Game, steps: list[Action], frame: Pixels) -> None:
    ticks(game, 20)
    assert steps == []
    np.testing.assert_array_equal(game.session.now.frame, frame)


@pytest.mark.parametrize(
    ("key", "shift"),
    [
        (pygame.K_LEFT, (-SPEED, 0)),
        (pygame.K_a, (-SPEED, 0)),
        (pygame.K_RIGHT, (SPEED, 0)),
        (pygame.K_d, (SPEED, 0)),
        (pygame.K_UP, (0, -SPEED)),
        (pygame.K_w, (0, -SPEED)),
        (pygame.K_DOWN, (0, SPEED)),
        (pygame.K_s, (0, SPEED)),
    ],
)
def test_a_held_key_moves_the_agent_by_speed_each_tick(game: Game, key: int, shift: tuple[float, float]) -> None:
    x, y = position(game)
    ticks(game, 1)
    tap(game, pygame.K_f)
    press(game, key)
    ticks(game, 3)
    assert position(game) == (x + 3 * shift[0], y + 3 * shift[1])
    release(game, key)
    ticks(game, 2)
    assert position(game) == (x + 3 * shift[0], y + 3 * shift[1])


def test_a_key_shows_at_once_where_the_agent_stood(game: Game) -> None:
    game.update(PERIOD)
    press(game, pygame.K_RIGHT)
    before = drawn(game)
    game.update(0.1 * PERIOD)
    world = arrange(WINDOW, (32, 24), 4).world
    changed = (before != drawn(game)).any(axis=2)
    assert changed[world.top : world.bottom, world.left : world.right].any()


def test_a_tap_shorter_than_a_tick_still_moves(game: Game) -> None:
    x, _ = position(game)
    tap(game, pygame.K_RIGHT)
    ticks(game, 3)
    assert position(game)[0] == x + SPEED


@pytest.mark.parametrize(("key", "number"), [(pygame.K_1, 1), (pygame.K_3, 3), (pygame.K_KP4, 4)])
def test_a_tapped_number_plays_its_natural_length(game: Game, steps: list[Action], key: int, number: int) -> None:
    tap(game, key)
    ticks(game, 6)
    assert [action.local_action for action in steps] == [number] * number


def test_a_number_is_found_by_its_place_where_it_needs_shift(game: Game, steps: list[Action]) -> None:
    game.handle(Event(pygame.KEYDOWN, key=pygame.K_AMPERSAND, unicode="&", scancode=pygame.KSCAN_1))
    ticks(game, 1)
    assert steps[0].local_action == 1


def test_a_card_acts_while_the_mouse_is_down(game: Game, steps: list[Action]) -> None:
    drawn(game)
    point = arrange(WINDOW, (32, 24), 4).cards[1].center
    mouse_down(game, point)
    ticks(game, 5)
    mouse_up(game, (0, 0))
    ticks(game, 1)
    assert [action.local_action for action in steps] == [2] * 5


def test_losing_the_keyboard_releases_every_key(game: Game, steps: list[Action]) -> None:
    press(game, pygame.K_RIGHT, pygame.K_1)
    ticks(game, 2)
    game.handle(Event(pygame.WINDOWFOCUSLOST))
    ticks(game, 3)
    assert len(steps) == 2


@pytest.mark.parametrize("question_mark", [False, True])
def test_help_stops_the_world_until_it_is_closed(game: Game, steps: list[Action], question_mark: bool) -> None:
    press(game, pygame.K_1)
    plain = drawn(game)
    if question_mark:
        press(game, pygame.K_SLASH, unicode="?")
    else:
        press(game, pygame.K_F1)
    assert (drawn(game) != plain).any()
    ticks(game, 3)
    assert steps == []
    tap(game, pygame.K_F1)
    ticks(game, 3)
    assert 3 <= len(steps) <= 4


def test_escape_closes_help_first_and_then_leaves(game: Game) -> None:
    tap(game, pygame.K_F1, pygame.K_ESCAPE)
    assert game.running
    tap(game, pygame.K_ESCAPE)
    assert not game.running


def test_closing_the_window_leaves(game: Game) -> None:
    game.handle(Event(pygame.QUIT))
    assert not game.running


def test_unknown_keys_and_events_are_ignored(game: Game, steps: list[Action]) -> None:
    tap(game, pygame.K_x, pygame.K_F7, pygame.K_9)
    game.handle(Event(pygame.MOUSEWHEEL, x=0, y=1))
    ticks(game, 1)
    assert steps == []


def test_the_title_names_picture_and_model(engine: Engine, frame: Pixels) -> None:
    world = world_of(engine, frame)
    assert Game(Session(world)).title == "painted"
    assert Game(Session(world), "hero.png").title == "hero.png - painted"


def test_between_ticks_the_agent_glides_and_at_ticks_it_stands_where_the_frame_says(game: Game) -> None:
    press(game, pygame.K_RIGHT)
    ticks(game, 2)
    places = []
    world = arrange(WINDOW, (32, 24), 4).world
    for _ in range(5):
        game.update(PERIOD / 5)
        seen = drawn(game)[world.top : world.bottom, world.left : world.right].astype(int)
        places.append(int(np.flatnonzero((seen[:, :, 0] > seen[:, :, 2] + 60).any(axis=0)).min()))
    assert places == sorted(places)
    assert len(set(places)) >= 4
    release(game, pygame.K_RIGHT)
    tap(game, pygame.K_p)
    ticks(game, 2)
    scale = arrange(WINDOW, (32, 24), 4).scale
    whole = game.session.now.frame.repeat(scale, axis=0).repeat(scale, axis=1)
    np.testing.assert_array_equal(drawn(game)[world.top : world.bottom, world.left : world.right], whole)


def test_the_speed_is_changed_and_shown(game: Game, steps: list[Action]) -> None:
    tap(game, pygame.K_RIGHTBRACKET)
    assert game.message == "speed 1.25"
    held(game, pygame.K_RIGHT, 1)
    tap(game, pygame.K_LEFTBRACKET, pygame.K_LEFTBRACKET, pygame.K_LEFTBRACKET)
    assert game.message == "speed 0.5"
    held(game, pygame.K_RIGHT, 1)
    assert [action.shift[0] for action in steps] == [1.25 * SPEED, 0.5 * SPEED]


def test_shift_and_arrows_look_around_while_the_agent_stands(game: Game, steps: list[Action]) -> None:
    before = game.session.now
    game.handle(Event(pygame.KEYDOWN, key=pygame.K_RIGHT, unicode="", scancode=0, mod=pygame.KMOD_LSHIFT))
    ticks(game, 4)
    release(game, pygame.K_RIGHT)
    assert steps == []
    assert game.session.now.pan[0] == pytest.approx(-4 * PAN_SPEED)
    assert game.session.now.sprites[0].corner == before.sprites[0].corner


def test_dragging_brings_the_agent_to_the_pointer(game: Game, steps: list[Action]) -> None:
    drawn(game)
    world, x = arrange(WINDOW, (32, 24), 4).world, position(game)[0]
    scale = world.width / 32
    mouse_down(game, (round(world.left + (x + 6) * scale), round(world.top + position(game)[1] * scale)))
    ticks(game, 6)
    assert position(game)[0] == pytest.approx(x + 6, abs=0.6)
    assert [round(action.shift[0]) for action in steps] == [4, 2]
    game.handle(
        Event(pygame.MOUSEMOTION, pos=(round(world.left + x * scale), world.top), rel=(0, 0), buttons=(1, 0, 0))
    )
    ticks(game, 1)
    assert steps[-1].shift[1] < 0
    mouse_up(game, (0, 0))
    count = len(steps)
    ticks(game, 2)
    assert len(steps) == count


def test_a_hidden_hud_leaves_the_world_alone(game: Game) -> None:
    tap(game, pygame.K_h)
    for _ in range(300):
        game.update(1 / 60)
    world = arrange(WINDOW, (32, 24), 0).world
    seen = drawn(game)
    assert world.width == 640
    np.testing.assert_array_equal(seen[world.top, world.left], game.session.now.frame[0, 0])
    assert (seen[: world.top] == seen[0, 0]).all()
    tap(game, pygame.K_h)
    assert (drawn(game)[:30] != seen[0, 0]).any()


def test_text_grows_and_shrinks(game: Game) -> None:
    tap(game, pygame.K_PLUS)
    assert game.message == "text size 1.25"
    tap(game, pygame.K_MINUS, pygame.K_MINUS)
    assert game.message == "text size 0.8"


def test_previews_are_made_between_ticks_and_do_not_touch_the_game(game: Game, frame: Pixels) -> None:
    cards = game._action_cards.cards(game.session, 0.0)
    first = cards[0].preview
    for _ in range(60):
        game.update(PERIOD / 5)
    assert not game._action_cards._waiting
    np.testing.assert_array_equal(game.session.now.frame, frame)
    later = [card.preview for card in game._action_cards.cards(game.session, 3 * PERIOD)]
    assert first is not None
    for number, preview in enumerate(later, start=1):
        assert preview is not None
        assert preview.max() > 0
        red = preview[:, :, 0].max() / 255
        assert red == pytest.approx(1 / (1 + number / 4), abs=0.02)


def test_a_dropped_picture_is_asked_for(game: Game) -> None:
    game.handle(Event(pygame.DROPFILE, file="/tmp/me.png"))
    assert game.dropped == (Path("/tmp/me.png"),)
    assert not game.running


def test_m_leaves_to_paint(game: Game) -> None:
    tap(game, pygame.K_m)
    assert game.left_for is Command.MASK and not game.running


def test_nothing_shows_through_while_the_background_glides(game: Game) -> None:
    world = arrange(WINDOW, (32, 24), 4).world
    for key in (pygame.K_RIGHT, pygame.K_UP):
        game.handle(Event(pygame.KEYDOWN, key=key, unicode="", scancode=0, mod=pygame.KMOD_LSHIFT))
    ticks(game, 2)
    for _ in range(8):
        game.update(PERIOD / 5)
        shown = drawn(game)[world.top : world.bottom, world.left : world.right]
        assert not (shown == theme.BACKGROUND).all(axis=2).any()


def test_the_camera_follows_unless_asked_to_stand(game: Game) -> None:
    held(game, pygame.K_RIGHT, 6)
    assert game.session.now.pan[0] < 0
    assert position(game)[0] <= 32 - 8
    tap(game, pygame.K_RETURN, pygame.K_f)
    held(game, pygame.K_RIGHT, 6)
    assert game.session.now.pan == (0, 0)
    assert position(game)[0] > 32 - 8


def test_the_camera_stands_where_an_agent_reaches_in_from_an_edge(painted_bundle: Path, frame: Pixels) -> None:
    engine = Engine.load(painted_bundle)
    engine.manifest = replace(engine.manifest, enters="top")
    game = Game(Session(world_of(engine, frame)))
    held(game, pygame.K_RIGHT, 6)
    assert game.session.now.pan == (0, 0)
    tap(game, pygame.K_f)
    held(game, pygame.K_RIGHT, 1)
    assert game.session.now.pan[0] < 0


def test_two_players_have_keys_and_cards_of_their_own(engine: Engine, paint: Callable[..., Pixels]) -> None:
    game = Game(Session(world_of(engine, paint((4, 8)), paint((20, 8)))))
    before = [agent.position for agent in game.session._history.world.agents]
    press(game, pygame.K_RIGHT, pygame.K_s, pygame.K_x)
    ticks(game, 2)
    after = [agent.position for agent in game.session._history.world.agents]
    ways = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(before, after, strict=True)]
    assert ways == [(2 * SPEED, 0), (0, 2 * SPEED)]
    assert game.session.acting == (1, 2)
    cards = game._action_cards.cards(game.session, 0.0)
    assert [(card.player, card.key) for card in cards] == [(0, key) for key in "1234"] + [(1, key) for key in "ZXCV"]
    assert [card.pressed for card in cards].index(True) == 5


def test_every_command_is_obeyed_by_somebody(game: Game) -> None:
    for command in Command:
        game._press(command, "test")
        game.session.release("test")
    assert isinstance(game.session, Session)
