"""Survey of footage: suggested settings, warnings, and what makes learning impossible."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from glass.core.errors import GlassError
from glass.footage.cache import Footage
from glass.motion.windows import as_pictures
from glass.survey.agent import AgentDetections, NamedAgent, find_agent
from glass.survey.camera import CameraMotion, estimate_camera
from glass.survey.subtraction import SHORTEST_TAKE

CAMERA_PAIRS = 48
"""Pairs of neighbouring frames that the camera is judged by."""

WANTED_RATE, SLOWEST_RATE, QUICKEST_RATE = 10.0, 5.0, 16.0
"""Ticks a second that play well."""

FARTHEST_STEP = 12.0
"""Pixels a tick that the agent may travel; registration looks a little farther."""

SHORTEST_TICKS, SHORT_SECONDS = 40, 20.0
LEAST_SEEN, SEEN_MOSTLY = 2.5, 0.9
"""Seconds with an agent below which nothing moves by itself; share of the frames with it below which that is said."""

LARGE_AGENT, TINY_AGENT, RESTLESS_BACKGROUND = 0.3, 10, 0.15
"""Share of the frame of an agent too large; pixels of one too small; share that changes beside it that is too much."""

WINDOW_ROOM = 1.05
"""Side of the window over that of the agent."""

POSES_LOOKED_AT = 40
"""Pictures of the agent that its poses are counted in."""

RESTING_SPEED = 6.0
"""Pixels a second below which an agent does not travel."""


@dataclass(frozen=True)
class Suggestion:
    """Settings that suit the footage."""

    mask_size: float
    """Share of the frame that the agent is expected to cover."""
    window: int
    """Side of the window around it in pixels, a multiple of 8."""
    stride: int
    """Frames of the footage from tick to tick."""
    local_actions: int
    """How many local actions to look for."""


@dataclass(frozen=True)
class Survey:
    """Result of a survey of the footage."""

    camera: CameraMotion
    """The background."""
    detections: AgentDetections
    """The agent."""
    extent: float
    """Usual larger side of the agent in pixels."""
    speed: float
    """Pixels a second that it travels when it does; 0 if it does not."""
    suggestion: Suggestion
    """Suggested settings."""
    blocking: tuple[str, ...]
    """Sentences: why nothing can be learned, and what to film instead."""
    warnings: tuple[str, ...]
    """Sentences: what will go badly, and what to film instead."""


def _pairs(footage: Footage) -> tuple[Tensor, Tensor]:
    """Draw neighbouring frames of the same take, both ``(N, 3, H, W)`` in [0, 1]."""
    inside = np.concatenate([np.arange(s.start, s.start + s.length - 1) for s in footage.takes if s.length > 1])
    places = inside[np.linspace(0, len(inside) - 1, CAMERA_PAIRS).round().astype(int)]
    first, second = (np.array(footage.frames[places + offset]) for offset in (0, 1))
    return as_pictures(torch.from_numpy(first)), as_pictures(torch.from_numpy(second))


def _stride(rate: float, fastest: float) -> int:
    """Choose the ticks: about ten a second, more where the agent would travel too far in one."""
    options = [k for k in range(1, 1 + math.ceil(rate / SLOWEST_RATE)) if rate / k >= SLOWEST_RATE] or [1]
    good = [k for k in options if rate / k <= QUICKEST_RATE] or options
    near = [k for k in good if fastest * k / rate <= FARTHEST_STEP]
    if not near:  # Too fast even so: as many ticks as there are.
        near = [k for k in options if fastest * k / rate <= FARTHEST_STEP] or [1]
    return min(near, key=lambda k: abs(math.log(rate / k / WANTED_RATE)))


def _poses(footage: Footage, detections: AgentDetections) -> float:
    """Effective rank (participation ratio) of the agent's centred pictures: about how many kinds of pose it takes."""
    seen = np.flatnonzero(detections.alone)
    cuts = []
    for index in seen[np.linspace(0, len(seen) - 1, min(len(seen), POSES_LOOKED_AT)).round().astype(int)]:
        left, top, right, bottom = detections.boxes[index].tolist()
        if right - left < 4 or bottom - top < 4:
            continue
        frame = np.where(detections.masks[index][..., None], footage.frames[detections.places[index]], 0)
        cut = as_pictures(torch.from_numpy(frame[top:bottom, left:right]))
        cuts.append(functional.adaptive_avg_pool2d(cut[None], (12, 12)).flatten())
    if len(cuts) < 4:
        return 1.0
    cloud = torch.stack(cuts)
    power = torch.linalg.svdvals(cloud - cloud.mean(0)).square()
    return float(power.sum().square() / power.square().sum().clamp(min=1e-9))


