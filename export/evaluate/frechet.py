"""Fréchet distance on features of EfficientNet-Lite0, trained on ImageNet; no FID, which is defined on Inception's."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torchmetrics.image.fid import FrechetInceptionDistance

from export.evaluate.image_metrics import Region
from glass.networks.moving.lite0 import load_lite0

_BATCH = 32

SCALE = 2
"""Pictures are enlarged so often, without smoothing: a cell of 64 pixels is small for this network."""


class Lite0Features(nn.Module):
    """The network up to its pooled features; frozen."""

    num_features = 1280
    """Channels of the features."""

    def __init__(self) -> None:
        """Load the weights.

        Raises:
            GlassError: the package that holds them is missing.
        """
        super().__init__()
        self.network = load_lite0()
        self.eval()

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the features, (N, 1280), of pictures uint8 (N, 3, H, W) whose sides are multiples of 16."""
        large = functional.interpolate((pictures.float() - 127) / 128, scale_factor=SCALE, mode="nearest")
        features: Tensor = self.network.extract_features(large).mean((2, 3))
        return features


def lite0_frechet(played: Sequence[Region], true: Sequence[Region], progress: Callable[[float], None]) -> float:
    """Return the Fréchet distance between the features of played and true regions, (S, S, 3) in 0..255, two or more.

    It depends on how many there are; compare only distances of equally many.
    """
    distance = FrechetInceptionDistance(Lite0Features())
    total = len(played) + len(true)
    for regions, real, before in ((true, True, 0), (played, False, len(true))):
        for start in range(0, len(regions), _BATCH):
            pictures = np.stack(regions[start : start + _BATCH]).transpose(0, 3, 1, 2).astype(np.uint8)
            distance.update(torch.from_numpy(pictures), real=real)
            progress(min(before + start + _BATCH, total) / total)
    return round(float(distance.compute()), 4)
