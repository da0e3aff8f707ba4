"""The facing stage: which side a picture faces.

Features are read once, of crops and of their augmented copies; from them a small network learns. Sides are those that
clips give away, and then crops are cut by the masks that lie with them, or what `glass.motion.clip_facings` tells.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.data.core.clip import FRONT, Clip
from glass.model import Glass
from glass.motion.clip_facings import last_sideways
from glass.motion.windows import as_pictures, foreground_windows
from glass.networks.anchor import Anchor
from glass.networks.moving.facing import FacingNetwork
from glass.networks.moving.local_motion import MovingMotionAnalysis
from glass.parallel.distributed import all_gather, mean, shard
from glass.parallel.precision import device_of, mixed_precision
from glass.stages.base import LossTerms, StepResult, TrackedStage
from glass.stages.inputs import StageInputs
from glass.stages.random_draws import step_rng
from glass.stages.tracks import Tracks

COPIES = 2
"""How often each crop is read: as it is, then augmented."""
CHUNK = 64
"""Crops that are read at a time."""


@dataclass(frozen=True)
class FacingLosses(LossTerms):
    """Terms of the facing stage, each a scalar tensor."""

    facing: Tensor
    """Cross entropy of the side that the agent is known to face; of the front neither is likelier."""


@dataclass(frozen=True)
class FacingExamples:
    """What a side is told of."""

    features: Tensor
    """``(M, 2, C, s, s)`` half precision: of a crop and of its mirror image."""
    right: Tensor
    """``(M,)`` 1 where the agent faces right, 0 left, 0.5 where it is seen from the front."""


@dataclass(frozen=True)
class FacingStage(TrackedStage):
    """Learns which side an agent faces."""

    name: ClassVar[str] = "facing"
    title: ClassVar[str] = "which way they face"
    optional: ClassVar[bool] = True

    examples: FacingExamples

    @override
    @classmethod
    def open(cls, inputs: StageInputs, step: int) -> Self:
        tracks = inputs.anchored_tracks
        if inputs.tracks.facings is None:
            crops, sides = tracked_sides(tracks, inputs.config.lma.window)
        else:
            crops, sides = given_sides(inputs.model.anchor, inputs.faced_clips())
        torch.manual_seed(int(step_rng(inputs.config.training.seed, "faces", 1).integers(2**31)))
        return cls(inputs.config, tracks, read_examples(_network(inputs.model), crops, sides))

    @override
    def module(self, model: Glass) -> nn.Module:
        return _network(model)

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        network, batch = _network(model), self.schedule.batch
        chosen = torch.from_numpy(self.rng(step).integers(len(self.examples.right), size=batch))[shard(batch)]
        features, right = (part[chosen].to(device_of(network)).float() for part in vars(self.examples).values())
        logits = network.compare(features[:, 0], features[:, 1])[:, 0]
        error = functional.binary_cross_entropy_with_logits(logits, right, reduction="none")
        return StepResult(FacingLosses(mean(error)), batch)


def _network(model: Glass) -> FacingNetwork:
    """Return what learns; `glass.config.Config` checks that there is one."""
    assert isinstance(model.lma, MovingMotionAnalysis) and model.lma.facing is not None
    return model.lma.facing


@torch.no_grad()
def given_sides(anchor: Anchor, clips: list[Clip]) -> tuple[Tensor, Tensor]:
    """Cut windows ``(M, 4, S, S)`` out of clips by their true masks; sides ``(M,)`` as clips give them away."""
    crops, sides, where = [], [], device_of(anchor)
    for clip in clips:
        assert clip.faces is not None and clip.masks is not None
        seen = clip.masks.any((1, 2))
        if seen.any():
            pictures = as_pictures(torch.from_numpy(clip.frames[seen]).to(where))
            masks = torch.from_numpy(clip.masks[seen]).to(where)[:, None].float()
            crops.append(foreground_windows(pictures, masks, anchor(pictures, masks), anchor.window).cpu())
            sides.append(torch.from_numpy(clip.faces[seen]).float())
    return torch.cat(crops), torch.cat(sides)


def tracked_sides(tracks: Tracks, window: int) -> tuple[Tensor, Tensor]:
    """Cut windows ``(M, 4, S, S)`` out of the first and the last frames of tracks in which a side ``(M,)`` is told."""
    assert tracks.facings is not None
    last = tracks.frames.shape[1] - 1
    # Who is seen from the front goes both ways without turning: of it nothing is learned.
    ways = last_sideways(tracks.shifts)
    told = torch.where(ways == 0, tracks.facings, ways)[:, [0, last]]
    clips, ends = told.nonzero(as_tuple=True)
    parts = zip(clips.split(CHUNK), (ends * last).split(CHUNK), strict=True)
    return torch.cat([tracks.crops(*part, 1, window).crops[:, 0] for part in parts]), told[clips, ends]


@torch.no_grad()
def read_examples(network: FacingNetwork, crops: Tensor, sides: Tensor) -> FacingExamples:
    """Read the features of crops ``(M, 4, S, S)``, and of augmented ones; every process reads its share."""
    network.eval()
    own = shard(len(crops))
    read, where = [], device_of(network)
    for copy in range(COPIES):
        for part in crops[own].to(where).split(CHUNK):
            shown = augmented(part) if copy else part
            with mixed_precision(where):
                read.append(torch.stack([network.look(shown), network.look(shown.flip(-1))], 1).half().cpu())
    right = torch.where(sides == FRONT, 0.5, (sides > 0).float())[own].repeat(COPIES)
    return FacingExamples(all_gather(torch.cat(read))[0], all_gather(right)[0])


def augmented(crops: Tensor) -> Tensor:
    """Augment crops ``(N, 4, S, S)``, premultiplied RGBA in [0, 1]: turned, resized and shifted a little, recoloured.

    None of that says which way an agent faces, and there are fewer agents than the network could know by heart.
    """
    count, device = len(crops), crops.device
    angle, tilt = (0.25 * (2 * torch.rand(count, device=device) - 1) for _ in range(2))
    wide, high = (torch.exp(0.3 * (2 * torch.rand(count, device=device) - 1)) for _ in range(2))
    shift = 0.15 * (2 * torch.rand(count, 2, device=device) - 1)
    across = torch.stack([wide * angle.cos(), -wide * (angle + tilt).sin(), shift[:, 0]], 1)
    down = torch.stack([high * angle.sin(), high * angle.cos(), shift[:, 1]], 1)
    grid = functional.affine_grid(torch.stack([across, down], 1), list(crops.shape), align_corners=False)
    moved = functional.grid_sample(crops, grid, align_corners=False)
    colour, alpha = moved.split([3, 1], 1)
    mixing = torch.eye(3, device=device) + 0.4 * torch.randn(count, 3, 3, device=device)
    light = 0.2 * torch.randn(count, 3, 1, 1, device=device)
    mixed = torch.einsum("nij,njhw->nihw", mixing, colour - alpha / 2) + (0.5 + light) * alpha
    return torch.cat([torch.minimum(mixed.clamp(min=0), alpha), alpha], 1)
