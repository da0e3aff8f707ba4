import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray
from PIL import Image
from pygame import Surface
from pygame.event import Event

from playground import Action, Engine
from playground.engine.agent_state import AgentState
from playground.gameplay.session import Session
from playground.input.controls import PAN_SPEED, Command
from playground.recording import session_recordings as takes_module
from playground.recording.recorder import FileRecorder, FrameFolder
from playground.recording.session_recordings import new_file
from playground.ui.game.game import Game
from playground.ui.toolkit import theme
from playground.ui.toolkit.layout import arrange
from playground.world.world import World
from tests.playground.keys import mouse_down, mouse_up, press, release, tap

PERIOD = 0.08
SPEED = 2
WINDOW = (640, 520)
Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def engine(painted_bundle: Path) -> Engine:
    return Engine.load(painted_bundle)


def world_of(engine: Engine, *frames: Pixels) -> World:
    world = World([engine] * len(frames))
    world.open([engine.find_agent(frame) for frame in frames])
    return world


@pytest.fixture
def frame(paint: Callable[..., Pixels]) -> Pixels:
    return paint()


@pytest.fixture(autouse=True)
def place(dummy_display: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def game(engine: Engine, frame: Pixels) -> Game:
    return Game(Session(world_of(engine, frame)))


@pytest.fixture
def steps(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[Action]:
    """Every action the engine is asked for, ticks in which the agent stands left out."""
    actions: list[Action] = []
    act = engine.act

    def note(agent: AgentState, action: Action) -> AgentState:
        if not action.hold:
            actions.append(action)
        return act(agent, action)

    monkeypatch.setattr(engine, "act", note)
    monkeypatch.setattr("playground.gameplay.action_cards.ActionCards.compute_some", lambda deck: None)
    return actions


def position(game: Game) -> tuple[float, float]:
    return game.session._history.world.agents[0].position


def ticks(game: Game, count: int) -> None:
    for _ in range(count):
        game.update(PERIOD)


def drawn(game: Game) -> Pixels:
    surface = Surface(WINDOW)
    game.draw(surface)
    return pygame.surfarray.array3d(surface).transpose(1, 0, 2)


def finished(game: Game) -> None:
    """Let time pass until everything is written."""
    for _ in range(500):
        game.update(0.0)
        if not game.session.recordings._writing:
            return
        time.sleep(0.01)
    raise AssertionError("still writing")


def gif_frames(path: Path) -> list[Pixels]:
    """The frames of a GIF, one for each time they are shown for a tick."""
    frames = []
    with Image.open(path) as image:
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            shown = round(image.info["duration"] / (1000 * PERIOD))
            frames.extend([np.asarray(image.convert("RGB"))] * shown)
    return frames


def test_the_first_frame_is_the_picture(game: Game, frame: Pixels) -> None:
    np.testing.assert_array_equal(game.session.now.frame, frame)
    world = arrange(WINDOW, (32, 24), 4).world
    np.testing.assert_array_equal(drawn(game)[world.top, world.left], frame[0, 0])


def test_the_world_ticks_at_the_models_rate(game: Game, steps: list[Action]) -> None:
    press(game, pygame.K_1)
    for _ in range(240):
        game.update(1 / 60)
    assert len(steps) in (round(4 / PERIOD), round(4 / PERIOD) + 1)


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


def test_a_slow_machine_never_piles_up_ticks(game: Game, steps: list[Action]) -> None:
    press(game, pygame.K_1)
    game.update(30.0)
    played = len(steps)
    assert played <= 3
    game.update(0.0)
    assert len(steps) == played


def test_enter_goes_back_to_the_start_and_the_same_play_follows(game: Game, frame: Pixels) -> None:
    press(game, pygame.K_RIGHT)
    ticks(game, 3)
    release(game, pygame.K_RIGHT)
    first = game.session.now.frame
    tap(game, pygame.K_RETURN)
    np.testing.assert_array_equal(game.session.now.frame, frame)
    press(game, pygame.K_RIGHT)
    ticks(game, 3)
    np.testing.assert_array_equal(game.session.now.frame, first)


def test_p_pauses_and_forgets_what_was_tapped_meanwhile(game: Game, steps: list[Action]) -> None:
    tap(game, pygame.K_p)
    tap(game, pygame.K_3)
    ticks(game, 5)
    assert steps == []
    tap(game, pygame.K_p)
    ticks(game, 2)
    assert steps == []


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


def test_r_records_a_gif_of_what_was_seen(game: Game, tmp_path: Path) -> None:
    ticks(game, 2)
    tap(game, pygame.K_r)
    seen = [game.session.now.frame]
    press(game, pygame.K_LEFT)
    for _ in range(4):
        ticks(game, 1)
        seen.append(game.session.now.frame)
    tap(game, pygame.K_r)
    assert not game.session.recordings.running
    finished(game)
    assert game.message.startswith(f"saved {tmp_path}")
    (path,) = tmp_path.glob("glass-*.gif")
    recorded = gif_frames(path)
    assert len(recorded) == len(seen)
    for shown, expected in zip(recorded, seen, strict=True):
        small = shown[2::4, 2::4].astype(int)
        assert shown.shape == (96, 128, 3)
        assert np.abs(small - expected).mean() < 4


def test_an_unfinished_recording_is_written_on_leaving(game: Game, tmp_path: Path) -> None:
    tap(game, pygame.K_r)
    ticks(game, 3)
    tap(game, pygame.K_ESCAPE)
    game.close()
    (path,) = tmp_path.iterdir()
    assert len(gif_frames(path)) == 4


def test_going_back_to_the_start_is_part_of_a_recording(game: Game, tmp_path: Path) -> None:
    tap(game, pygame.K_r)
    ticks(game, 2)
    tap(game, pygame.K_RETURN)
    ticks(game, 2)
    game.close()
    (path,) = tmp_path.iterdir()
    assert len(gif_frames(path)) == 6


def test_a_recording_that_cannot_be_written_is_told_and_play_goes_on(
    game: Game, steps: list[Action], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takes_module, "new_file", lambda *_: tmp_path / "missing" / "a.gif")
    tap(game, pygame.K_r)
    assert not game.session.recordings.running
    assert "missing" in game.message
    press(game, pygame.K_1)
    ticks(game, 1)
    assert len(steps) == 1


def test_g_saves_what_just_happened(game: Game, tmp_path: Path) -> None:
    held(game, pygame.K_LEFT, 4)
    tap(game, pygame.K_g)
    finished(game)
    (path,) = tmp_path.glob("glass-*.gif")
    assert len(gif_frames(path)) == 5
    assert path.name in game.message


def test_f12_saves_a_picture(game: Game, frame: Pixels, tmp_path: Path) -> None:
    tap(game, pygame.K_F12)
    finished(game)
    (path,) = tmp_path.glob("glass-*.png")
    with Image.open(path) as image:
        np.testing.assert_array_equal(np.asarray(image)[::4, ::4], frame)


def test_messages_go_away(game: Game) -> None:
    tap(game, pygame.K_r)
    assert game.message
    for _ in range(12 * 60):
        game.update(1 / 60)
    assert game.message == ""


def test_two_recordings_of_one_second_have_different_names(tmp_path: Path) -> None:
    first = new_file(tmp_path, ".gif")
    first.touch()
    assert new_file(tmp_path, ".gif") != first


def test_a_script_plays_first_and_ends_its_recording(engine: Engine, frame: Pixels, tmp_path: Path) -> None:
    actions = (Action(shift=(1.5, 0)), Action(local_action=2), Action(shift=(0, 1)))
    recorders = (FileRecorder(tmp_path / "out.gif", engine.tick_rate), FrameFolder(tmp_path / "frames"))
    game = Game(Session(world_of(engine, frame), recorders=recorders, script=[(action,) for action in actions]))
    x, y = position(game)
    press(game, pygame.K_LEFT)
    ticks(game, 3)
    assert position(game) == (x + 1.5, y + 1)
    assert not game.session.recordings.running
    ticks(game, 1)
    assert position(game) == (x + 1.5 - SPEED, y + 1)
    finished(game)
    assert len(gif_frames(tmp_path / "out.gif")) == 4
    assert [path.name for path in sorted((tmp_path / "frames").iterdir())] == [f"{tick:05d}.png" for tick in range(4)]


def test_the_title_names_picture_and_model(engine: Engine, frame: Pixels) -> None:
    world = world_of(engine, frame)
    assert Game(Session(world)).title == "painted"
    assert Game(Session(world), "hero.png").title == "hero.png - painted"


def test_a_tick_and_a_picture_take_less_than_a_sixtieth_of_a_second(game: Game) -> None:
    surface = Surface((960, 720))
    press(game, pygame.K_RIGHT)
    times = []
    for _ in range(60):
        began = time.process_time()  # what others do on this machine does not count
        game.update(PERIOD)
        game.draw(surface)
        times.append(time.process_time() - began)
    assert sorted(times)[30] < 1 / 60


def held(game: Game, key: int, count: int) -> None:
    """Hold a key for so many ticks."""
    press(game, key)
    ticks(game, count)
    release(game, key)


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


def test_in_turn_mode_the_world_waits_for_a_key(game: Game, steps: list[Action]) -> None:
    tap(game, pygame.K_t)
    tap(game, pygame.K_r)
    ticks(game, 20)
    assert game.session.recordings.seconds == 0
    tap(game, pygame.K_RIGHT)
    ticks(game, 20)
    assert [action.shift for action in steps] == [(SPEED, 0)]
    tap(game, pygame.K_3)
    ticks(game, 20)
    assert [action.local_action for action in steps[1:]] == [3, 3, 3]
    assert game.session.recordings.seconds == pytest.approx(4 * PERIOD)


def test_in_turn_mode_a_press_is_one_tick_and_a_long_one_goes_on(game: Game, steps: list[Action]) -> None:
    tap(game, pygame.K_t)
    ticks(game, 2)
    press(game, pygame.K_RIGHT)
    ticks(game, 3)
    assert len(steps) == 1
    ticks(game, 20)
    assert len(steps) > 10


def test_a_single_step_plays_one_tick_of_what_the_model_does_by_default(game: Game, steps: list[Action]) -> None:
    tap(game, pygame.K_PERIOD)
    ticks(game, 5)
    tap(game, pygame.K_PERIOD)
    assert steps == [Action(), Action()]
    assert game.session.paused


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


def test_holding_backspace_goes_back_and_play_goes_on_from_there(game: Game) -> None:
    frames = [game.session.now.frame]
    for key in (pygame.K_RIGHT, pygame.K_2, pygame.K_LEFT):
        held(game, key, 1)
        frames.append(game.session.now.frame)
    press(game, pygame.K_BACKSPACE)
    for expected in (2, 1):
        ticks(game, 1)
        np.testing.assert_array_equal(game.session.now.frame, frames[expected])
    release(game, pygame.K_BACKSPACE)
    held(game, pygame.K_2, 1)
    np.testing.assert_array_equal(game.session.now.frame, frames[2])
    press(game, pygame.K_BACKSPACE)
    ticks(game, 20)
    np.testing.assert_array_equal(game.session.now.frame, frames[0])


def test_a_paused_world_goes_back_and_stays_paused(game: Game) -> None:
    start = game.session.now.frame
    held(game, pygame.K_2, 1)
    tap(game, pygame.K_p)
    press(game, pygame.K_BACKSPACE)
    ticks(game, 1)
    release(game, pygame.K_BACKSPACE)
    np.testing.assert_array_equal(game.session.now.frame, start)
    assert game.session.paused


def test_nothing_shows_through_while_the_background_glides(game: Game) -> None:
    world = arrange(WINDOW, (32, 24), 4).world
    for key in (pygame.K_RIGHT, pygame.K_UP):
        game.handle(Event(pygame.KEYDOWN, key=key, unicode="", scancode=0, mod=pygame.KMOD_LSHIFT))
    ticks(game, 2)
    for _ in range(8):
        game.update(PERIOD / 5)
        shown = drawn(game)[world.top : world.bottom, world.left : world.right]
        assert not (shown == theme.BACKGROUND).all(axis=2).any()


def test_a_saved_moment_survives_the_game(
    engine: Engine, frame: Pixels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    game = Game(Session(world_of(engine, frame)))
    tap(game, pygame.K_F9)
    assert "save a game first" in game.message
    held(game, pygame.K_RIGHT, 2)
    tap(game, pygame.K_F5)
    assert game.message.startswith("this moment is saved")
    saved = game.session.now.frame
    other = Game(Session(world_of(engine, frame)))
    tap(other, pygame.K_F9)
    np.testing.assert_array_equal(other.session.now.frame, saved)
    held(game, pygame.K_3, 1)
    held(other, pygame.K_3, 1)
    np.testing.assert_array_equal(other.session.now.frame, game.session.now.frame)


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


def test_a_key_exports_a_sprite_sheet_and_tells_where_it_is(game: Game, tmp_path: Path) -> None:
    game.picture = "my hero.png"
    tap(game, pygame.K_e)
    assert game.message == "making a sprite sheet; play on"
    for _ in range(500):
        game.update(0.0)
        if game.message.startswith("sprite sheet"):
            break
        time.sleep(0.01)
    (sheet,) = tmp_path.glob("glass-*/my-hero.png")
    assert str(sheet) in game.message
    with Image.open(sheet) as image:
        assert image.mode == "RGBA"
    assert (sheet.parent / "my-hero.json").is_file()


def test_a_game_in_which_nothing_moves_shows_the_same_until_somebody_comes(game: Game) -> None:
    for _ in range(600):
        still = game.update(1 / 60)
    assert 0 < still < 1.01 * PERIOD
    before = game.seen()
    assert game.update(PERIOD) == pytest.approx(PERIOD)
    assert game.seen() == before
    game.handle(Event(pygame.MOUSEMOTION, pos=(5, 5), rel=(0, 0), buttons=(0, 0, 0)))
    seen = []
    for _ in range(12):
        game.update(PERIOD)
        seen.append(game.seen())
    assert any(one != before for one in seen)  # the previews move
    game.handle(Event(pygame.WINDOWFOCUSLOST))
    assert game.update(0.0) > 0
    assert game.seen() == before


def test_nothing_is_waited_for_while_something_moves(game: Game) -> None:
    ticks(game, 100)
    press(game, pygame.K_RIGHT)
    assert game.update(0.1 * PERIOD) == 0
    before = game.seen()
    assert game.update(0.1 * PERIOD) == 0
    assert game.seen() != before


def test_a_pause_waits_for_its_end(game: Game) -> None:
    ticks(game, 100)
    tap(game, pygame.K_p)
    assert game.update(10.0) > 1
