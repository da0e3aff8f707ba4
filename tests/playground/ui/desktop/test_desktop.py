from pathlib import Path

import pygame
import pytest
import typer
from PIL import Image, ImageGrab
from pygame.event import Event

from glass.core.errors import GlassError
from playground.ui.desktop.clipboard import clipboard_content, clipboard_text
from playground.ui.desktop.dropped_files import DroppedFiles
from playground.ui.desktop.file_manager import show_in_folder


def test_files_of_one_drop_come_together() -> None:
    drops = DroppedFiles()
    events = [Event(pygame.DROPBEGIN), *(Event(pygame.DROPFILE, file=name) for name in ("/a.png", "/b.png"))]
    assert [drops.handle(event) for event in events] == [()] * 3
    assert drops.handle(Event(pygame.DROPCOMPLETE)) == (Path("/a.png"), Path("/b.png"))
    assert drops.handle(Event(pygame.DROPFILE, file="/c.png")) == (Path("/c.png"),)
    assert drops.handle(Event(pygame.DROPCOMPLETE)) == ()


def test_a_picture_on_the_clipboard_is_taken_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    image = Image.new("RGBA", (9, 7), (1, 2, 3, 4))
    monkeypatch.setattr(ImageGrab, "grabclipboard", lambda: image)
    assert clipboard_content("some text") is image
    assert not list(tmp_path.iterdir())


def test_files_on_the_clipboard_are_taken_by_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "my hero.png", tmp_path / "b.png"
    one.touch()
    two.touch()
    assert clipboard_content(f"{one.as_uri()}\r\n{two}\r\n") == (one, two)
    monkeypatch.setattr(ImageGrab, "grabclipboard", lambda: [str(two)])
    assert clipboard_content("/no/such/file") == (two,)


def nothing() -> None:
    return None


def no_program() -> None:
    raise NotImplementedError("wl-paste or xclip is required")


def broken() -> None:
    raise OSError("it went\naway")


@pytest.mark.parametrize(
    ("grab", "told"), [(nothing, "no picture on the clipboard"), (no_program, "xclip"), (broken, "it went away")]
)
def test_an_empty_clipboard_is_one_sentence(grab: object, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageGrab, "grabclipboard", grab)
    with pytest.raises(GlassError, match=told):
        clipboard_content("")


def test_text_is_empty_where_there_is_no_clipboard(dummy_display: None) -> None:
    pygame.display.set_mode((40, 40))
    assert clipboard_text() == ""


def test_a_file_is_shown_in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[str, bool]] = []
    monkeypatch.setattr(typer, "launch", lambda place, locate: shown.append((place, locate)) or 0)
    file = tmp_path / "a.gif"
    file.touch()
    show_in_folder(file)
    show_in_folder(tmp_path)
    assert shown == [(str(file), True), (str(tmp_path), False)]
    monkeypatch.setattr(typer, "launch", lambda place, locate: 1)
    with pytest.raises(GlassError, match=f"no file manager was found.*{tmp_path} yourself"):
        show_in_folder(file)
    with pytest.raises(GlassError, match="nothing any more"):
        show_in_folder(tmp_path / "gone.gif")
