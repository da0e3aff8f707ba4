"""Models with random weights that behave like learned ones: signals pass, codes differ."""

import torch
from torch import nn

from glass.networks.local_motion import LocalMotionAnalysis

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


def settle(model: nn.Module) -> None:
    """Let every normalisation take over the statistics of the next batch it sees in training."""
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.momentum = 1.0


@torch.no_grad()
def settle_local(model: LocalMotionAnalysis, crops: torch.Tensor, shifts: torch.Tensor) -> None:
    """Make a random local stage at home with some clips: (B, T, 4, S, S), (B, T-1, 2)."""
    settle(model)
    for _ in range(2):
        model.train()(crops, shifts)
    vectors = model.eval()(crops, shifts).vectors.flatten(0, 1)
    model.quantiser.initialise(vectors, torch.Generator().manual_seed(0))
