"""A closer look at small agents: a crop of the clips that follows the agent, with its outlines at that size."""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from glass.footage.cache import FollowingView, Footage
from glass.survey.agent import AgentDetections, boxes_of, speeds_of
from glass.survey.follow import grown
from glass.survey.subtraction import (
    Bits,
    Floats,
    Subtracted,
    differs,
    fit_background,
    labelled,
    subtract_backgrounds,
)

SMALL_AGENT, WANTED_SIZE = 0.015, 0.03
"""Share of the frame below which an agent is looked at more closely, and the one that it is to have then."""

LARGE_EXTENT, WANTED_EXTENT, SMALLEST_FRAME = 60, 52, 64
"""Pixels of an agent that is looked at from farther away, for windows would cut it off; those that it is to have then;
and of the shorter side of frames, at least."""

LEAST_ZOOM, MOST_ZOOM, LARGEST_EXTENT = 1.3, 4.0, 0.45
"""Times that the crop is enlarged, and share of the frame's height that the agent may have then."""

DEAD_ZONE = 0.18
"""Share of the crop's sides by which the agent may be off its middle before the crop moves."""

MARGIN, INSIDE, WHOLE = 3, 0.5, 1.6
"""Pixels of whole frames around the rough outline, and share of a part that has to be within them, to be all the
agent's; times the rough outline from which on a part is more than the agent."""

SAMPLES = 48
"""Frames of a take that its background is put together from."""


def farther_size(footage: Footage, detections: AgentDetections, extent: float) -> tuple[int, int] | None:
    """Return a smaller size (W, H) to read frames at, in which a large agent fits into windows; None where it does.

    Args:
        footage: the frames.
        detections: the agent in them; one that reaches in from an edge has no end there.
        extent: its usual larger side in pixels.
    """
    if extent <= LARGE_EXTENT or any(detections.reaches_in_from(edge) for edge in ("left", "top", "right")):
        return None
    scale = max(WANTED_EXTENT / extent, SMALLEST_FRAME / min(footage.frame_size))
    width, height = (max(SMALLEST_FRAME, 8 * round(scale * side / 8)) for side in footage.frame_size)
    return (width, height) if (width, height) < footage.frame_size else None


def following_view(footage: Footage, detections: AgentDetections, extent: float) -> FollowingView | None:
    """Plan a crop of the frames' size that follows a small agent; None where it is large enough, or clips have no more.

    Args:
        footage: the whole frames.
        detections: the agent in them.
        extent: its usual larger side in pixels.
    """
    seen = detections.seen
    if not seen.any() or float(np.median(detections.sizes[seen])) >= SMALL_AGENT:
        return None
    width, height = footage.frame_size
    zoom = min(
        float(np.sqrt(WANTED_SIZE / np.median(detections.sizes[seen]))),
        footage.clip_size[0] / width,
        LARGEST_EXTENT * height / max(extent, 1.0),
        MOST_ZOOM,
    )
    if zoom < LEAST_ZOOM:
        return None
    size = round(width * zoom), round(height * zoom)
    corners = np.zeros((len(footage.frames), 2), np.int64)
    for number, take in enumerate(footage.takes):
        frames = np.arange(take.start, take.start + take.length)
        known = seen & (detections.subtracted.takes == number)
        if known.any():
            boxes = detections.boxes[known]
            middles = zoom * (boxes[:, :2] + boxes[:, 2:]) / 2
            path = np.stack([np.interp(frames, detections.places[known], line) for line in middles.T], 1)
            corners[frames] = _corners(path, (width, height), size)
    return FollowingView(size, corners)


