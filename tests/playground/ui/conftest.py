"""A home for somebody who uses the window."""

from pathlib import Path

import pytest
from PIL import Image

from tests.playground.conftest import painted_frame, write_painted_bundle


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
