import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray
from PIL import Image
from pygame import Surface
from pygame.event import Event

from playground import Action, Engine, PlaygroundError
from playground import app as app_module
from playground.app import Game, new_recording, run
from playground.layout import arrange
from playground.picture import as_picture
from playground.recorder import FrameFolder, GifRecorder
from tests.playground.keys import mouse_down, mouse_up, press, release, tap

PERIOD = 0.08
SPEED = 2
WINDOW = (640, 520)
Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def engine(painted_bundle: Path) -> Engine:
    return Engine.load(painted_bundle)


@pytest.fixture
def frame(paint: Callable[..., Pixels]) -> Pixels:
    return paint()


@pytest.fixture(autouse=True)
def display(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.chdir(tmp_path)
    pygame.display.init()
    yield
    pygame.display.quit()


@pytest.fixture
def game(engine: Engine, frame: Pixels) -> Game:
    return Game(engine, frame)


@pytest.fixture
def steps(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[Action]:
    """Every action the engine is asked for."""
    actions: list[Action] = []
    step = engine.step

    def note(action: Action) -> object:
        actions.append(action)
        return step(action)

    monkeypatch.setattr(engine, "step", note)
    return actions


def ticks(game: Game, count: int) -> None:
    for _ in range(count):
        game.update(PERIOD)


def drawn(game: Game) -> Pixels:
    surface = Surface(WINDOW)
    game.draw(surface)
    return pygame.surfarray.array3d(surface).transpose(1, 0, 2)


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
    np.testing.assert_array_equal(game.observation.frame, frame)
    world = arrange(WINDOW, (32, 24), 4).world
    np.testing.assert_array_equal(drawn(game)[world.top, world.left], frame[0, 0])


def test_the_world_ticks_at_the_models_rate(game: Game, steps: list[Action]) -> None:
    for _ in range(240):
        game.update(1 / 60)
    assert len(steps) == round(4 / PERIOD)


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
    x, y = game.observation.position
    press(game, key)
    ticks(game, 3)
    assert game.observation.position == (x + 3 * shift[0], y + 3 * shift[1])
    release(game, key)
    ticks(game, 2)
    assert game.observation.position == (x + 3 * shift[0], y + 3 * shift[1])


def test_a_key_shows_within_one_tick(game: Game) -> None:
    game.update(0.9 * PERIOD)
    press(game, pygame.K_RIGHT)
    before = drawn(game)
    game.update(0.1 * PERIOD)
    world = arrange(WINDOW, (32, 24), 4).world
    changed = (before != drawn(game)).any(axis=2)
    assert changed[world.top : world.bottom, world.left : world.right].any()


def test_a_tap_shorter_than_a_tick_still_moves(game: Game) -> None:
    x, _ = game.observation.position
    tap(game, pygame.K_RIGHT)
    ticks(game, 3)
    assert game.observation.position[0] == x + SPEED


@pytest.mark.parametrize(("key", "number"), [(pygame.K_1, 1), (pygame.K_3, 3), (pygame.K_KP4, 4)])
def test_a_tapped_number_plays_its_natural_length(game: Game, steps: list[Action], key: int, number: int) -> None:
    tap(game, key)
    ticks(game, 6)
    assert [action.local_action for action in steps] == [number] * number + [None] * (6 - number)


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
    assert [action.local_action for action in steps] == [2] * 5 + [None]


def test_losing_the_keyboard_releases_every_key(game: Game, steps: list[Action]) -> None:
    press(game, pygame.K_RIGHT, pygame.K_1)
    ticks(game, 2)
    game.handle(Event(pygame.WINDOWFOCUSLOST))
    ticks(game, 1)
    assert steps[-1] == Action()


def test_a_slow_machine_never_piles_up_ticks(game: Game, steps: list[Action]) -> None:
    game.update(30.0)
    assert len(steps) == 2
    game.update(0.0)
    assert len(steps) == 2


def test_enter_goes_back_to_the_start_and_the_same_play_follows(game: Game, frame: Pixels) -> None:
    press(game, pygame.K_RIGHT)
    ticks(game, 3)
    release(game, pygame.K_RIGHT)
    first = game.observation.frame
    tap(game, pygame.K_RETURN)
    np.testing.assert_array_equal(game.observation.frame, frame)
    press(game, pygame.K_RIGHT)
    ticks(game, 3)
    np.testing.assert_array_equal(game.observation.frame, first)


def test_p_pauses_and_forgets_what_was_tapped_meanwhile(game: Game, steps: list[Action]) -> None:
    tap(game, pygame.K_p)
    tap(game, pygame.K_3)
    ticks(game, 5)
    assert steps == []
    tap(game, pygame.K_p)
    ticks(game, 2)
    assert steps == [Action(), Action()]


@pytest.mark.parametrize("question_mark", [False, True])
def test_help_stops_the_world_until_it_is_closed(game: Game, steps: list[Action], question_mark: bool) -> None:
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
    assert len(steps) == 3


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
    assert steps == [Action()]


def test_r_records_a_gif_of_what_was_seen(game: Game, tmp_path: Path) -> None:
    ticks(game, 2)
    tap(game, pygame.K_r)
    seen = [game.observation.frame]
    press(game, pygame.K_LEFT)
    for _ in range(4):
        ticks(game, 1)
        seen.append(game.observation.frame)
    tap(game, pygame.K_r)
    assert not game.recording
    assert game.message == "recording saved"
    ticks(game, 2)
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
    assert list(tmp_path.iterdir()) == []
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
    monkeypatch.setattr(app_module, "new_recording", lambda folder: tmp_path / "missing" / "a.gif")
    tap(game, pygame.K_r)
    assert not game.recording
    assert "missing" in game.message
    ticks(game, 1)
    assert len(steps) == 1


def test_messages_go_away(game: Game) -> None:
    tap(game, pygame.K_r)
    assert game.message
    for _ in range(300):
        game.update(1 / 60)
    assert game.message == ""


def test_two_recordings_of_one_second_have_different_names(tmp_path: Path) -> None:
    first = new_recording(tmp_path)
    first.touch()
    assert new_recording(tmp_path) != first


def test_a_script_plays_first_and_ends_its_recording(engine: Engine, frame: Pixels, tmp_path: Path) -> None:
    actions = (Action(shift=(1.5, 0)), Action(local_action=2), Action(shift=(0, 1)))
    recorders = (GifRecorder(tmp_path / "out.gif", engine.tick_rate), FrameFolder(tmp_path / "frames"))
    game = Game(engine, frame, recorders=recorders, script=actions)
    x, y = game.observation.position
    press(game, pygame.K_LEFT)
    ticks(game, 3)
    assert game.observation.position == (x + 1.5, y + 1)
    assert not game.recording
    ticks(game, 1)
    assert game.observation.position == (x + 1.5 - SPEED, y + 1)
    assert len(gif_frames(tmp_path / "out.gif")) == 4
    assert [path.name for path in sorted((tmp_path / "frames").iterdir())] == [f"{tick:05d}.png" for tick in range(4)]


def test_the_title_names_picture_and_model(engine: Engine, frame: Pixels) -> None:
    assert Game(engine, frame).title == "painted"
    assert Game(engine, as_picture(frame, "hero.png")).title == "hero.png - painted"


def test_run_plays_in_a_window_until_the_player_leaves(engine: Engine, frame: Pixels, tmp_path: Path) -> None:
    for event in (
        Event(pygame.KEYDOWN, key=pygame.K_RIGHT, unicode="", scancode=0),
        Event(pygame.KEYDOWN, key=pygame.K_ESCAPE, unicode="", scancode=0),
    ):
        pygame.event.post(event)
    run(engine, frame, scale=2, record=tmp_path / "out.gif")
    assert gif_frames(tmp_path / "out.gif")[0].shape == (48, 64, 3)
    assert not pygame.display.get_init()


def test_run_refuses_a_picture_without_an_agent_before_it_opens_a_window(
    engine: Engine, paint: Callable[..., Pixels], tmp_path: Path
) -> None:
    with pytest.raises(PlaygroundError, match="no agent found"):
        run(engine, paint(None), record=tmp_path / "out.gif", frames=tmp_path / "frames")
    assert pygame.display.get_surface() is None
    assert list(tmp_path.iterdir()) == []


def test_run_without_a_display_is_one_sentence_and_leaves_no_file(
    engine: Engine, frame: Pixels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pygame.display.quit()
    for variable in ("SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(PlaygroundError, match="no display"):
        run(engine, frame, scale=2, frames=tmp_path / "frames")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_writes_its_recording(
    engine: Engine, frame: Pixels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(self: Game, dt: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Game, "update", interrupt)
    run(engine, frame, scale=1, record=tmp_path / "out.gif")
    assert len(gif_frames(tmp_path / "out.gif")) == 1


def test_a_tick_and_a_picture_take_less_than_a_sixtieth_of_a_second(game: Game) -> None:
    surface = Surface((960, 720))
    times = []
    for _ in range(60):
        began = time.perf_counter()
        game.update(PERIOD)
        game.draw(surface)
        times.append(time.perf_counter() - began)
    assert sorted(times)[30] < 1 / 60
