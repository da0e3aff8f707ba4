"""Detection of the agent by background subtraction: frames are compared with the median of aligned neighbours."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from glass.footage.cache import Footage
from glass.motion.registration import register_foreground, translate
from glass.motion.windows import as_pictures
from glass.survey.camera import align

SHORTEST_TAKE = 4
"""Frames of the shortest take that is looked at."""

NEIGHBOURS, BACKGROUND_SECONDS = 8, 5.0
"""Frames laid over each sample, and the seconds they are spread over."""

LARGEST_PAN = 0.7
"""Share of the frame's shorter side by which a panning background moves within them at most."""

BACKGROUND_RADIUS = 40
"""Largest shift of the background within them, in pixels."""

NOISE_TIMES, LEAST_CHANGE = 4.0, 0.1
"""A pixel is not background if it differs by four times the usual noise, and by at least so much of 1."""

JOIN_PIXELS = 5
"""Parts nearer than this many pixels are one agent."""

SMALLEST_AGENT, SECOND_AGENT = 0.001, 0.35
"""Share of the frame of the smallest agent; share of the largest part's size that makes another part a second agent."""

SPEED_SECONDS, SPEED_RADIUS = 0.1, 20


@dataclass(frozen=True)
class AgentDetections:
    """Agents detected in the sampled frames: in each the largest connected component that is not background."""

    frames: Tensor
    """uint8 ``(N, H, W, 3)`` the sampled frames."""
    places: np.ndarray
    """``(N,)`` their numbers in the footage."""
    masks: Tensor
    """bool ``(N, H, W)`` where the agent seems to be."""
    changed: Tensor
    """``(N,)`` share of the frame that is not background, the agent included."""
    sizes: Tensor
    """``(N,)`` share of the frame that the agent covers; 0 where none was seen."""
    boxes: Tensor
    """int64 ``(N, 4)`` left, top, right, bottom of the agent in pixels, right and bottom beyond it."""
    agents: Tensor
    """int64 ``(N,)`` how many parts are large enough to be agents."""
    speeds: Tensor
    """``(N,)`` pixels a second that the agent travels over the background's frame; nan where none was seen."""

    @property
    def seen(self) -> Tensor:
        """Bool ``(N,)``: an agent was seen."""
        return self.sizes > 0


