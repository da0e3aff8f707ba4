"""A place to run commands in."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pygame
import pytest
from PIL import Image

from playground.bundles import library
from tests.playground.commands.playing import Pixels
from tests.playground.pictures.test_picture import png_header


@pytest.fixture
def place(
    tmp_path: Path, painted_bundle: Path, paint: Callable[..., Pixels], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """An empty working folder with pictures beside it, one model, and no display."""
    for name, picture in {"a": paint(), "plain": paint(None), "1x1": paint()[:1, :1]}.items():
        Image.fromarray(picture).save(tmp_path / f"{name}.png")
    Image.fromarray(paint()).save(tmp_path / "moves.gif")
    (tmp_path / "clip").mkdir()
    Image.fromarray(paint()).save(tmp_path / "clip" / "00001.png")
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "huge.png").write_bytes(png_header(20_000, 20_000))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr(library, "model_folders", lambda: (painted_bundle.parent,))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    handler = signal.getsignal(signal.SIGTERM)
    yield work
    signal.signal(signal.SIGTERM, handler)
    pygame.display.quit()
