"""The registration stage: how crops are moved to become each other, for models that move their picture's pixels."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from glass.config import RegistrationWeights
from glass.model import Glass
from glass.networks.layered_warp import TickLayers, roughness
from glass.networks.registration import mirror_fits
from glass.parallel.distributed import mean
from glass.parallel.precision import device_of
from glass.stages.base import LossTerms, StepResult, TrackedStage
from glass.stages.random_draws import clip_length

UNDECIDED = 0.2
"""Share of the stage in which both ways of facing are learned from, by how well they fit."""
SHARPNESS = 60.0
"""By which misfits are multiplied in that decision."""


@dataclass(frozen=True)
class RegistrationLosses(LossTerms):
    """Weighted terms of the registration's stage, each a scalar tensor."""

    misfit: Tensor
    """How badly moved crops fit true ones, `glass.networks.registration.misfit`."""
    roughness: Tensor
    """Second-order total variation of displacement fields."""
    paint: Tensor
    """Mean alpha of what is painted in place of moved pixels."""
    mixture: Tensor
    """Entropy of the layers' shares: a pixel is to come from one field."""


def registration_losses(
    layers: TickLayers, errors: Tensor, progress: float, weights: RegistrationWeights
) -> RegistrationLosses:
    """Losses of registering ``N`` pairs both ways.

    Args:
        layers: of ``2N`` pairs, those of the mirror images last.
        errors: ``(2, N)`` misfits.
        progress: share of the stage that is done, in [0, 1].
        weights: weights of the terms.
    """
    turned = mirror_fits(errors).float()
    share = torch.stack([1 - turned, turned])
    if progress < UNDECIDED:
        share = torch.softmax(-SHARPNESS * errors.detach(), 0)
    entropy = -(layers.weights * (layers.weights + 1e-5).log()).sum(1)
    return RegistrationLosses(
        misfit=weights.misfit * mean((errors * share).sum(0)),
        roughness=weights.roughness * roughness(layers.fields),
        paint=weights.paint * mean(layers.paint[:, 3:]),
        mixture=weights.mixture * progress * mean(entropy),
    )


@dataclass(frozen=True)
class RegistrationStage(TrackedStage):
    """Learns how the first crop of a piece of a clip is moved to become a later one."""

    name: ClassVar[str] = "registration"
    title: ClassVar[str] = "how pixels move"
    optional: ClassVar[bool] = True

    @override
    def module(self, model: Glass) -> nn.Module:
        assert model.registration is not None
        return model.registration

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        assert model.registration is not None
        rng, count = self.rng(step), self.schedule.batch
        length = int(rng.integers(2, clip_length(self.schedule, step) + 1))
        batch = self.draw(rng, count, length, device_of(model.registration))
        layers, errors = model.registration.both_ways(batch.crops[:, 0], batch.crops[:, -1])
        progress = step / self.schedule.steps
        losses = registration_losses(layers, errors, progress, self.config.registration_weights)
        return StepResult(losses, 2 * len(batch.crops))
