"""Global motion analysis: segmentation, registration of both layers, inpainting (paper, section 3.1)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from glass.motion.registration import register_background, register_foreground, translate
from glass.networks.layers import UNet
from glass.parallel.distributed import all_gather

MASK_LOGIT_SCALE = 3.0
"""Factor on the logits of masks once they are learned from labels: doubt along the outline is not transparency. Masks
that go on learning have to be able to doubt, so it is taken back for that."""
RIM = 0.3
"""A pixel whose neighbourhood is the agent to this degree is not trusted as background."""


@dataclass(frozen=True)
class GmaConfig:
    """Sizes of the global stage."""

    mask_widths: tuple[int, int, int] = (24, 48, 64)
    """Channels of the mask network at 1/2, 1/4 and 1/8 of the frame."""
    inpainting_widths: tuple[int, int, int] = (16, 32, 48)
    """Channels of the inpainting network."""
    foreground_radius: int = 16
    """Largest foreground shift looked for, in pixels a frame."""
    background_radius: int = 6
    """Largest background shift looked for, in pixels a frame."""
    initial_mask_bias: float = -2.0
    """Logit that every mask starts from: small masks first."""
    both_ways: bool = False
    """Whether a mask's logits are the mean of those of a frame and its mirror image: more exact, and twice the work."""

    def __post_init__(self) -> None:
        """Check the values."""
        if min(self.foreground_radius, self.background_radius) < 1:
            raise ValueError("registration radii must be at least 1 pixel")


@dataclass(frozen=True)
class GlobalMotion:
    """What the global stage reads from clips of ``T`` frames."""

    masks: Tensor
    """``(B, T, 1, H, W)`` in [0, 1]."""
    inpainted_backgrounds: Tensor
    """``(B, T, 3, H, W)`` in [0, 1]."""
    foreground_shifts: Tensor
    """``(B, T-1, 2)`` pixels, x right, y down."""
    background_shifts: Tensor
    """``(B, T-1, 2)`` pixels."""
    moved_foregrounds: Tensor
    """``(B, T-1, 4, H, W)``: premultiplied colour in [0, 1] and mask of each frame, moved by its foreground shift."""
    moved_backgrounds: Tensor
    """``(B, T-1, 3, H, W)``: each inpainted background, moved by its background shift."""
    reconstructions: Tensor
    """``(B, T-1, 3, H, W)``: the next frames, composed of the two moved layers."""
    holes: Tensor
    """``(B, 1, H, W)`` in {0, 1}: holes of another clip's shape, cut where the first frames show background."""
    refilled: Tensor
    """``(B, 3, H, W)``: the first frames with agent and holes filled."""


def pull_push_fill(visible: Tensor, weights: Tensor) -> Tensor:
    """Pull-push hole filling (Gortler et al., The Lumigraph, 1996): average down a pyramid, interpolate up into holes.

    Args:
        visible: ``(N, 3, H, W)``, colours times weights.
        weights: ``(N, 1, H, W)`` in [0, 1], zero in holes.

    Returns:
        ``(N, 3, H, W)``; where the weight is 1, ``visible`` itself.
    """
    if min(visible.shape[-2:]) == 1:
        return visible / weights.clamp(min=1e-3)

    def halve(layer: Tensor) -> Tensor:
        return functional.avg_pool2d(layer, 2, ceil_mode=True, count_include_pad=False)

    coarse = pull_push_fill(halve(visible), halve(weights))
    size = list(visible.shape[-2:])
    return visible + (1 - weights) * functional.interpolate(coarse, size, mode="bilinear", align_corners=False)