def _suggest(footage: Footage, detections: AgentDetections, extent: float, fastest: float) -> Suggestion:
    sizes = detections.sizes[detections.seen]
    stride = _stride(footage.rate, fastest)
    ticks = len(footage.frames) // stride
    kinds = max(4, min(10, round(_poses(footage, detections)) + 2, ticks // 40))
    widest = 8 * (min(footage.frame_size) // 8)
    window = int(np.clip(8 * math.ceil(WINDOW_ROOM * extent / 8), 32, max(32, min(96, widest))))
    size = float(np.median(sizes)) if len(sizes) else 0.05
    return Suggestion(round(float(np.clip(size, 0.004, 0.4)), 3), window, stride, kinds)


def survey_footage(footage: Footage, named: NamedAgent | None = None) -> Survey:
    """Survey the footage: camera motion, agents, suggested settings, problems; takes seconds.

    Args:
        footage: what to look at.
        named: which mover is the agent; by default the likeliest.

    Raises:
        GlassError: every take has too few frames to be looked at, or nothing moves where the agent is said to be.
    """
    longest = max(take.length for take in footage.takes)
    if longest < SHORTEST_TAKE:
        raise GlassError(
            f"{footage.clips[0]}: too short, the longest take has {longest} frames; film at least half a minute "
            "without a cut"
        )
    torch.set_flush_denormal(True)
    camera = estimate_camera(*_pairs(footage))
    return summarise(footage, camera, find_agent(footage, named))


def summarise(footage: Footage, camera: CameraMotion, detections: AgentDetections) -> Survey:
    """Say what suits the footage, and what will go badly, by what was found in it."""
    sides = (detections.boxes[:, 2:] - detections.boxes[:, :2]).max(1)[detections.seen]
    extent = float(np.quantile(sides, 0.85)) if len(sides) else 0.0
    speeds = detections.speeds[~np.isnan(detections.speeds)]
    moving = speeds[speeds > RESTING_SPEED]
    speed = float(np.median(moving)) if len(moving) >= max(2, 0.1 * len(speeds)) else 0.0
    fastest = float(np.quantile(speeds, 0.95)) if len(speeds) else 0.0
    suggestion = _suggest(footage, detections, extent, fastest)
    blocking, warnings = _judge(footage, detections, camera, suggestion, extent, speed)
    return Survey(camera, detections, extent, speed, suggestion, tuple(blocking), tuple(warnings))


def _judge(
    footage: Footage,
    detections: AgentDetections,
    camera: CameraMotion,
    suggestion: Suggestion,
    extent: float,
    speed: float,
) -> tuple[list[str], list[str]]:
    """Say what cannot work, and what will go badly."""
    blocking, warnings = [], []
    ticks = len(footage.frames) // suggestion.stride
    longest = max(take.length for take in footage.takes) // suggestion.stride
    seen = detections.seen
    if ticks < SHORTEST_TICKS or longest < 6:
        blocking.append(
            f"too short: {footage.seconds:.1f} seconds, the longest take {longest} ticks; film at least half a minute "
            "without a cut"
        )
    elif footage.seconds < SHORT_SECONDS:
        warnings.append(f"only {footage.seconds:.0f} seconds; a minute shows more of what the agent can do")
    if float(seen.sum()) / detections.subtracted.rate < LEAST_SEEN:
        blocking.append(
            "nothing moves by itself before the background; film one agent that walks about and acts, the camera "
            "standing still or turning slowly"
        )
        return blocking, warnings
    if float(seen.mean()) < SEEN_MOSTLY:
        shown = seen.sum() / detections.subtracted.rate
        warnings.append(f"the agent is seen for {shown:.0f} of the seconds; what is learned is learned from those")
    if rivals := detections.rivals():
        numbers = " and ".join(str(number) for number in rivals)
        warnings.append(
            f"several things move at once (see {numbers} in the report); if another is the agent, name it with "
            "--agent X,Y@SECONDS, or film nobody else"
        )
    elif float(np.median(detections.changed - detections.sizes)) > RESTLESS_BACKGROUND:
        warnings.append("much of the picture moves beside the agent; film before something that keeps still")
    if camera.motion == "parallax":
        warnings.append(
            "parts of the background move differently, as from a hand-held camera that walks; put it on a stand, or "
            "turn it on the spot"
        )
    if camera.motion == "zooming":
        warnings.append("the camera zooms or comes nearer; keep its distance")
    warnings += _agent_warnings(detections, extent, speed)
    return blocking, warnings


def _agent_warnings(detections: AgentDetections, extent: float, speed: float) -> list[str]:
    """Say what is wrong with the agent."""
    warnings = []
    size = float(np.median(detections.sizes[detections.seen]))
    if size > LARGE_AGENT:
        warnings.append(f"the agent covers {size:.0%} of the picture; film it from farther away")
    elif extent < TINY_AGENT:
        warnings.append(
            f"the agent is about {extent:.0f} pixels large; film it from nearer, or ask for a larger --frame-size"
        )
    if size <= LARGE_AGENT and detections.at_edge > 0.5:
        warnings.append("the agent is at the picture's edge most of the time; keep it whole in the picture")
    if not speed:
        warnings.append("the agent hardly travels, so arrow keys will have little to do; let it walk about too")
    return warnings
