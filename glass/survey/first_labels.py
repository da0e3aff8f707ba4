"""First labels for masks: the outlines of a look at a clip, and the stretches in which the agent is seen."""

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from glass.footage.cache import Footage, Take
from glass.labels.trimap import AGENT, BACKGROUND, UNKNOWN
from glass.survey.agent import AgentDetections
from glass.survey.follow import grown
from glass.survey.subtraction import Bits

RIM, JOINED_RIM = 1, 6
"""Pixels around an outline, and around that of an agent that touches something, of which nothing is said."""

CLOSED_SHARE = 0.15
"""Share of an outline's extent up to which nothing is said of gaps in it."""

BRIDGE_RIM = 4
"""The same around an outline that was moved into a frame in which it was not seen."""

REACHING = 0.12
"""Share of the frame's width around an agent that reaches in from an edge of which nothing is said."""

SMALL = 14
"""Pixels of an agent so small that its own outermost ones are believed."""

SEEN_THROUGHOUT = 0.97
"""Share of a take's frames with the agent from which on the take is kept as it is."""

LONGEST_GAP, SHORTEST_STRETCH = 0.35, 0.5
"""Seconds for which the agent may be missed, and of the shortest stretch that is kept."""


def first_labels(footage: Footage, detections: AgentDetections) -> npt.NDArray[np.uint8]:
    """Label the frames by the agent's outlines: uint8 ``(T, H, W)``, as `glass.labels.trimap` has them.

    In frames between two that show it, which were not looked at or in which it was missed, it is where it was in the
    nearer one, moved as it went. Of others that were not looked at nothing is known; in those without the agent, of
    what moves. An agent that is mostly at the edge reaches in from there, and what of it never moves looks like
    background: nothing is said around.
    """
    reaches_in = detections.at_edge > 0.5
    margin = round(REACHING * footage.frame_size[0])
    labels = np.full(footage.frames.shape[:3], UNKNOWN, np.uint8)
    for index, place in enumerate(detections.subtracted.places):
        different = detections.subtracted.different[index]
        mask = detections.masks[index]
        labels[place] = _labelled(mask, different, bool(detections.alone[index]))
        if reaches_in and mask.any():
            labels[place][grown(mask, margin) & (labels[place] == BACKGROUND)] = UNKNOWN
    for before, after in _gaps(footage, detections):
        _bridge(labels, detections, before, after, margin if reaches_in else BRIDGE_RIM)
    return labels


def _gaps(footage: Footage, detections: AgentDetections) -> list[tuple[int, int]]:
    """List the short gaps of a take, by the frames with the agent around them, as they are counted among those seen."""
    places, takes = detections.subtracted.places, detections.subtracted.takes
    shown = np.flatnonzero(detections.seen)
    longest = max(LONGEST_GAP * footage.rate, footage.rate / detections.subtracted.rate)
    return [
        (int(one), int(other))
        for one, other in pairwise(shown)
        if takes[one] == takes[other] and 1 < places[other] - places[one] <= longest + 1
    ]


def _bridge(labels: npt.NDArray[np.uint8], detections: AgentDetections, before: int, after: int, margin: int) -> None:
    """Label the frames between two: what is certain of the nearer one's outline, moved, and nothing around it."""
    first, last = (int(detections.places[index]) for index in (before, after))
    middles = [detections.boxes[index].reshape(2, 2).mean(0) for index in (before, after)]
    for place in range(first + 1, last):
        share = (place - first) / (last - first)
        near, nearer = (before, 0) if share <= 0.5 else (after, 1)
        here = (1 - share) * middles[0] + share * middles[1]
        moved = shifted(detections.masks[near], (here - middles[nearer]).round().astype(np.int64))
        labels[place] = BACKGROUND
        labels[place][grown(moved, margin)] = UNKNOWN
        labels[place][cv2.erode(moved.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=1) > 0] = AGENT


def shifted(mask: Bits, shift: npt.NDArray[np.int64]) -> Bits:
    """Move a mask ``(H, W)`` by whole pixels, x and y."""
    x, y = (int(value) for value in shift)
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float32)
    moved: Bits = cv2.warpAffine(mask.astype(np.uint8), matrix, mask.shape[::-1], flags=cv2.INTER_NEAREST) > 0
    return moved


def _labelled(mask: Bits, different: Bits, alone: bool) -> npt.NDArray[np.uint8]:
    """Label one frame ``(H, W)``."""
    labels = np.full(mask.shape, BACKGROUND, np.uint8)
    if not mask.any():
        labels[different] = UNKNOWN
        return labels
    labels[grown(_closed(mask), RIM)] = UNKNOWN
    if not alone:
        labels[different & grown(mask, JOINED_RIM)] = UNKNOWN
    rows, columns = mask.any(1).sum(), mask.any(0).sum()
    small = alone and max(rows, columns) < SMALL
    core = mask if small else cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1) > 0
    labels[core] = AGENT
    return labels


def _closed(mask: Bits) -> Bits:
    """Close a mask ``(H, W)``: between its parts, as body and shoes, may be more of it, of the background's colour."""
    side = 2 * round(CLOSED_SHARE * max(mask.any(1).sum(), mask.any(0).sum())) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    closed: Bits = cv2.morphologyEx(np.pad(mask.astype(np.uint8), side), cv2.MORPH_CLOSE, disc) > 0
    return closed[side:-side, side:-side]


def stretches(footage: Footage, detections: AgentDetections) -> tuple[Take, ...]:
    """Cut the takes to the stretches in which the agent is seen; those that show it throughout stay whole."""
    found: list[Take] = []
    places, seen = detections.subtracted.places, detections.seen
    gap, shortest = LONGEST_GAP * footage.rate, SHORTEST_STRETCH * footage.rate
    for number, take in enumerate(footage.takes):
        inside = detections.subtracted.takes == number
        shown = places[inside & seen]
        if not len(shown):
            continue
        if float(seen[inside].mean()) >= SEEN_THROUGHOUT:
            found.append(take)
            continue
        step = int(np.diff(places[inside]).min()) if inside.sum() > 1 else 1
        for run in np.split(shown, np.flatnonzero(np.diff(shown) > max(gap, step)) + 1):
            length = int(run[-1] - run[0]) + 1
            if length >= max(2, shortest):
                found.append(Take(take.clip, int(run[0]), length))
    return tuple(found)
