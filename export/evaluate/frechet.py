"""A Fréchet distance on EfficientNet-Lite0 features; it is no FID, which is defined on those of Inception."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor
from torchmetrics.image.fid import FrechetInceptionDistance

from export.evaluate.likeness import Region
from export.evaluate.lite0 import Lite0Features

_BATCH = 32


def lite0_frechet(played: Sequence[Region], true: Sequence[Region], tell: Callable[[float], None]) -> float:
    """Return the Fréchet distance between the features of played and true regions, (S, S, 3) in 0..255, two or more.

    It depends on how many there are; compare only distances of equally many.
    """
    distance = FrechetInceptionDistance(Lite0Features())
    total = len(played) + len(true)
    for regions, real, before in ((true, True, 0), (played, False, len(true))):
        for start in range(0, len(regions), _BATCH):
            distance.update(_pictures(regions[start : start + _BATCH]), real=real)
            tell(min(before + start + _BATCH, total) / total)
    return round(float(distance.compute()), 4)


def _pictures(regions: Sequence[Region]) -> Tensor:
    return torch.from_numpy(np.stack(regions).transpose(0, 3, 1, 2).astype(np.uint8))
