"""What was begun with a clip, by the records of glass-learn."""

import json
import os
from pathlib import Path

import pytest

from playground.learning.begun import BegunLearning, begun_from, free_name, learning_folder
from tests.playground.conftest import write_painted_bundle


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("GLASS_MODELS", str(tmp_path / "models"))


def begin(name: str, clip: Path, when: int, agent: str = "") -> None:
    place = learning_folder() / name / "learn.json"
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps({"clips": [str(clip)], "agent": agent, "stride": 2, "config": {}}))
    os.utime(place, (when, when))


def test_what_was_begun_last_is_found(tmp_path: Path) -> None:
    clip = tmp_path / "me.mp4"
    assert begun_from(clip) is None
    begin("me", clip, 100)
    begin("me-2", clip, 300, "3,4@5")
    begin("other", tmp_path / "other.mp4", 400)
    assert begun_from(clip) == BegunLearning("me-2", "3,4@5", finished=False)
    write_painted_bundle(tmp_path / "models" / "me-2")
    assert begun_from(clip) == BegunLearning("me-2", "3,4@5", finished=True)


def test_records_of_older_versions_and_damaged_ones_are_passed_over(tmp_path: Path) -> None:
    for name, text in (("old", '{"fingerprint": "a", "stride": 1}'), ("broken", "{"), ("list", "[1]")):
        (learning_folder() / name).mkdir(parents=True)
        (learning_folder() / name / "learn.json").write_text(text)
    assert begun_from(tmp_path / "me.mp4") is None
    assert free_name(tmp_path / "old.gif") == "old-2"


def test_a_name_is_free(tmp_path: Path) -> None:
    write_painted_bundle(tmp_path / "models" / "painted")
    assert free_name(tmp_path / "my cat!.mp4") == "my-cat"
    assert free_name(tmp_path / "painted.gif") == "painted-2"
    assert free_name(tmp_path / "!.gif") == "clip"
    begin("my-cat", tmp_path / "my cat!.mp4", 100)
    assert free_name(tmp_path / "my cat!.mp4") == "my-cat-2"
