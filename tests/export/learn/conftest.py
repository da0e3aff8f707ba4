"""What tests of `glass-learn` share: a clip, and a learning that takes a second."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from export.learn import session
from export.learn.folders import LearnFolders
from export.learn.session import LearnOptions
from export.learn.settings import Overrides
from glass.config import Config
from glass.footage.prepare import FootageOptions
from glass.footage.source import FootageSource
from glass.survey.advice import Suggestion, Survey
from tests.export.conftest import Exported
from tests.fixtures.own_clips import write_animation
from tests.fixtures.tiny_world import TinyWorld, tiny_config
from tests.scripts import entry_point

Command = Callable[..., int]
Ordering = Callable[..., LearnOptions]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A GIF of the red figure; six seconds."""
    frames = TinyWorld(empty=0.0).draw(np.random.default_rng(1), 64).frames
    return write_animation(tmp_path / "clip.gif", frames)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder, which is not there yet."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("GLASS_MODELS", raising=False)
    return tmp_path / "data" / "glass-playground"


@pytest.fixture
def small(exported: Exported, quick: dict[str, bytes], data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny model instead of the usual one, in graphs made before."""

    def make(survey: Survey, chosen: Suggestion, source: FootageSource, seed: int) -> Config:
        config = tiny_config(1, 1, seed, mask_bias=3.0)
        stages = {
            name: replace(getattr(config.training, name), batch=2)
            for name in ("global_stage", "matting_stage", "anchor_stage", "local_stage")
        }
        local_actions = replace(config.lma, local_actions=4)
        training = replace(config.training, track_length=8, **stages)
        return replace(config, lma=local_actions, training=training)

    monkeypatch.setattr(session, "make_config", make)
    monkeypatch.setattr(session, "export_seconds", lambda config: 0.0)
    monkeypatch.setattr("export.bundle.write.verify", lambda *arguments: 0)


@pytest.fixture
def order(clip: Path, small: None) -> Ordering:
    """Makes orders that leave no time, so that each stage takes its fewest steps."""

    def make(*clips: Path, name: str = "mine", **changes: object) -> LearnOptions:
        made = LearnOptions(
            clips=clips or (clip,),
            folders=LearnFolders.of(name, None),
            minutes=0.001,
            footage_options=FootageOptions(frame_size=(32, 24)),
            overrides=Overrides(),
            from_scratch=True,
            restart=False,
            anyway=False,
            only_look=False,
            licence=None,
            seed=0,
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, data: Path) -> Command:
    """Runs `glass-learn` with arguments; gives its exit code."""

    def run(*arguments: str | Path) -> int:
        monkeypatch.setattr(sys, "argv", ["glass-learn", *map(str, arguments)])
        code = entry_point("glass-learn")()
        assert isinstance(code, int)
        return code

    return run
