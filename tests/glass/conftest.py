"""What tests of learning share: a world of 32x24 pixels."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from glass.data.core.clip import Clip
from glass.data.stored.clip_folder import write_clip
from glass.training.progress import StepProgress
from tests.fixtures.tiny_world import TinyWorld


@dataclass(frozen=True)
class OneClip(TinyWorld):
    """A source that knows a single clip."""

    clip: Clip | None = None

    def draw(self, rng: np.random.Generator, length: int) -> Clip:
        assert self.clip is not None
        return self.clip.cut(int(rng.integers(len(self.clip) - length + 1)), length)


class Silent:
    """A reporter that only remembers; it can interrupt the run at a step."""

    def __init__(self, stop: tuple[str, int] | None = None) -> None:
        self.seen: list[StepProgress] = []
        self.stop = stop

    def report(self, progress: StepProgress) -> None:
        self.seen.append(progress)
        if (progress.stage, progress.step) == self.stop:
            raise KeyboardInterrupt


@pytest.fixture(scope="session")
def clip() -> Clip:
    """A clip of 12 frames in which the figure walks and poses."""
    clips = (TinyWorld(empty=0.0).draw(np.random.default_rng(seed), 12) for seed in range(100))
    return next(c for c in clips if c.actions is not None and len(set(c.actions.tolist())) >= 3)


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of four clips of 8 frames; not to be changed."""
    folder = tmp_path_factory.mktemp("clips")
    world = TinyWorld(empty=0.0)
    for number in range(4):
        write_clip(world.draw(np.random.default_rng(number), 8), folder / "train" / f"{number:05d}")
    return folder
