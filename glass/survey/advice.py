"""What suits the material, and what cannot work with it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from glass.core.errors import GlassError
from glass.footage.cache import Material
from glass.motion.windows import as_pictures
from glass.survey.agent import SHORTEST, Sightings, find_agent
from glass.survey.camera import Camera, look_at_camera

__all__ = ["Suggestion", "Survey", "look"]

PAIRS = 48
"""Pairs of neighbouring frames that the camera is judged by."""

WANTED_RATE, SLOWEST, QUICKEST = 10.0, 5.0, 16.0
"""Ticks a second that play well."""

FARTHEST_STEP = 12.0
"""Pixels a tick that the agent may travel; registration looks a little farther."""

SHORTEST_TICKS, SHORT_SECONDS = 40, 20.0
SELDOM, SEVERAL = 0.25, 0.4
"""Share of frames with an agent below which nothing moves; share of frames with several of them that is too much."""

LARGE, TINY, RESTLESS = 0.3, 10, 0.15
"""Share of the frame of an agent too large; pixels of one too small; share that changes beside it that is too much."""

ROOM = 1.05
"""Side of the window over that of the agent."""

RESTING = 6.0
"""Pixels a second below which an agent does not travel."""


@dataclass(frozen=True)
class Suggestion:
    """Settings that suit the material."""

    mask_size: float
    """Share of the frame that the agent is expected to cover."""
    window: int
    """Side of the window around it in pixels, a multiple of 8."""
    stride: int
    """Frames of the material from tick to tick."""
    local_actions: int
    """How many local actions to look for."""


@dataclass(frozen=True)
class Survey:
    """What was found by looking at the material."""

    camera: Camera
    """The background."""
    sightings: Sightings
    """The agent."""
    extent: float
    """Usual larger side of the agent in pixels."""
    speed: float
    """Pixels a second that it travels when it does; 0 if it does not."""
    suggestion: Suggestion
    """What suits."""
    hopeless: tuple[str, ...]
    """Sentences: why nothing can be learned, and what to film instead."""
    warnings: tuple[str, ...]
    """Sentences: what will go badly, and what to film instead."""


def _pairs(material: Material) -> tuple[Tensor, Tensor]:
    """Draw neighbouring frames of the same take, both ``(N, 3, H, W)`` in [0, 1]."""
    inside = np.concatenate([np.arange(s.start, s.start + s.length - 1) for s in material.scenes if s.length > 1])
    places = inside[np.linspace(0, len(inside) - 1, PAIRS).round().astype(int)]
    first, second = (np.array(material.frames[places + offset]) for offset in (0, 1))
    return as_pictures(torch.from_numpy(first)), as_pictures(torch.from_numpy(second))


def _stride(rate: float, fastest: float) -> int:
    """Choose the ticks: about ten a second, more where the agent would travel too far in one."""
    options = [k for k in range(1, 1 + math.ceil(rate / SLOWEST)) if rate / k >= SLOWEST] or [1]
    good = [k for k in options if rate / k <= QUICKEST] or options
    near = [k for k in good if fastest * k / rate <= FARTHEST_STEP]
    if not near:  # Too fast even so: as many ticks as there are.
        near = [k for k in options if fastest * k / rate <= FARTHEST_STEP] or [1]
    return min(near, key=lambda k: abs(math.log(rate / k / WANTED_RATE)))


def _poses(sightings: Sightings) -> float:
    """Estimate how many kinds of pose the agent takes: the effective rank of its pictures, cut out and centred."""
    cuts = []
    for frame, mask, box in zip(sightings.frames, sightings.masks, sightings.boxes, strict=True):
        left, top, right, bottom = box.tolist()
        if right - left < 4 or bottom - top < 4:
            continue
        cut = (as_pictures(frame) * mask)[:, top:bottom, left:right]
        cuts.append(functional.adaptive_avg_pool2d(cut[None], (12, 12)).flatten())
    if len(cuts) < 4:
        return 1.0
    cloud = torch.stack(cuts)
    power = torch.linalg.svdvals(cloud - cloud.mean(0)).square()
    return float(power.sum().square() / power.square().sum().clamp(min=1e-9))


def _suggest(material: Material, sightings: Sightings, extent: float, fastest: float) -> Suggestion:
    sizes = sightings.sizes[sightings.seen]
    stride = _stride(material.rate, fastest)
    ticks = len(material.frames) // stride
    kinds = max(4, min(10, round(_poses(sightings)) + 2, ticks // 40))
    widest = 8 * (min(material.frame_size) // 8)
    window = int(np.clip(8 * math.ceil(ROOM * extent / 8), 32, max(32, min(96, widest))))
    size = float(sizes.median()) if len(sizes) else 0.05
    return Suggestion(round(float(np.clip(size, 0.004, 0.4)), 3), window, stride, kinds)


def look(material: Material) -> Survey:
    """Look at the material; takes seconds.

    Raises:
        GlassError: every take has too few frames to be looked at.
    """
    longest = max(scene.length for scene in material.scenes)
    if longest < SHORTEST:
        raise GlassError(
            f"{material.clips[0]}: too short, the longest take has {longest} frames; film at least half a minute "
            "without a cut"
        )
    torch.set_flush_denormal(True)
    camera = look_at_camera(*_pairs(material))
    sightings = find_agent(material, camera.speed)
    seen = sightings.seen
    sides = (sightings.boxes[seen][:, 2:] - sightings.boxes[seen][:, :2]).amax(1).float()
    extent = float(sides.quantile(0.85)) if len(sides) else 0.0
    speeds = sightings.speeds[~sightings.speeds.isnan()]
    moving = speeds[speeds > RESTING]
    speed = float(moving.median()) if len(moving) >= max(2, 0.1 * len(speeds)) else 0.0
    fastest = float(speeds.quantile(0.95)) if len(speeds) else 0.0
    suggestion = _suggest(material, sightings, extent, fastest)
    hopeless, warnings = _judge(material, sightings, camera, suggestion, extent, speed)
    return Survey(camera, sightings, extent, speed, suggestion, tuple(hopeless), tuple(warnings))


def _judge(
    material: Material, sightings: Sightings, camera: Camera, suggestion: Suggestion, extent: float, speed: float
) -> tuple[list[str], list[str]]:
    """Say what cannot work, and what will go badly."""
    hopeless, warnings = [], []
    ticks = len(material.frames) // suggestion.stride
    longest = max(scene.length for scene in material.scenes) // suggestion.stride
    seen = sightings.seen
    if ticks < SHORTEST_TICKS or longest < 6:
        hopeless.append(
            f"too short: {material.seconds:.1f} seconds, the longest take {longest} ticks; film at least half a minute "
            "without a cut"
        )
    elif material.seconds < SHORT_SECONDS:
        warnings.append(f"only {material.seconds:.0f} seconds; a minute shows more of what the agent can do")
    if float(seen.float().mean()) < SELDOM:
        hopeless.append(
            "nothing moves by itself before the background; film one agent that walks about and acts, the camera "
            "standing still or turning slowly"
        )
        return hopeless, warnings
    if float((sightings.agents[seen] > 1).float().mean()) > SEVERAL:
        warnings.append("several things move at once; film a single agent, and nobody else in the picture")
    elif float((sightings.changed - sightings.sizes).median()) > RESTLESS:
        warnings.append("much of the picture moves beside the agent; film before something that keeps still")
    if camera.motion == "parallax":
        warnings.append(
            "parts of the background move differently, as from a hand-held camera that walks; put it on a stand, or "
            "turn it on the spot"
        )
    if camera.motion == "zooming":
        warnings.append("the camera zooms or comes nearer; keep its distance")
    warnings += _agent_warnings(material, sightings, extent, speed)
    return hopeless, warnings


def _agent_warnings(material: Material, sightings: Sightings, extent: float, speed: float) -> list[str]:
    """Say what is wrong with the agent."""
    warnings = []
    seen, boxes = sightings.seen, sightings.boxes
    width, height = material.frame_size
    size = float(sightings.sizes[seen].median())
    if size > LARGE:
        warnings.append(f"the agent covers {size:.0%} of the picture; film it from farther away")
    elif extent < TINY:
        warnings.append(
            f"the agent is about {extent:.0f} pixels large; film it from nearer, or ask for a larger --frame-size"
        )
    at_edge = (boxes[:, 0] <= 0) | (boxes[:, 1] <= 0) | (boxes[:, 2] >= width) | (boxes[:, 3] >= height)
    if size <= LARGE and float(at_edge[seen].float().mean()) > 0.5:
        warnings.append("the agent is at the picture's edge most of the time; keep it whole in the picture")
    if not speed:
        warnings.append("the agent hardly travels, so arrow keys will have little to do; let it walk about too")
    return warnings