def _corners(path: npt.NDArray[np.float64], crop: tuple[int, int], size: tuple[int, int]) -> npt.NDArray[np.int64]:
    """Left and top ``(T, 2)`` of crops (W, H) in frames (W, H) that keep a path ``(T, 2)`` near their middle."""
    room, most = DEAD_ZONE * np.array(crop), np.array(size) - crop
    middle = np.median(path[: max(1, len(path) // 8)], 0)
    corners = []
    for place in path:
        middle = np.clip(middle, place - room, place + room)
        corners.append(np.clip(np.round(middle - np.array(crop) / 2), 0, most))
    return np.array(corners).astype(np.int64)


def look_closer(detections: AgentDetections, cropped: Footage, view: FollowingView) -> AgentDetections:
    """Outline the agent in the crops by what differs from what other crops show there, near ones as the camera pans."""
    rough = detections.subtracted
    size = cropped.frame_size
    count = len(rough.places)
    different = np.zeros((count, size[1], size[0]), np.bool_)
    masks = np.zeros_like(different)
    zoom = view.size[0] / size[0]
    panned: Subtracted | None = None
    for number in np.unique(rough.takes):
        inside = np.flatnonzero(rough.takes == number)
        stands = not rough.camera[inside].any()
        ground = _ground(cropped, rough.places[inside], view, rough.light[inside]) if stands else None
        for index in inside:
            place = rough.places[index]
            frame, corner = cropped.frames[place], view.corners[place]
            coarse = _cropped(detections.masks[index], view.size, corner, size)
            left, top = corner
            there = np.s_[top : top + size[1], left : left + size[0]]
            if ground is None:
                panned = panned or subtract_backgrounds(cropped)
                different[index] = panned.different[index]
            else:
                different[index] = differs(frame, ground[0][there], ground[1][there])[0]
            masks[index] = _refined(different[index], coarse, round(MARGIN * zoom))
    labels = np.stack([labelled(frame) for frame in different])
    camera = rough.camera * (view.size[0] / detections.masks.shape[2]) - view.corners[rough.places]
    subtracted = replace(rough, different=different, labels=labels, camera=camera.astype(np.float64))
    boxes = boxes_of(masks)
    alone = detections.alone & masks.any((1, 2))
    return AgentDetections(subtracted, masks, alone, boxes, speeds_of(boxes, alone, subtracted), ())


def _ground(
    cropped: Footage, places: npt.NDArray[np.int64], view: FollowingView, light: Floats
) -> tuple[Floats, Floats]:
    """Put the background of a take together from its crops: ``(H, W, 3)`` and noise ``(H, W)``, nan where unseen."""
    chosen = np.unique(np.linspace(0, len(places) - 1, SAMPLES).round().astype(int))
    width, height = cropped.frame_size
    laid = np.full((len(chosen), view.size[1], view.size[0], 3), np.nan, np.float32)
    for number, index in enumerate(chosen):
        left, top = view.corners[places[index]]
        frame = cropped.frames[places[index]].astype(np.float32) / np.float32(255) / light[index]
        laid[number, top : top + height, left : left + width] = frame
    return fit_background(laid)


def _cropped(mask: Bits, size: tuple[int, int], corner: npt.NDArray[np.int64], crop: tuple[int, int]) -> Bits:
    """Enlarge a mask to ``size`` (W, H) and cut the crop (W, H) at a corner out of it."""
    large = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) > 0.5
    left, top = corner
    cut: Bits = large[top : top + crop[1], left : left + crop[0]]
    return cut


def _refined(different: Bits, coarse: Bits, margin: int) -> Bits:
    """Take the parts of what differs that lie within a rough outline, and of those it is joined to what does.

    It is itself taken if that leaves too little.
    """
    if not coarse.any():
        return coarse
    labels, near = labelled(different), grown(coarse, margin)
    counts, hits = (np.bincount(part, minlength=int(labels.max()) + 1) for part in (labels.ravel(), labels[near]))
    mine = np.flatnonzero((hits >= INSIDE * np.maximum(counts, 1)) & (counts <= WHOLE * coarse.sum()))
    fine = np.isin(labels, mine[mine > 0]) | (different & near)
    return fine if fine.sum() > 0.4 * coarse.sum() else coarse
