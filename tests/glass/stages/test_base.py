"""What the stages of training have in common."""

import pytest

from glass.config import GlobalWeights, StageConfig
from glass.stages.global_motion import ramp_binary_weight


@pytest.mark.parametrize(("step", "share"), [(0, 0.0), (10, 0.2), (50, 1.0), (99, 1.0)])
def test_masks_are_asked_to_decide_little_by_little(step: int, share: float) -> None:
    weights = ramp_binary_weight(GlobalWeights(binary=0.5, size=0.3), StageConfig(steps=100), step)
    assert weights.binary == pytest.approx(0.5 * share)
    assert weights.size == 0.3
