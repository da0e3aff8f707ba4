"""The limb stage: which limbs a picture shows, where their joints are, and how they move, from drawn puppets.

Supervised: puppets' bones say it all. Colours and shading are varied beyond what is drawn (domain randomisation; Tobin
et al., arXiv 1703.06907), see `glass.stages.moving.limb_colours`, so that limbs are known by their shapes and places.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.core.limbs import BODY, LIMBS
from glass.data.puppets.limbs import Limbs
from glass.model import Glass
from glass.motion.whole_motion import agent_place
from glass.networks.moving.facing import FacingNetwork
from glass.networks.moving.limbs import JOINT, SIDE, UNITS, LimbMaps, LimbNetwork, in_mirror, maps_side
from glass.networks.moving.lite0 import SIZE
from glass.networks.moving.local_motion import MovingMotionAnalysis
from glass.parallel.distributed import ratio, shard
from glass.parallel.precision import device_of
from glass.stages.base import LossTerms, Stage, StepResult
from glass.stages.inputs import StageInputs
from glass.stages.moving.limb_colours import recoloured

LIMB_WEIGHT = 3.0
"""How many times as much the pixels of limbs count as the body's."""
WHOLE_WEIGHT = 4.0
"""How many times as much the body's motions, which all limbs go along with, count as a limb's."""
MIRRORED = 0.2
"""Share of pictures from the side that face left: those whose side nobody is sure of do, too."""
TURN, TILT, STRETCH, SHIFT = 0.2, 0.15, 0.25, 0.12
"""How far pictures are turned, sheared (radians), stretched (logarithm) and shifted (half pictures)."""


class LimbExamples(NamedTuple):
    """Puppets at rest, with their limbs; L is the number of `LIMBS`."""

    cells: Tensor
    """uint8 ``(M, 4, 64, 64)``, straight RGBA."""
    mirrored: Tensor
    """bool ``(M,)``, as `Limbs` holds it, and so all that follows."""
    seen: Tensor
    """uint8 ``(M, 64, 64)``."""
    covered: Tensor
    """uint8 ``(M, L/8, 64, 64)``: the bits of limbs."""
    joints: Tensor
    """float16 ``(M, 2, 64, 64)``."""
    motions: Tensor
    """float16 ``(M, A, 8, L, 5)`` in `UNITS`."""

    def of(self, chosen: Tensor) -> "LimbExamples":
        """Return some of them."""
        return LimbExamples(*(part[chosen] for part in self))


class LimbTargets(NamedTuple):
    """What the network should tell of pictures ``(N, 4, SIDE, SIDE)``, in the units of `LimbMaps`."""

    seen: Tensor
    """``(N, L, s, s)`` shares of a pixel; none where nothing is."""
    covered: Tensor
    """``(N, L, s, s)`` in {0, 1}."""
    joints: Tensor
    """``(N, 2, s, s)``."""
    motions: Tensor
    """``(N, A, 8, L, 5)``."""


@dataclass(frozen=True)
class LimbLosses(LossTerms):
    """Terms of the limb stage, each a scalar tensor."""

    seen: Tensor
    """Cross entropy of the limb that is seen at a pixel."""
    covered: Tensor
    """Binary cross entropy of what limbs cover, where anything is seen."""
    joints: Tensor
    """Smooth L1 of the way to joints."""
    motions: Tensor
    """Smooth L1 of how limbs move that a puppet has; the body counts `WHOLE_WEIGHT` times."""


@dataclass(frozen=True)
class LimbStage(Stage):
    """Learns to tell limbs."""

    name: ClassVar[str] = "limb"
    title: ClassVar[str] = "limbs"
    optional: ClassVar[bool] = True

    examples: LimbExamples | None

    @override
    @classmethod
    def open(cls, inputs: StageInputs, step: int) -> Self:
        steps = cls.schedule_in(inputs.config.training).steps
        return cls(inputs.config, gathered(inputs.limbed_puppets()) if step < steps else None)

    @override
    def module(self, model: Glass) -> nn.Module:
        return _networks(model)[0]

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        assert self.examples is not None
        rng, (network, facing), batch = self.rng(step), _networks(model), self.schedule.batch
        chosen = torch.from_numpy(rng.integers(len(self.examples.seen), size=batch))[shard(batch)]
        pictures, targets = drawn(self.examples.of(chosen))
        where = device_of(network)
        told = network(pictures.to(where), facing.features)
        return StepResult(limb_losses(told, LimbTargets(*(part.to(where) for part in targets))), batch)


def _networks(model: Glass) -> tuple[LimbNetwork, FacingNetwork]:
    """Return what learns, and what has the features; `glass.config.Config` checks that there are both."""
    assert isinstance(model.lma, MovingMotionAnalysis)
    assert model.lma.limbs is not None and model.lma.facing is not None
    return model.lma.limbs, model.lma.facing


