"""A new user's way without a keyboard: open the program, drop a picture, walk, export a sheet, find the file."""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pygame
import pytest
from PIL import Image
from pygame.event import Event

from playground.bundles.manifest import read_manifest
from playground.commands.play import main
from playground.input.controls import Command
from playground.learning.background import BackgroundLearning
from playground.ui import app, meanwhile, opening, preparing
from playground.ui.gallery import gallery as gallery_module
from playground.ui.gallery.gallery import Gallery
from playground.ui.game import game as game_module
from playground.ui.game.game import Game
from playground.ui.learning.clip_offer import ClipOffer
from playground.ui.learning.screen import LearningScreen
from playground.ui.mask_editor.editor import MaskEditor
from playground.ui.pickers.file_picker import FilePicker
from playground.ui.pickers.model_picker import ModelPicker
from playground.ui.toolkit import window
from playground.ui.toolkit.layout import arrange, key_caps
from playground.ui.toolkit.waiting import Waiting
from playground.ui.toolkit.window import Screen
from tests.playground.conftest import painted_frame, write_painted_bundle

PATIENCE = 30.0
Hand = Iterator[None]
"""What somebody does with the mouse; waits for the next picture at each yield."""


def send(*events: Event) -> None:
    for event in events:
        pygame.event.post(event)


def click(place: tuple[int, int], let_go: bool = True) -> None:
    send(
        Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0)),
        Event(pygame.MOUSEBUTTONDOWN, button=pygame.BUTTON_LEFT, pos=place),
        *([Event(pygame.MOUSEBUTTONUP, button=pygame.BUTTON_LEFT, pos=place)] if let_go else ()),
    )


def drop(*paths: Path) -> None:
    files = [Event(pygame.DROPFILE, file=str(path)) for path in paths]
    send(Event(pygame.DROPBEGIN), *files, Event(pygame.DROPCOMPLETE))


