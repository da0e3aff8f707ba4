"""A new user's way without a keyboard: open the program, drop a picture, walk, export a sheet, find the file."""

from pathlib import Path

import pygame
import pytest
from PIL import Image
from pygame.event import Event

from playground.bundles.manifest import read_manifest
from playground.commands.play import main
from playground.input.controls import Command
from playground.ui.gallery.gallery import Gallery
from playground.ui.game import game as game_module
from playground.ui.game.game import Game
from playground.ui.pickers.file_picker import FilePicker
from playground.ui.pickers.model_picker import ModelPicker
from playground.ui.toolkit.window import Screen
from tests.playground.ui.user import Hand, User, click, drop, leaving, send, walks


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
