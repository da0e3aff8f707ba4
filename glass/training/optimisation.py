"""Adam with a cosine schedule of the learning rate and gradient clipping."""

import math

import torch
from torch import nn
from torch.optim import Adam

from glass.config import StageConfig
from glass.stages.base import LossTerms

LARGEST_GRADIENT = 1.0


def learning_rate(schedule: StageConfig, step: int) -> float:
    """Learning rate at ``step``: linear warm-up over the first twentieth, then a cosine down to a hundredth."""
    share = (step + 1) / max(schedule.steps, 1)
    if share < 0.05:
        return schedule.learning_rate * share / 0.05
    fall = 0.5 * (1 + math.cos(math.pi * min(1.0, (share - 0.05) / 0.95)))
    return schedule.learning_rate * (0.01 + 0.99 * fall)


def make_optimiser(module: nn.Module, schedule: StageConfig) -> Adam:
    """Give a stage's optimiser of the parameters of ``module``."""
    return Adam(module.parameters(), schedule.learning_rate, betas=(0.9, 0.98), fused=True)


def optimise(optimiser: Adam, module: nn.Module, losses: LossTerms) -> None:
    """Take a step down the gradient of ``losses``."""
    optimiser.zero_grad()
    losses.total().backward()
    torch.nn.utils.clip_grad_norm_(module.parameters(), LARGEST_GRADIENT)
    optimiser.step()
