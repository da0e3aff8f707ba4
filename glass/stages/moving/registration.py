"""The registration stage: how crops are moved to become each other, for models that move their picture's pixels."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn
from typing_extensions import override

from glass.config import RegistrationWeights
from glass.model import Glass
from glass.motion.whole_motion import misfit
from glass.networks.moving.layered_warp import TickLayers, compose, roughness
from glass.parallel.distributed import mean
from glass.stages.base import LossTerms, PairStage, StepResult


@dataclass(frozen=True)
class RegistrationLosses(LossTerms):
    """Weighted terms of the registration's stage, each a scalar tensor."""

    misfit: Tensor
    """How badly moved crops fit true ones, `glass.motion.whole_motion.misfit`."""
    roughness: Tensor
    """Second-order total variation of displacement fields."""
    paint: Tensor
    """Mean alpha of what is painted in place of moved pixels."""
    mixture: Tensor
    """Entropy of the layers' shares: a pixel is to come from one field."""


def registration_losses(
    layers: TickLayers, errors: Tensor, progress: float, weights: RegistrationWeights
) -> RegistrationLosses:
    """Losses of registering ``N`` pairs.

    Args:
        layers: what the pairs were registered with.
        errors: ``(N,)`` misfits.
        progress: share of the stage that is done, in [0, 1].
        weights: weights of the terms.
    """
    entropy = -(layers.weights * (layers.weights + 1e-5).log()).sum(1)
    return RegistrationLosses(
        misfit=weights.misfit * mean(errors),
        roughness=weights.roughness * roughness(layers.fields),
        paint=weights.paint * mean(layers.paint[:, 3:]),
        mixture=weights.mixture * progress * mean(entropy),
    )


@dataclass(frozen=True)
class RegistrationStage(PairStage):
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
        first, later = self.draw_pairs(model, step).crops.unbind(1)
        layers = model.registration(first, later)
        errors = misfit(compose(layers, first), later)
        progress = step / self.schedule.steps
        losses = registration_losses(layers, errors, progress, self.config.registration_weights)
        return StepResult(losses, 2 * len(first))
