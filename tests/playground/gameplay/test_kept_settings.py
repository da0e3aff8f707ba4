import json
import os
from pathlib import Path

import pytest
from PIL import Image

from glass.core.errors import GlassError
from playground.gameplay.kept_pictures import keep_picture
from playground.gameplay.kept_settings import MOST_RECENT, KeptSettings, SettingsFile, settings_file


def test_what_is_changed_is_the_same_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    kept = SettingsFile(path)
    assert kept.now == KeptSettings() and not path.exists()
    kept.change(text_size=1.5, window=(800, 600), full_screen=True, speed=2.0, buttons=False, folder=str(tmp_path))
    kept.opened((Path("a.png"),))
    again = SettingsFile(path)
    assert again.now == kept.now and again.now.recent == (str(Path("a.png").absolute()),)
    assert again.folder == tmp_path


def test_what_is_given_counts_but_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    kept = SettingsFile(path, text_size=2.0)
    kept.change(speed=0.5)
    assert kept.now.text_size == 2.0
    assert SettingsFile(path).now == KeptSettings(speed=0.5)


def test_files_opened_last_come_first_once_and_are_few(tmp_path: Path) -> None:
    kept = SettingsFile()
    for number in range(MOST_RECENT + 5):
        kept.opened((tmp_path / f"{number}.png",))
    kept.opened((tmp_path / "9.png",))
    assert len(kept.now.recent) == MOST_RECENT and kept.now.recent.count(str(tmp_path / "9.png")) == 1
    assert kept.now.recent[0] == str(tmp_path / "9.png")


@pytest.mark.parametrize("text", ["", "[]", "nonsense", '{"text_size": "large"}', '{"window": [1]}', "[" * 100000])
def test_a_file_of_something_else_is_told_and_left_alone(text: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    kept = SettingsFile(path)
    assert "settings.json: holds no settings" in kept.problem
    kept.change(speed=2.0)
    assert kept.now.speed == 2.0 and path.read_text() == text


def test_values_that_cannot_be_are_made_possible(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    values = {"text_size": 9, "speed": -3, "window": [4, 4], "later": "a setting of a later version"}
    path.write_text(json.dumps(values))
    now = SettingsFile(path).now
    assert (now.text_size, now.speed, now.window) == (2.0, 0.25, None)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs rights to be refused")
def test_what_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(GlassError, match="cannot be written"):
        SettingsFile(tmp_path / "settings.json").change(speed=2.0)


def test_a_folder_in_the_way_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    kept = SettingsFile(tmp_path / "file" / "settings.json")
    assert "cannot be read" in kept.problem


def test_pictures_out_of_clips_are_kept_and_old_ones_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    paths = [keep_picture(Image.new("RGB", (9, 9), (number, 0, 0)), "walk") for number in range(10)]
    assert len(set(paths)) == 10
    left = sorted(paths[0].parent.iterdir())
    assert left == paths[2:]
    with Image.open(left[-1]) as image:
        assert image.getpixel((0, 0)) == (9, 0, 0)
    assert settings_file().is_relative_to(tmp_path)
