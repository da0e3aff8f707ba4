"""The base class of stages that learn from single pairs of frames some ticks apart."""

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor

from glass.model import Glass
from glass.networks.facing import turn_pictures
from glass.networks.moving_motion import MovingMotionAnalysis
from glass.parallel.precision import device_of
from glass.stages.base import TrackedStage
from glass.stages.random_draws import clip_length


class Pairs(NamedTuple):
    """Two crops of each of ``N`` agents; both face as the first does."""

    crops: Tensor
    """``(N, 2, 4, S, S)`` premultiplied RGBA in [0, 1]."""
    visible: Tensor
    """``(N, 2, 1, S, S)`` in {0, 1}, zero where the window reaches beyond the frame."""


@dataclass(frozen=True)
class PairStage(TrackedStage):
    """Its schedule counts pairs, which are up to ``lengths`` frames apart."""

    def draw_pairs(self, model: Glass, step: int) -> Pairs:
        """Draw the batch of ``step``; half of them mirrored, which makes other pairs of them."""
        assert isinstance(model.lma, MovingMotionAnalysis)
        rng = self.rng(step)
        length = int(rng.integers(2, clip_length(self.schedule, step) + 1))
        batch = self.draw(rng, self.schedule.batch, length, device_of(model.lma))
        crops, _, turned = model.lma.turn_back(batch.crops, batch.shifts)
        pairs = Pairs(crops[:, [0, -1]], turn_pictures(batch.visible, turned)[:, [0, -1]])
        return Pairs(*(part.flip(-1) for part in pairs)) if rng.random() < 0.5 else pairs
