"""Learning from a clip without a keyboard: begun by dropping it, watched, and its model played."""

import sys
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from playground.commands.play import main
from playground.input.controls import Command
from playground.learning.background import BackgroundLearning
from playground.ui import meanwhile
from playground.ui.gallery.gallery import Gallery
from playground.ui.game.game import Game
from playground.ui.learning.clip_offer import ClipOffer
from playground.ui.learning.screen import LearningScreen
from playground.ui.toolkit.window import Screen
from tests.playground.conftest import painted_frame, write_painted_bundle
from tests.playground.ui.user import Hand, User, click, drop, leaving, walks


@pytest.fixture
def clip(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clip, and a program that says it learns from it."""
    learner = (sys.executable, "-m", "tests.playground.learning.learner")
    monkeypatch.setattr(meanwhile, "BackgroundLearning", partial(BackgroundLearning, learner))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    first, *others = (Image.fromarray(painted_frame((number % 20, 9))) for number in range(60))
    first.save(home / "models" / "walk.gif", save_all=True, append_images=others)
    return home / "models" / "walk.gif"


def learns(offer: Screen) -> Hand:
    assert isinstance(offer, ClipOffer)
    click(offer.box(0).center)
    yield


def test_a_dropped_clip_is_learned_and_its_model_played(
    clip: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drops(gallery: Screen) -> Hand:
        drop(clip)
        yield

    def waits(learning: Screen) -> Hand:
        assert isinstance(learning, LearningScreen)
        while learning.state.model is None or not learning.state.ended:
            yield
        write_painted_bundle(home / "models" / "walk")  # as glass-learn does
        yield
        click(learning.button("play").center)
        yield

    def plays(game: Screen) -> Hand:
        assert isinstance(game, Game) and game.title.endswith("painted")
        assert game.seen().learning == ""
        click(game._view.button(Command.LEAVE).center)
        yield

    def looks(gallery: Screen) -> Hand:
        assert isinstance(gallery, Gallery)
        assert sum(entry.bundle is not None for entry in gallery.selection.entries) == 6
        yield from leaving(gallery)

    user = User(monkeypatch, drops, learns, waits, plays, looks)
    assert main([]) == 0
    assert user.screens == [Gallery, ClipOffer, LearningScreen, Game, Gallery]


def test_somebody_plays_while_it_is_learned_and_is_told_of_the_end(
    clip: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "go on").mkdir()
    monkeypatch.setenv("LEARNER_WAITS_FOR", str(home / "go on" / "now"))

    def opens(gallery: Screen) -> Hand:
        drop(home / "my hero.png")
        yield

    def drops(game: Screen) -> Hand:
        assert isinstance(game, Game)
        drop(clip)
        yield

    def goes_back(learning: Screen) -> Hand:
        assert isinstance(learning, LearningScreen)
        while learning.state.report is None:
            yield
        click(learning.button("back").center)
        yield

    def plays_on(game: Screen) -> Hand:
        assert isinstance(game, Game) and game.picture == "my hero.png"
        assert game.seen().learning == "learning walk 50%"
        assert any(mark.words == "learning walk 50%" for mark in game.seen().marks)
        yield from walks(game)
        click(game._view.button(Command.LEAVE).center)
        yield

    def is_told(gallery: Screen) -> Hand:
        assert isinstance(gallery, Gallery)
        assert sum(entry.bundle is not None for entry in gallery.selection.entries) == 4
        assert gallery._view.button(Command.LEARNING).width > 0
        write_painted_bundle(home / "models" / "walk")  # as glass-learn does
        (home / "go on" / "now").touch()
        while "walk was learned" not in gallery._message.text:
            yield
        yield
        assert sum(entry.bundle is not None for entry in gallery.selection.entries) == 6
        link = gallery._view._box.link
        assert link is not None
        click(link.center)
        yield

    def sees(learning: Screen) -> Hand:
        assert isinstance(learning, LearningScreen) and learning.state.model is not None
        click(learning.button("back").center)
        yield

    def leaves(gallery: Screen) -> Hand:
        assert isinstance(gallery, Gallery)
        with pytest.raises(KeyError):
            gallery._view.button(Command.LEARNING)
        yield from leaving(gallery)

    user = User(monkeypatch, opens, drops, learns, goes_back, plays_on, is_told, sees, leaves)
    assert main([]) == 0
    assert user.ways == []


def test_a_window_that_closes_ends_what_is_learned(clip: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNER_WAITS_FOR", str(home / "never"))
    learners: list[BackgroundLearning] = []

    def drops(gallery: Screen) -> Hand:
        assert isinstance(gallery, Gallery)
        learners.append(gallery._meanwhile.learning)
        drop(clip)
        yield

    def closes(learning: Screen) -> Hand:
        while learners[0].state().report is None:
            yield
        yield from leaving(learning)

    User(monkeypatch, drops, learns, closes)
    assert main([]) == 0
    assert learners[0].request is None and not learners[0].busy
