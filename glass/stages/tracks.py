"""Tracking: masks and smoothed paths of the agents of all clips, computed once for the stages that follow them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from glass.core.masks import SOLID
from glass.core.path_smoothing import PathConfig, common_velocities, smooth_shifts
from glass.data.core.clip import ACTIONS, Clip
from glass.labels.trimap import AGENT, BACKGROUND
from glass.motion.clip_facings import clip_facings
from glass.motion.windows import as_pictures, cut_windows, foreground_windows
from glass.networks.anchor import Anchor
from glass.networks.global_motion import GlobalMotionAnalysis
from glass.parallel.distributed import all_gather, shard, world_size
from glass.parallel.precision import device_of
from glass.stages.random_draws import CPU

SMALLEST_MASK = 0.002
"""Share of the frame below which a mask holds no agent."""

SMALLEST_SHARE = 0.3
"""The same for agents that are usually smaller: the share of their usual mask."""

OUTLINE_MARGIN, OUTLINE_MISSED = 4, 0.5
"""Pixels around what a look at the clip believes to be the agent outside of which masks do not count; share of it that
masks have to cover, or it takes their place."""

FAIRLY_SEEN = 0.7
"""Where no clip shows the agent throughout, those are kept that show it in this share of the frames in which the best
does."""

LARGEST_MASK = 4.0
"""Masks that grow beyond so many usual ones hold the background, too."""


@dataclass(frozen=True)
class CropBatch:
    """A batch of windows cut along the path."""

    crops: Tensor
    """``(B, T, 4, S, S)`` premultiplied RGBA in [0, 1]."""
    visible: Tensor
    """``(B, T, 1, S, S)`` in {0, 1}, zero where the window reaches beyond the frame."""
    positions: Tensor
    """``(B, T, 2)`` middles of the windows in the frame, in pixels."""
    shifts: Tensor
    """``(B, T-1, 2)`` shifts of the smooth path in pixels."""
    facings: Tensor | None = None
    """``(B, T)`` sides that the agent faces, as `Tracks.facings`."""
    views: Tensor | None = None
    """``(B, V, 4, S, S)`` crops of other moments of the same clips, as ``crops``."""


def cut_batch(frames: Tensor, masks: Tensor, positions: Tensor, shifts: Tensor, window: int) -> CropBatch:
    """Cut windows around the agents of clips.

    Args:
        frames: ``(B, T, 3, H, W)`` in [0, 1].
        masks: ``(B, T, 1, H, W)`` in [0, 1].
        positions: ``(B, T, 2)`` middles of the windows in pixels.
        shifts: ``(B, T-1, 2)`` shifts of the path in pixels.
        window: side of the windows in pixels.
    """
    shape, middles, alone = positions.shape[:2], positions.flatten(0, 1), masks.flatten(0, 1)
    return CropBatch(
        crops=foreground_windows(frames.flatten(0, 1), alone, middles, window).unflatten(0, shape),
        visible=cut_windows(torch.ones_like(alone), middles, window).unflatten(0, shape),
        positions=positions,
        shifts=shifts,
    )


@dataclass(frozen=True)
class Tracks:
    """Clips of equal length with what was read from them."""

    frames: Tensor
    """uint8 ``(N, L, H, W, 3)``."""
    masks: Tensor
    """uint8 ``(N, L, H, W)``, 255 is certain."""
    positions: Tensor
    """``(N, L, 2)`` where the agent is: the mask's centre, or the anchor once it has been learned."""
    shifts: Tensor
    """``(N, L-1, 2)`` shifts of the smooth path in pixels."""
    actions: Tensor
    """int64 ``(N, L)`` true actions where they are known, else -1. Never trained on; for labels only."""
    action_names: tuple[str, ...] = ACTIONS
    """What ``actions`` index."""
    facings: Tensor | None = None
    """``(N, L)`` sides that the agent faces: 1 right, -1 left, 0 not known; or `FRONT`, where clips give them away. See
    `with_facings`."""

    def __len__(self) -> int:
        """Count the clips."""
        return len(self.frames)

    def pick(self, clips: Tensor, ticks: Tensor, where: torch.device = CPU) -> tuple[Tensor, Tensor, Tensor]:
        """Take frames of clips, both of one shape ``(...)`` when broadcast, to a device.

        Returns:
            Pictures ``(..., 3, H, W)`` and masks ``(..., 1, H, W)``, in [0, 1], and positions ``(..., 2)`` in pixels.
        """
        masks = self.masks[clips, ticks].to(where).float().div_(255)
        return (
            as_pictures(self.frames[clips, ticks].to(where)),
            masks[..., None, :, :],
            self.positions[clips, ticks].to(where),
        )

    def crops(self, clips: Tensor, starts: Tensor, length: int, window: int, where: torch.device = CPU) -> CropBatch:
        """Cut windows around the agent of ``clips`` ``(B,)`` from frames ``starts`` ``(B,)`` on, on a device."""
        ticks = starts[:, None] + torch.arange(length)
        frames, masks, positions = self.pick(clips[:, None], ticks, where)
        batch = cut_batch(frames, masks, positions, self.shifts[clips[:, None], ticks[:, :-1]].to(where), window)
        return batch if self.facings is None else replace(batch, facings=self.facings[clips[:, None], ticks].to(where))

    def choose(
        self, rng: np.random.Generator, batch: int, length: int, weights: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Choose this process's shard of a ``batch`` of pieces of ``length`` frames: of which clips, from which frames.

        Pieces are as likely as their ticks' ``weights`` ``(N, L-1)``, summed, say; without, equally likely.
        """
        places = self.frames.shape[1] - length + 1
        if weights is None:
            chosen = rng.integers(len(self) * places, size=batch)
        else:
            odds = weights.double().unfold(1, length - 1, 1).sum(2).flatten().cumsum(0).numpy()
            chosen = odds.searchsorted(rng.random(batch) * odds[-1], side="right")
        clips, starts = (torch.from_numpy(part)[shard(batch)] for part in np.divmod(chosen, places))
        return clips, starts

    def sample(
        self,
        rng: np.random.Generator,
        batch: int,
        length: int,
        window: int,
        where: torch.device = CPU,
        weights: Tensor | None = None,
        views: int = 0,
    ) -> CropBatch:
        """Draw this process's shard of a ``batch`` of ``length`` frames each, on device ``where``; see `choose`.

        With each come so many ``views``, crops of any moments of its clip.
        """
        clips, starts = self.choose(rng, batch, length, weights)
        cut = self.crops(clips, starts, length, window, where)
        if not views:
            return cut
        ticks = torch.from_numpy(rng.integers(self.frames.shape[1], size=(batch, views)))[shard(batch)]
        frames, masks, positions = self.pick(clips[:, None], ticks, where)
        seen = foreground_windows(frames.flatten(0, 1), masks.flatten(0, 1), positions.flatten(0, 1), window)
        return replace(cut, views=seen.unflatten(0, ticks.shape))

    @torch.no_grad()
    def anchors(self, anchor: Anchor) -> Tensor:
        """Return where ``anchor`` finds the agent in every frame by itself: ``(N, L, 2)`` pixels."""
        anchor.eval()
        length, found = self.frames.shape[1], []
        for clip in torch.arange(len(self))[shard(len(self))]:
            batch = self.crops(clip[None], torch.zeros(1, dtype=torch.long), length, anchor.window, device_of(anchor))
            found.append((batch.positions[0] + anchor.offsets(batch.crops[0])).cpu())
        return all_gather(torch.stack(found))[0]

    def anchored(self, anchor: Anchor) -> "Tracks":
        """Return the same clips, followed by their anchor."""
        positions = self.anchors(anchor)
        if not anchor.measures_shifts:
            # What the agent does beside its path, as jumping, is seen in windows that follow the path.
            path = torch.cat([torch.zeros_like(self.shifts[:, :1]), self.shifts.cumsum(1)], 1)
            return replace(self, positions=path + (positions - path).median(1, keepdim=True).values)
        measured = positions.diff(dim=1).double().numpy()
        shifts = np.stack([smooth_shifts(clip) for clip in measured[shard(len(measured))]])
        return replace(self, positions=positions, shifts=all_gather(torch.from_numpy(shifts).float())[0])

    @torch.no_grad()
    def with_facings(self, window: int) -> "Tracks":
        """Return the same clips, with what their windows of ``window`` pixels tell of which way agents face.

        What clips give away stays.
        """
        if self.facings is not None:
            return self
        length, found = self.frames.shape[1], []
        for clip in torch.arange(len(self))[shard(len(self))]:
            batch = self.crops(clip[None], torch.zeros(1, dtype=torch.long), length, window)
            found.append(clip_facings(batch.crops[0], batch.shifts[0]))
        return replace(self, facings=all_gather(torch.stack(found))[0])


def segmented(analysis: GlobalMotionAnalysis, frames: Tensor) -> tuple[Tensor, Tensor]:
    """Pictures ``(L, 3, H, W)`` and masks ``(L, 1, H, W)``, in [0, 1], of frames, uint8 ``(L, H, W, 3)``.

    They are where the networks are.
    """
    pictures = as_pictures(frames.to(device_of(analysis)))
    return pictures, analysis.segment(pictures.contiguous(memory_format=torch.channels_last))


def within_outlines(masks: Tensor, clip: Clip) -> Tensor:
    """Keep masks ``(L, 1, H, W)`` of a clip to what a look at it believes, if any; what is missed is added."""
    if clip.outlines is None:
        return masks
    labels = torch.from_numpy(clip.outlines).to(masks.device)[:, None]
    agent = (labels == AGENT).to(masks.dtype)
    side = 2 * OUTLINE_MARGIN + 1
    near = functional.max_pool2d((labels != BACKGROUND).to(masks.dtype), side, 1, OUTLINE_MARGIN)
    kept = masks * near
    missed = (kept > SOLID).float().mul(agent).sum((1, 2, 3)) < OUTLINE_MISSED * agent.sum((1, 2, 3))
    return torch.where(missed[:, None, None, None], torch.maximum(kept, agent), kept)


@torch.no_grad()
def _read(analysis: GlobalMotionAnalysis, anchor: Anchor, clip: Clip) -> tuple[Tensor, Tensor]:
    """Masks uint8 ``(L, H, W)`` and measured shifts ``(L-1, 2)`` of one clip."""
    pictures, masks = segmented(analysis, torch.from_numpy(clip.frames))
    masks = within_outlines(masks, clip)
    shifts, _ = analysis.register(pictures[None], anchor.weighted_mask(masks)[None])
    return (masks[:, 0] * 255).round().to(torch.uint8).cpu(), shifts[0].cpu()


def bridged(positions: Tensor, shifts: Tensor, seen: Tensor) -> tuple[Tensor, Tensor]:
    """Let agents go on evenly where they are not seen, and stay where they were first or last seen.

    Args:
        positions: ``(N, L, 2)`` where agents are, in pixels.
        shifts: ``(N, L-1, 2)`` between neighbouring frames.
        seen: bool ``(N, L)``, somewhere in each clip.
    """
    positions, shifts = positions.clone(), shifts.clone()
    ticks = np.arange(seen.shape[1])
    for number in (~seen.all(1)).nonzero()[:, 0].tolist():
        known = seen[number].numpy()
        path = [np.interp(ticks, ticks[known], line[known]) for line in positions[number].double().numpy().T]
        positions[number] = torch.from_numpy(np.stack(path, 1).round()).to(positions)
        unsure = ~(seen[number, 1:] & seen[number, :-1])
        shifts[number][unsure] = positions[number].diff(dim=0)[unsure].to(shifts)
    return positions, shifts


def track_clips(
    analysis: GlobalMotionAnalysis,
    anchor: Anchor,
    clips: list[Clip],
    path: PathConfig,
    progress: Callable[[int], None] | None = None,
) -> Tracks:
    """Read clips of equal length with the global stage.

    Left out are those in which the agent is ever missing, or cannot be told from the background; unless that leaves
    none, and a look at the clips found an agent: then those are kept that show it for longest.

    The agent is followed by the centre of its mask, and the path is that of the shifts between frames;
    see `Tracks.anchored`. Every process reads its own clips, and gets the tracks of all.

    Raises:
        ValueError: no clip shows an agent throughout.
    """
    read = []
    analysis.eval()
    for number, clip in enumerate(clips):
        read.append(_read(analysis, anchor, clip))
        if progress:
            progress(number + 1)
    known = [np.full(len(clip), -1) if clip.actions is None else clip.actions for clip in clips]
    masks, shifts = (all_gather(torch.stack(part))[0] for part in zip(*read, strict=True))
    sizes = torch.stack([(clip > 127).float().mean((1, 2)) for clip in masks])
    usual = sizes[sizes > 0].median() if bool((sizes > 0).any()) else sizes.new_tensor(0.0)
    seen = sizes > (SMALLEST_SHARE * usual).clamp(max=SMALLEST_MASK)
    shown = seen.all(1)
    kept = shown & (sizes.amax(1) <= LARGEST_MASK * sizes[shown].median())
    if int(kept.sum()) < world_size() and clips[0].outlines is not None:
        # What is known to hold an agent is learned from as far as it shows it.
        most = seen.float().mean(1)
        kept = (most > 0) & (most >= FAIRLY_SEEN * most.max())
    if int(kept.sum()) < world_size():
        raise ValueError("no clip shows an agent in every frame: the global stage has to learn longer")
    masks, seen = masks[kept], seen[kept]
    positions = torch.stack([anchor.window_centres(part[:, None].float().div(255)) for part in masks])
    positions, shifts = bridged(positions, shifts[kept], seen)
    measured = shifts.double().numpy()
    velocities = common_velocities(measured, path)
    smooth = [smooth_shifts(clip, path, velocities) for clip in measured[shard(len(measured))]]
    return Tracks(
        frames=all_gather(torch.from_numpy(np.stack([clip.frames for clip in clips])))[0][kept],
        masks=masks,
        positions=positions,
        shifts=all_gather(torch.from_numpy(np.stack(smooth)).float())[0],
        actions=all_gather(torch.from_numpy(np.stack(known).astype(np.int64)))[0][kept],
        action_names=clips[0].action_names,
        facings=_given_faces(clips, kept),
    )


def _given_faces(clips: list[Clip], kept: Tensor) -> Tensor | None:
    """Return the sides ``(N, L)`` that this process's clips give away, of those of all that are ``kept``; else None."""
    given = [clip.faces for clip in clips if clip.faces is not None]
    return all_gather(torch.from_numpy(np.stack(given)).float())[0][kept] if len(given) == len(clips) else None
