"""What a variant of the model reached: how it reads unseen clips, and how it replays them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import torch

from export.evaluate.animation import cell_before_grey
from export.evaluate.code_usage import CodeAccumulator
from export.evaluate.image_metrics import decibels
from export.evaluate.means import nan_mean
from export.evaluate.reading import ReadingAccumulator
from glass.core.masks import SOLID
from glass.data.core.clip import Clip
from glass.model import Glass
from glass.motion.windows import as_pictures, window_corner
from glass.stages.tracks import Tracks, track_clips
from playground.clips.analysis import Analysis, Step

TICKS = (1, 6, 12)
"""Ticks after the first frame at which windows are compared."""

Follow = Literal["anchor", "mask", "frame"]
"""What windows follow: the anchor, the centre of the mask, or nothing, since they show the whole frame."""


@dataclass(frozen=True)
class Figures:
    """What a variant reached; None where it has nothing of the kind."""

    mask_iou: float | None = None
    """Intersection over union, mean over frames."""
    foreground_error: float | None = None
    """Pixels."""
    foreground_direction: float | None = None
    """Share of the true moves whose shift is within 45 degrees."""
    background_error: float | None = None
    """Pixels."""
    nmi: float | None = None
    """Normalised mutual information of local and true actions."""
    used: int | None = None
    """Local actions in use."""
    psnr: Mapping[int, float | None] = field(default_factory=dict)
    """Of the agent's cell before grey, by tick, in dB."""


def follow_agents(model: Glass, clips: list[Clip], how: Follow) -> Tracks:
    """Read clips as a variant's local stage sees them.

    Raises:
        ValueError: no clip shows an agent throughout.
    """
    tracks = track_clips(model.gma, model.anchor, clips, model.config.path)
    if how == "mask":
        return replace(tracks, shifts=_measured_shifts(model, tracks))
    tracks = tracks.anchored(model.anchor)
    return whole_frame(tracks) if how == "frame" else tracks


def whole_frame(tracks: Tracks) -> Tracks:
    """Return the same clips, seen by windows in the middle of the frame, where the agent travels."""
    height, width = tracks.frames.shape[2:4]
    return replace(tracks, positions=torch.tensor([width / 2, height / 2]).expand_as(tracks.positions))


@torch.no_grad()
def _measured_shifts(model: Glass, tracks: Tracks) -> torch.Tensor:
    """Shifts ``(N, L-1, 2)`` between neighbouring frames, as they are found."""
    pairs = zip(tracks.frames, tracks.masks, strict=True)
    found = (
        model.gma.register(as_pictures(clip)[None], masks[None, :, None].float() / 255)[0] for clip, masks in pairs
    )
    return torch.cat(list(found))


@torch.no_grad()
def measure_global(model: Glass, clips: Sequence[Clip]) -> Figures:
    """Compare masks and shifts with the truth of clips."""
    model.eval()
    reading = ReadingAccumulator(CodeAccumulator(1))
    for clip in clips:
        pictures = as_pictures(torch.from_numpy(clip.frames))
        masks = model.gma.segment(pictures)
        shifts = [layer[0].tolist() for layer in model.gma.register(pictures[None], masks[None])]
        steps = tuple(Step(tuple(agent), tuple(scene), 1) for agent, scene in zip(*shifts, strict=True))
        analysis = Analysis("", clip.frame_size, masks[:, 0].numpy() > SOLID, steps)
        reading.add(replace(clip, actions=None), analysis)
    found = reading.figures()
    agent, scene = found.foreground_shift, found.background_shift
    return Figures(found.mask_iou, agent.error, agent.direction, scene.error)


@torch.no_grad()
def measure_local(model: Glass, reader: Glass, clips: Sequence[Clip], how: Follow) -> Figures:
    """Replay clips from their first windows and compare; those in which ``reader`` finds no agent are passed over."""
    model.eval()
    window = model.config.lma.window
    errors: dict[int, list[float]] = {tick: [] for tick in TICKS}
    codes = CodeAccumulator(model.config.lma.local_actions)
    for clip in clips:
        try:
            tracks = follow_agents(reader, [clip], how)
        except ValueError:
            continue
        assert clip.actions is not None and clip.positions is not None and clip.masks is not None
        batch = tracks.crops(torch.zeros(1, dtype=torch.long), torch.zeros(1, dtype=torch.long), len(clip), window)
        motion = model.lma(batch.crops, batch.shifts)
        codes.add(motion.local_actions[0].tolist(), clip.actions[1:].tolist(), None, "")
        corners = window_corner(tracks.positions[0], window).numpy()
        for tick in TICKS:
            crop, place = motion.crops[0, tick - 1].permute(1, 2, 0).numpy(), clip.positions[tick]
            alpha = clip.masks[tick, ..., None].astype(np.float32)
            truth = np.concatenate([clip.frames[tick] / np.float32(255) * alpha, alpha], 2)
            difference = cell_before_grey(crop, place - corners[tick]) - cell_before_grey(truth, place)
            errors[tick].append(float((difference**2).mean()) * 255**2)
    found = codes.figures() if codes.local_actions else None
    return Figures(
        nmi=found.nmi if found else None,
        used=found.used if found else 0,
        psnr={tick: nan_mean(map(decibels, values)) for tick, values in errors.items()},
    )
