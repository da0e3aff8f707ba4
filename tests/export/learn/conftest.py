"""What tests of `glass-learn` share: a clip, a learning that takes seconds, and what one has learned."""

import io
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from export.bundle.graphs import Graph
from export.learn import beginning, training
from export.learn.options import LearnOptions
from export.learn.session import learn_clips
from glass.config import Config
from glass.footage.source import FootageSource
from glass.survey.advice import Suggestion, Survey
from tests.fixtures.own_clips import write_animation
from tests.fixtures.tiny_world import TinyWorld, tiny_config
from tests.playground.conftest import make_graph, write_painted_bundle
from tests.scripts import entry_point

SEGMENT_ALL = """
segment (float[N,3,24,32] frame) => (float[N,1,24,32] mask) {
    channel = Constant<value = int64[1] {1}>()
    brightest = ReduceMax(frame, channel)
    zero = Sub(brightest, brightest)
    one = Constant<value = float {1.0}>()
    mask = Add(zero, one)
}
"""

Command = Callable[..., int]
Ordering = Callable[..., LearnOptions]


@dataclass(frozen=True)
class Learned:
    """What one learning left."""

    folder: Path
    """A user's data folder; not to be changed."""
    said: str
    """What was said on stdout."""


def options(*clips: Path, name: str = "mine", **changes: object) -> LearnOptions:
    """Options that leave no time, so that each stage takes its fewest steps."""
    made = LearnOptions(clips=list(clips), name=name, minutes=0.001, frame_size="32x24", from_scratch=True)
    return replace(made, **changes)  # type: ignore[arg-type]


@contextmanager
def user_folder(place: Path) -> Iterator[Path]:
    """The user's data folder below a place; it is not made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(place))
        patch.delenv("GLASS_MODELS", raising=False)
        yield place / "glass-playground"


@contextmanager
def small_models(graphs: Path) -> Iterator[None]:
    """Learning makes a tiny model instead of the usual one, and bundles it in graphs that are there already."""

    def make(survey: Survey, chosen: Suggestion, source: FootageSource, seed: int) -> Config:
        config = tiny_config(1, 1, seed, mask_bias=3.0)
        stages = {
            name: replace(getattr(config.training, name), batch=2)
            for name in ("global_stage", "matting_stage", "anchor_stage", "local_stage")
        }
        local_actions = replace(config.lma, local_actions=4)
        training = replace(config.training, track_length=8, **stages)
        return replace(config, lma=local_actions, training=training)

    def ready_made(graph: Graph) -> bytes:
        return (graphs / f"{graph.module.function.__name__}.onnx").read_bytes()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beginning, "make_config", make)
        patch.setattr(training, "export_seconds", lambda config: 0.0)
        patch.setattr("export.bundle.write.verify", lambda *arguments: 0)
        patch.setattr("export.bundle.write.to_onnx", ready_made)
        yield


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GIF of the red figure; six seconds; not to be changed."""
    frames = TinyWorld(empty=0.0).draw(np.random.default_rng(1), 64).frames
    return write_animation(tmp_path_factory.mktemp("clip") / "clip.gif", frames)


@pytest.fixture(scope="session")
def ready_graphs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a bundle written by hand that takes everything for the agent, as the small models do."""
    folder = write_painted_bundle(tmp_path_factory.mktemp("models") / "painted")
    (folder / "segment.onnx").write_bytes(make_graph(SEGMENT_ALL))
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """The user's data folder, which is not there yet."""
    with user_folder(tmp_path / "data") as folder:
        yield folder


@pytest.fixture
def order(clip: Path, data: Path, ready_graphs: Path) -> Iterator[Ordering]:
    """Makes options for learning the clip, or other clips, to a tiny model."""
    with small_models(ready_graphs):
        yield lambda *clips, **changes: options(*(clips or (clip,)), **changes)


@pytest.fixture(scope="session")
def learned(clip: Path, ready_graphs: Path, tmp_path_factory: pytest.TempPathFactory) -> Learned:
    """What the clip gave under the name `mine`, learned in one go."""
    said = io.StringIO()
    place = tmp_path_factory.mktemp("learned")
    with user_folder(place) as folder, small_models(ready_graphs), redirect_stdout(said):
        learn_clips(options(clip), live=False)
    return Learned(folder, said.getvalue())


@pytest.fixture
def known(learned: Learned, data: Path) -> Path:
    """The user's data folder, with all that was learned of the clip."""
    return shutil.copytree(learned.folder, data)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, data: Path) -> Command:
    """Runs `glass-learn` with arguments; gives its exit code."""

    def run(*arguments: str | Path) -> int:
        monkeypatch.setattr(sys, "argv", ["glass-learn", *map(str, arguments)])
        code = entry_point("glass-learn")()
        assert isinstance(code, int)
        return code

    return run