def gathered(puppets: Iterator[tuple[NDArray[np.uint8], Limbs]]) -> LimbExamples:
    """Gather puppets as examples."""
    cells, mirrored, seen, covered, joints, motions = [], [], [], [], [], []
    for cell, limbs in puppets:
        cells.append(cell.transpose(2, 0, 1))
        mirrored.append(np.bool_(limbs.mirrored))
        seen.append(limbs.seen)
        covered.append(np.packbits(limbs.covered, 0))
        joints.append(limbs.joints.astype(np.float16))
        moves = limbs.motions.copy()
        moves[..., 0] = (moves[..., 0] + 180) % 360 - 180
        motions.append((moves / np.array(UNITS, np.float32)).astype(np.float16))
    return LimbExamples(
        *(torch.from_numpy(np.stack(part)) for part in (cells, mirrored, seen, covered, joints, motions))
    )


def drawn(examples: LimbExamples) -> tuple[Tensor, LimbTargets]:
    """Draw pictures ``(N, 4, SIDE, SIDE)``, premultiplied RGBA, of examples, with what is to be told of them."""
    count, limbs = len(examples.seen), len(LIMBS)
    straight = examples.cells.float() / 255
    alpha, seen, ways = straight[:, 3:], examples.seen.long(), examples.joints.float()
    crops = recoloured(torch.cat([straight[:, :3] * alpha, alpha], 1), seen, ways)
    angle, tilt = TURN * _even(count), TILT * _even(count)
    wide, high, shift = torch.exp(STRETCH * _even(count)), torch.exp(STRETCH * _even(count)), SHIFT * _even(count, 2)
    turned = torch.where(examples.mirrored & (torch.rand(count) < MIRRORED), -1.0, 1.0)
    place = agent_place(crops)
    size = place[:, 2] / SIZE
    across = [turned * size * wide * angle.cos(), -turned * size * wide * (angle + tilt).sin()]
    down = [size * high * angle.sin(), size * high * angle.cos()]
    rows = (torch.stack([*line, place[:, axis] + size * shift[:, axis]], 1) for axis, line in enumerate((across, down)))
    motion = torch.stack(list(rows), 1)
    pictures = _moved(crops, motion, SIDE)
    shown = functional.one_hot(seen, limbs).movedim(3, 1) * (alpha > 0.5)
    bits = examples.covered[:, :, None] >> torch.arange(7, -1, -1)[:, None, None] & 1
    maps = _moved(torch.cat([shown, bits.flatten(1, 2)[:, :limbs]], 1).float(), motion, maps_side(SIDE))
    turn_back = torch.linalg.inv(motion[:, :, :2])
    joints = torch.einsum("nij,njhw->nihw", turn_back, _moved(ways, motion, maps_side(SIDE), "nearest")) / JOINT
    targets = LimbTargets(
        maps[:, :limbs], (maps[:, limbs:] > 0.5).float(), joints, in_mirror(examples.motions.float(), turned)
    )
    return pictures, targets


def _even(*shape: int) -> Tensor:
    """Draw evenly from -1 to 1."""
    return 2 * torch.rand(*shape) - 1


def _moved(maps: Tensor, motion: Tensor, side: int, mode: str = "bilinear") -> Tensor:
    grid = functional.affine_grid(motion, [*maps.shape[:2], side, side], align_corners=False)
    return functional.grid_sample(maps, grid, mode, align_corners=False)


def limb_losses(told: LimbMaps, true: LimbTargets) -> LimbLosses:
    """Compare what is told of pictures with what is true."""
    limb = (torch.arange(len(LIMBS), device=true.seen.device) != BODY).float()
    weight = true.seen * (1 + (LIMB_WEIGHT - 1) * limb)[:, None, None]
    solid = true.seen.sum(1, keepdim=True)
    moving = ((true.seen * limb[:, None, None]).sum(1, keepdim=True) > 0.5).float()
    has = (true.covered.flatten(2).sum(2) > 2).float() * (limb + WHOLE_WEIGHT * (1 - limb))
    has = has[:, None, None, :, None]
    covered = functional.binary_cross_entropy_with_logits(told.covered, true.covered, reduction="none")
    joints = functional.smooth_l1_loss(told.joints, true.joints, reduction="none", beta=0.2)
    motions = functional.smooth_l1_loss(told.motions, true.motions, reduction="none", beta=0.3)
    ticks = told.motions.shape[1] * told.motions.shape[2]
    return LimbLosses(
        seen=-ratio((weight * functional.log_softmax(told.seen, 1)).sum(), weight.sum()),
        covered=4 * ratio((covered * solid * (1 + 2 * true.covered)).sum(), solid.sum() * len(LIMBS)),
        joints=ratio((joints * moving).sum(), moving.sum()),
        motions=ratio((motions * has).sum(), has.sum() * ticks),
    )