class GlobalMotionAnalysis(nn.Module):
    """Mask network, inpainting network and the two registrations."""

    def __init__(self, config: GmaConfig) -> None:
        """Build the networks of ``config``."""
        super().__init__()
        self.config = config
        self.mask_network = UNet(3, 1, config.mask_widths)
        self.inpainting_network = UNet(4, 3, config.inpainting_widths)
        bias = self.mask_network.output.bias
        assert bias is not None
        nn.init.constant_(bias, config.initial_mask_bias)

    def mask_logits(self, frames: Tensor) -> Tensor:
        """Return the logits ``(N, 1, H, W)`` of the masks of frames ``(N, 3, H, W)`` in [0, 1]."""
        logits: Tensor = self.mask_network(frames * 2 - 1).float()
        return logits

    def segment(self, frames: Tensor) -> Tensor:
        """Return the mask ``(N, 1, H, W)`` in [0, 1] of frames ``(N, 3, H, W)`` in [0, 1]."""
        logits = self.mask_logits(frames)
        if self.config.both_ways and not self.training:
            logits = (logits + self.mask_logits(frames.flip(3)).flip(3)) / 2
        return torch.sigmoid(logits)

    @torch.no_grad()
    def scale_mask_logits(self, factor: float) -> None:
        """Multiply the logits of masks: above 1 outlines become sharper, and stay where the mask is one half."""
        output = self.mask_network.output
        assert output.bias is not None
        output.weight *= factor
        output.bias *= factor

    def inpaint(self, frames: Tensor, masks: Tensor) -> Tensor:
        """Fill what lies behind ``masks`` in ``frames``: ``(N, 3, H, W)`` in [0, 1]; elsewhere the frame is kept."""
        visible = frames * (1 - masks)
        guess = pull_push_fill(visible, 1 - masks)
        detail = torch.tanh(self.inpainting_network(torch.cat([guess * 2 - 1, masks], 1)).float())
        return visible + (guess + detail).clamp(0, 1) * masks

    def empty_background(self, frames: Tensor, masks: Tensor) -> Tensor:
        """Take the agent out of ``frames``: `inpaint` under its `dilated_mask`, so that no rim stays."""
        return self.inpaint(frames, self.dilated_mask(masks))

    def dilated_mask(self, masks: Tensor) -> Tensor:
        """Dilate masks ``(N, 1, H, W)`` in [0, 1] by a pixel and threshold them: {0, 1}, 1 is no background."""
        return (functional.max_pool2d(masks, 3, 1, 1) > RIM).to(masks.dtype)

    def _refill(self, frames: Tensor, masks: Tensor) -> tuple[Tensor, Tensor]:
        """Self-supervised inpainting: cut the shapes of others' agents out of backgrounds ``(N, 3, H, W)`` and fill."""
        height, width = frames.shape[-2:]
        move = (int(torch.randint(height, ())), int(torch.randint(width, ())))
        agent = self.dilated_mask(masks)
        everyone, own = all_gather(agent)
        holes = everyone.roll(1, 0)[own].roll(move, (2, 3)) * (1 - agent)
        return holes, self.inpaint(frames, torch.maximum(agent, holes))

    def register(self, frames: Tensor, masks: Tensor, weighted: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Find foreground and background shifts, two ``(B, T-1, 2)`` in pixels, of clips.

        Args:
            frames: ``(B, T, 3, H, W)`` in [0, 1].
            masks: ``(B, T, 1, H, W)`` in [0, 1].
            weighted: masks for the foreground, as `glass.motion.edge_agents.free_end` gives them, if not all of it
                moves alike.
        """
        pairs = frames.shape[0], frames.shape[1] - 1
        signed = frames * 2 - 1
        weighted = masks if weighted is None else weighted
        layers = torch.cat([signed * weighted, weighted], 2), signed, 1 - masks
        agent, frame, weight = (layer[:, :-1].flatten(0, 1) for layer in layers)
        next_agent, next_frame, next_weight = (layer[:, 1:].flatten(0, 1) for layer in layers)
        foreground = register_foreground(agent, next_agent, self.config.foreground_radius)
        background = register_background(frame, weight, next_frame, next_weight, self.config.background_radius)
        return foreground.unflatten(0, pairs), background.unflatten(0, pairs)

    def forward(self, frames: Tensor) -> GlobalMotion:
        """Read clips ``(B, T, 3, H, W)`` in [0, 1]."""
        batch, ticks = frames.shape[:2]
        pictures = frames.flatten(0, 1)
        found = self.segment(pictures)
        masks = found.unflatten(0, (batch, ticks))
        backgrounds = self.inpaint(pictures, found).unflatten(0, (batch, ticks))
        foreground_shifts, background_shifts = self.register(frames, masks.detach())
        foregrounds = torch.cat([frames * masks, masks], 2)[:, :-1].flatten(0, 1)
        moved_foreground = translate(foregrounds, foreground_shifts.flatten(0, 1), "zeros")
        moved_background = translate(backgrounds[:, :-1].flatten(0, 1), background_shifts.flatten(0, 1))
        reconstruction = moved_foreground[:, :3] + (1 - moved_foreground[:, 3:]) * moved_background
        pairs = (batch, ticks - 1)
        holes, refilled = self._refill(frames[:, 0], masks[:, 0].detach())
        return GlobalMotion(
            masks=masks,
            inpainted_backgrounds=backgrounds,
            foreground_shifts=foreground_shifts,
            background_shifts=background_shifts,
            moved_foregrounds=moved_foreground.unflatten(0, pairs),
            moved_backgrounds=moved_background.unflatten(0, pairs),
            reconstructions=reconstruction.unflatten(0, pairs),
            holes=holes,
            refilled=refilled,
        )
