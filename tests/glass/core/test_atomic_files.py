"""Files and folders that are whole or not there."""

import os
from pathlib import Path

import pytest

from glass.core.atomic_files import atomic_folder, output_file
from glass.core.errors import GlassError


def test_a_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "made"
    for name in ("old", "new"):
        with atomic_folder(place) as part:
            (part / name).touch()
    assert os.listdir(place) == ["new"]
    assert os.listdir(place.parent) == ["made"]


def test_a_folder_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), atomic_folder(tmp_path / "deep" / "made") as part:
        (part / "half").touch()
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == []


def test_output_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(GlassError, match=r"a\.png: cannot be written \(.*\); make room"),
        output_file(tmp_path / "none" / "a.png", "make room") as part,
    ):
        part.touch()