class User:
    """Somebody with a way of using each screen in turn, who waits where one says so and takes any agent it proposes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *ways: Callable[[Screen], Hand]) -> None:
        self.ways = list(ways)
        self.screens: list[type] = []
        for module in (app, opening, preparing, gallery_module):
            monkeypatch.setattr(module, "show", self.show)

    def show(self, screen: Screen) -> bool:
        if isinstance(screen, Waiting):
            return window.show(screen)
        if isinstance(screen, MaskEditor):
            return window.show(_Used(screen, accepting(screen)))
        self.screens.append(type(screen))
        return window.show(_Used(screen, self.ways.pop(0)(screen)))


class _Used:
    """A screen, and somebody who acts between its pictures."""

    def __init__(self, screen: Screen, hand: Hand) -> None:
        self._screen, self._hand = screen, hand
        self._end = time.monotonic() + PATIENCE

    @property
    def running(self) -> bool:
        return self._screen.running

    def handle(self, event: Event) -> None:
        self._screen.handle(event)

    def update(self, dt: float) -> float:
        assert time.monotonic() < self._end, f"waited in vain before {type(self._screen)}"
        self._screen.update(dt)
        self._screen.draw(pygame.display.get_surface())
        next(self._hand, None)
        return 0.0

    def seen(self) -> object:
        return self._screen.seen()

    def draw(self, surface: pygame.Surface) -> None:
        self._screen.draw(surface)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dummy_display: None) -> Path:
    """A user's home, with two models and an own picture."""
    for name, folder in (("DATA_HOME", "data"), ("PICTURES_DIR", "Pictures"), ("CONFIG_HOME", "config")):
        monkeypatch.setenv(f"XDG_{name}", str(tmp_path / folder))
    write_painted_bundle(tmp_path / "models" / "painted")
    write_painted_bundle(tmp_path / "models" / "second")
    monkeypatch.setenv("GLASS_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr("playground.bundles.library.model_folders", lambda: (tmp_path / "models",))
    monkeypatch.chdir(tmp_path)
    Image.fromarray(painted_frame((14, 9))).save(tmp_path / "my hero.png")
    return tmp_path


def accepting(screen: MaskEditor) -> Hand:
    click(screen._buttons.box("return").center)
    yield


def leaving(screen: Screen) -> Hand:
    send(Event(pygame.QUIT))
    yield


def walks(game: Game) -> Hand:
    """Hold the drawn arrow that points to the right."""
    start = game.session.world.agents[0].position
    size = pygame.display.get_surface().get_size()
    click(key_caps(arrange(size, (32, 24), 4).arrows[0])["right"].center, let_go=False)
    while game.session.world.agents[0].position[0] <= start[0]:
        yield
    send(Event(pygame.MOUSEBUTTONUP, button=pygame.BUTTON_LEFT, pos=(0, 0)))
    yield


def test_open_the_program_drop_a_picture_walk_export_a_sheet_find_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    seen: set[str] = set()
    monkeypatch.setattr(game_module, "show_in_folder", shown.append)

    def drops(gallery: Screen) -> Hand:
        drop(home / "my hero.png")
        yield

    def plays(game: Screen) -> Hand:
        assert isinstance(game, Game)
        yield from walks(game)
        click(game._view.button(Command.SHEET).center)
        while "sprite sheet of" not in game.message:
            seen.update(mark.words for mark in game.seen().marks)
            yield
        yield  # until it is drawn
        click(game._view.button(Command.FOLDER).center)
        while not shown:
            yield
        click(game._view.button(Command.LEAVE).center)
        yield

    user = User(monkeypatch, drops, plays, leaving)
    assert main([]) == 0
    assert user.screens == [Gallery, Game, Gallery]
    assert any(words.startswith("sheet ") for words in seen)
    (sheet,) = shown
    assert sheet.name == "my-hero.png" and sheet.is_relative_to(home / "Pictures")
    with Image.open(sheet) as image:
        assert image.mode == "RGBA"
    assert (home / "data" / "glass-playground" / "settings.json").is_file()


def test_a_file_is_chosen_then_another_model_and_a_bad_file_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "bad.png").write_bytes(b"nothing")
    told: list[str] = []

    def opens(screen: Screen) -> Hand:
        assert isinstance(screen, Gallery)
        click(screen._view.button(Command.OPEN).center)
        yield

    def chooses(screen: Screen) -> Hand:
        assert isinstance(screen, FilePicker)
        screen.enter(home)  # as by clicks on folders, which tests of the picker make
        yield
        yield
        index = [row.text for row in screen.rows].index("my hero.png")
        click(screen.box(index).center)
        yield

    def asks_for_a_model(screen: Screen) -> Hand:
        assert isinstance(screen, Game) and screen.title.endswith("painted")
        click(screen._view.button(Command.MODEL).center)
        yield

    def takes_the_second(screen: Screen) -> Hand:
        assert isinstance(screen, ModelPicker)
        click(screen.box(1).center)
        yield

    def drops_a_bad_one(screen: Screen) -> Hand:
        assert isinstance(screen, Game) and screen.title == "my hero.png - second"
        drop(home / "bad.png")
        yield

    def reads(screen: Screen) -> Hand:
        assert isinstance(screen, Game) and screen.title == "my hero.png - second"
        assert screen.seen().message.error
        told.append(screen.message)
        drop(home / "my hero.png", home / "my hero.png")
        yield

    def plays_both(screen: Screen) -> Hand:
        assert isinstance(screen, Game) and "bad.png" not in screen.message and not screen.seen().message.error
        assert len(screen.session.controls) == 2
        send(Event(pygame.QUIT))
        yield

    ways = (opens, chooses, asks_for_a_model, takes_the_second, drops_a_bad_one, reads, plays_both)
    user = User(monkeypatch, *ways)
    assert main(["--model", "painted"]) == 0
    assert user.ways == []
    assert "bad.png" in told[0] and "not a picture" in told[0]


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


def test_the_window_is_the_next_time_as_it_was_left(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[tuple[int, int]] = []

    def resizes(screen: Screen) -> Hand:
        pygame.display.set_mode((700, 555), pygame.RESIZABLE)
        yield from leaving(screen)

    def looks(screen: Screen) -> Hand:
        sizes.append(pygame.display.get_surface().get_size())
        yield from leaving(screen)

    for way in (resizes, looks):
        User(monkeypatch, way)
        assert main(["my hero.png", "--text-size", "1.5"]) == 0
    assert sizes == [(700, 555)]
    assert read_manifest(home / "models" / "painted").name == "painted"
    settings = (home / "data" / "glass-playground" / "settings.json").read_text()
    assert '"my hero.png"' not in settings and "my hero.png" in settings and '"text_size": 1.0' in settings