def _windows(footage: Footage, count: int, pan: float) -> tuple[np.ndarray, np.ndarray]:
    """Choose sampled frames ``(N,)`` over all takes, and the frames ``(N, NEIGHBOURS)`` laid over each of them."""
    places, around = [], []
    # Frames laid over each other must show the same place.
    span = min(BACKGROUND_SECONDS * footage.rate, LARGEST_PAN * min(footage.frame_size) / max(pan, 1e-6))
    step = max(1, round(span / NEIGHBOURS))
    offsets = np.delete(np.arange(NEIGHBOURS + 1) - NEIGHBOURS // 2, NEIGHBOURS // 2) * step
    takes = [take for take in footage.takes if take.length >= SHORTEST_TAKE]
    inside = np.concatenate([np.arange(take.start, take.start + take.length) for take in takes])
    for place in inside[np.linspace(0, len(inside) - 1, count).round().astype(int)]:
        take = next(s for s in takes if s.start <= place < s.start + s.length)
        # Near the ends of a take the window lies to one side.
        last = take.start + take.length - 1
        moved = place + offsets
        moved = moved + max(0, take.start - moved.min()) - max(0, moved.max() - last)
        places.append(min(place, last - 1))
        around.append(moved.clip(take.start, last))
    return np.array(places), np.array(around)


def _at(footage: Footage, places: np.ndarray) -> Tensor:
    """Copy frames of these numbers, of any shape, out of the footage: uint8 ``(..., H, W, 3)``."""
    return torch.from_numpy(np.array(footage.frames[places]))


def _parts(masks: Tensor) -> Tensor:
    """Label connected components of masks bool ``(N, H, W)``, near ones joined: int64 ``(N, H, W)``, 0 is none."""
    wide = functional.max_pool2d(masks[:, None].float(), JOIN_PIXELS, 1, JOIN_PIXELS // 2)
    numbers = torch.arange(1, masks[0].numel() + 1, dtype=torch.float32).view(1, 1, *masks.shape[1:]) * wide
    while True:
        spread = functional.max_pool2d(numbers, 5, 1, 2) * wide
        if torch.equal(spread, numbers):
            parts: Tensor = (numbers[:, 0] * masks).long()
            return parts
        numbers = spread


def _box(mask: Tensor) -> Tensor:
    """Box ``(4,)`` of a mask ``(H, W)`` that is not empty."""
    rows, columns = mask.any(1).nonzero()[:, 0], mask.any(0).nonzero()[:, 0]
    return torch.stack([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])


def _largest(parts: Tensor) -> tuple[Tensor, Tensor, int]:
    """Mask ``(H, W)`` and box ``(4,)`` of the largest labelled component ``(H, W)``, and how many count as agents."""
    numbers, counts = parts[parts > 0].unique(return_counts=True)
    least = SMALLEST_AGENT * parts.numel()
    if not len(numbers) or int(counts.max()) < least:
        return torch.zeros_like(parts, dtype=torch.bool), torch.zeros(4, dtype=torch.int64), 0
    mask = parts == numbers[counts.argmax()]
    rivals = int(((counts >= SECOND_AGENT * counts.max()) & (counts >= 2 * least)).sum())
    return mask, _box(mask), max(1, rivals)


def _background(frames: Tensor, around: Tensor) -> Tensor:
    """Median ``(N, 3, H, W)`` of neighbours ``(N, M, 3, H, W)`` aligned with frames ``(N, 3, H, W)``.

    What no neighbour shows is as in the frame.
    """
    count, neighbours = around.shape[:2]
    each = frames.repeat_interleave(neighbours, 0)
    shifts = align(around.flatten(0, 1), each, BACKGROUND_RADIUS)
    laid = translate(around.flatten(0, 1), -shifts)
    shown = translate(torch.ones_like(laid[:, :1]), -shifts, "zeros") > 0.99
    laid = laid.masked_fill(~shown, torch.nan).unflatten(0, (count, neighbours))
    middle = laid.nanmedian(1).values
    return torch.where(middle.isnan(), frames, middle)


def _masks(frames: Tensor, background: Tensor) -> Tensor:
    """Subtract the background from frames ``(N, 3, H, W)``: bool ``(N, H, W)`` where they differ; no single pixels."""
    apart = (frames - background).abs().amax(1, keepdim=True)
    noise = apart.flatten(1).median(1).values[:, None, None, None]
    different = (apart > (NOISE_TIMES * noise).clamp(min=LEAST_CHANGE)).float()
    return (functional.avg_pool2d(different, 3, 1, 1)[:, 0] > 0.45) & (different[:, 0] > 0)


@torch.no_grad()
def find_agent(footage: Footage, pan: float, count: int = 40) -> AgentDetections:
    """Look for the agent in ``count`` frames spread over the footage, whose camera pans ``pan`` pixels a frame."""
    places, around = _windows(footage, count, pan)
    step = max(1, round(SPEED_SECONDS * footage.rate))
    sampled = _at(footage, places)
    frames = as_pictures(sampled)
    after = as_pictures(_at(footage, np.minimum(places + step, len(footage.frames) - 1)))
    background = _background(frames, as_pictures(_at(footage, around)))
    different = _masks(frames, background)
    parts = _parts(different)
    found = [_largest(part) for part in parts]
    masks = torch.stack([mask for mask, _, _ in found])
    camera = align(after, frames, 12)
    after_masks = _masks(after, translate(background, camera))
    travelled = register_foreground(_layer(frames, masks), _layer(after, after_masks), SPEED_RADIUS) - camera
    speeds = travelled.norm(dim=1) * footage.rate / step
    # Where the next frame belongs to another take, or shows no agent, nothing is known.
    ends = {take.start + take.length for take in footage.takes}
    cut = torch.tensor([any(place < end <= place + step for end in ends) for place in places])
    unknown = cut | ~masks.flatten(1).any(1) | ~after_masks.flatten(1).any(1)
    return AgentDetections(
        frames=sampled,
        places=places,
        masks=masks,
        changed=different.float().mean((1, 2)),
        sizes=masks.float().mean((1, 2)),
        boxes=torch.stack([box for _, box, _ in found]),
        agents=torch.tensor([agents for _, _, agents in found]),
        speeds=torch.where(unknown, torch.nan, speeds),
    )


def _layer(frames: Tensor, masks: Tensor) -> Tensor:
    """Foreground ``(N, 4, H, W)`` for registration."""
    alpha = masks[:, None].float()
    return torch.cat([(frames * 2 - 1) * alpha, alpha], 1)
