"""A clip that was opened: what to do with it, and how learning from it goes."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest
from PIL import Image
from pygame import Surface
from pygame.event import Event

from playground.clips.reading import is_clip
from playground.learning.background import BackgroundLearning
from playground.learning.begun import BegunLearning
from playground.learning.process import LearnRequest
from playground.ui.learning import clip_offer
from playground.ui.learning.clip_offer import ClipOffer
from playground.ui.learning.screen import LearningScreen
from playground.ui.toolkit import theme
from tests.playground.keys import mouse_down, press

pytestmark = pytest.mark.usefixtures("dummy_display", "home")
WINDOW = (640, 480)
PATIENCE = 60.0


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def draw(screen: ClipOffer | LearningScreen) -> Surface:
    surface = Surface(WINDOW)
    screen.draw(surface)
    return surface


def animation(path: Path, frames: int) -> Path:
    first, *others = (Image.new("RGB", (16, 16), (number, 2 * number % 256, 9)) for number in range(frames))
    first.save(path, save_all=True, append_images=others)
    return path


def test_many_frames_are_a_clip(tmp_path: Path) -> None:
    assert is_clip(animation(tmp_path / "long.gif", 60)) and not is_clip(animation(tmp_path / "short.gif", 5))
    for number in range(60):
        (tmp_path / f"{number}.png").write_bytes(b"")
    assert is_clip(tmp_path)
    (tmp_path / "film.mp4").write_bytes(b"whatever")
    assert is_clip(tmp_path / "film.mp4") and not is_clip(tmp_path / "gone.mp4") and not is_clip(tmp_path / "0.png")


def test_a_clip_is_learned_from_or_its_first_frame_played(tmp_path: Path) -> None:
    offer = ClipOffer(tmp_path / "film.mp4")
    draw(offer)
    mouse_down(offer, offer.box(0).center)
    assert offer.request == LearnRequest(tmp_path / "film.mp4", "film", 10)
    assert not offer.plays and not offer.running
    offer = ClipOffer(tmp_path / "film.mp4")
    press(offer, pygame.K_END, pygame.K_RETURN)
    assert offer.plays and offer.request is None
    offer = ClipOffer(tmp_path / "film.mp4")
    press(offer, pygame.K_ESCAPE)
    assert not offer.plays and offer.request is None and not offer.running


def test_what_was_begun_goes_on_unless_told_otherwise(tmp_path: Path) -> None:
    clip = tmp_path / "film.mp4"
    offer = ClipOffer(clip, BegunLearning("film-7", "3,4@5", finished=False))
    assert "go on learning film-7" in offer.rows[0].text and "interrupted" in offer.rows[0].detail
    press(offer, pygame.K_RETURN)
    assert offer.request == LearnRequest(clip, "film-7", 10, agent="3,4@5")
    offer = ClipOffer(clip, BegunLearning("film-7", "3,4@5", finished=False))
    press(offer, pygame.K_DOWN, pygame.K_RETURN)
    assert offer.request == LearnRequest(clip, "film-7", 10, restart=True)
    offer = ClipOffer(clip, BegunLearning("film-7", "", finished=True))
    press(offer, pygame.K_DOWN, pygame.K_RETURN)
    assert offer.request == LearnRequest(clip, "film", 10)  # the model stays


def test_one_clip_is_learned_from_at_a_time(tmp_path: Path) -> None:
    offer = ClipOffer(tmp_path / "film.mp4", busy_with="walk.gif")
    assert [row.name for row in offer.rows] == ["first"] and "walk.gif is being learned from" in offer.about


def test_a_folder_has_no_first_frame_to_play(tmp_path: Path) -> None:
    assert [row.name for row in ClipOffer(tmp_path).rows] == [10, 3, 30]


def test_without_torch_the_way_to_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clip_offer, "can_learn", lambda: False)
    offer = ClipOffer(tmp_path / "film.mp4")
    assert [row.name for row in offer.rows] == ["first"]
    assert "glass-playground[train]" in offer.about


def learning(tmp_path: Path, name: str) -> Iterator[LearningScreen]:
    """The screen of what is learned from a clip of that name, ended in the end."""
    background = BackgroundLearning((sys.executable, "-m", "tests.playground.learning.learner"))
    background.begin(LearnRequest(tmp_path / name, "me", 3))
    try:
        yield LearningScreen(background)
    finally:
        background.forget()


def pass_time(screen: LearningScreen, until: str) -> None:
    end = time.monotonic() + PATIENCE
    while not getattr(screen.state, until):
        assert time.monotonic() < end
        assert 0 < screen.update(0.02) <= 1
        time.sleep(0.02)


def test_it_shows_what_was_found_and_plays_the_model(tmp_path: Path) -> None:
    Image.new("RGB", (96, 40), (255, 0, 255)).save(tmp_path / "me.png")
    for screen in learning(tmp_path, "me.gif"):
        draw(screen)
        before = screen.seen()
        pass_time(screen, "ended")
        assert screen.seen() != before
        shown = pygame.surfarray.array3d(draw(screen)).astype(int)
        assert (abs(shown - (255, 0, 255)) < 4).all(2).sum() > 10_000  # the report's picture
        assert (abs(shown - theme.RECORDING) < 40).all(2).any()  # its warning
        mouse_down(screen, screen.button("play").center)
        assert screen.plays and not screen.running
        assert screen.state.model is not None and screen.state.model.name == "me"


def test_it_is_stopped_by_its_button_only(tmp_path: Path) -> None:
    for screen in learning(tmp_path, "endless.gif"):
        pass_time(screen, "report")
        draw(screen)
        press(screen, pygame.K_RETURN)
        assert screen.running
        mouse_down(screen, screen.button("stop").center)
        assert screen.state.stopping
        pass_time(screen, "ended")
        draw(screen)
        assert "stopped" in screen.state.problem and screen.running
        mouse_down(screen, screen.button("back").center)
        assert not screen.running and not screen.plays


def test_going_back_stops_nothing(tmp_path: Path) -> None:
    for screen in learning(tmp_path, "endless.gif"):
        pass_time(screen, "report")
        press(screen, pygame.K_ESCAPE)
        assert not screen.running and not screen.plays
        assert screen._learning.busy and not screen._learning.state().stopping
        again = LearningScreen(screen._learning)
        assert again.state.report is not None
        again.handle(Event(pygame.QUIT))
        assert not again.running and not again.plays


def test_another_agent_is_pointed_at_in_the_report(tmp_path: Path) -> None:
    Image.new("RGB", (96, 40), (255, 0, 255)).save(tmp_path / "endless.png")
    for screen in learning(tmp_path, "endless.gif"):
        pass_time(screen, "report")
        draw(screen)
        box, scale = screen._shown, screen._scale
        mouse_down(screen, (box.left + round(70 * scale), box.top + round(20 * scale)))  # beside the frame
        assert [button.name for button in screen._buttons()] == ["back", "stop"]
        unmarked = screen.seen()
        mouse_down(screen, (box.left + round(30 * scale), box.top + round(25 * scale)))
        assert screen.seen() != unmarked
        marked = pygame.surfarray.array3d(draw(screen))
        assert (marked == theme.PRESSED).all(2).any()
        mouse_down(screen, screen.button("agent").center)
        request = screen._learning.request
        assert request is not None and request.restart
        x, y = request.agent.partition("@")[0].split(",")
        assert abs(float(x) - 140) < 1 and abs(float(y) - 30) < 1 and request.agent.endswith("@1.50")
        end = time.monotonic() + PATIENCE
        while screen.state.report is None or "restart" not in screen.state.report.lines[0]:
            assert time.monotonic() < end
            screen.update(0.02)
            draw(screen)
            time.sleep(0.02)
