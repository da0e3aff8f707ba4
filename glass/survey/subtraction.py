"""Background subtraction: what of a footage's frames is not their background, under light that may change."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch

from glass.footage.cache import Footage, Take
from glass.motion.registration import translate
from glass.motion.windows import as_pictures
from glass.survey.camera import align

Bits = npt.NDArray[np.bool_]
Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

SHORTEST_TAKE = 4
"""Frames of the shortest take that is looked at."""

MOST_LOOKED_AT, LOOKED_RATE = 1500, 16.0
"""Frames that are looked at, in all and a second, at most."""

SAMPLES, LONGEST_SCENE, ALIKE = 32, 180.0, 0.06
"""Frames that a background is found in, the seconds over which one is believed to stay the same, and the difference, of
1, up to which two frames show the same of it."""

STILL_PAIRS, STILL_SECONDS, STANDS_STILL, WORSE_STILL = 8, 1.0, 0.5, 0.06
"""Pairs of frames, so many seconds apart, that say whether the camera stands: most may be off by so many pixels, or
differ by so much more of the picture as they are than shifted."""

PLAIN_LEVELS, PLAIN_RIM, PLAIN_SHARE = 3, 0.9, 0.4
"""Levels of 255 by which a plain ground differs at most, and the shares of a take's rims and frames that it covers:
there the agent may stay where it is, and is what is not ground."""

PAN_SECONDS, LARGEST_PAN, PAN_RADIUS = 2.5, 0.35, 40
"""Seconds to each side whose frames are laid over each other where it pans, the share of the frame's shorter side by
which they may have moved, and the largest shift looked for in pixels."""

NOISE_TIMES, LEAST_CHANGE, MOST_NOISE = 4.0, 0.1, 0.25
"""A pixel is not background if it differs by four times the usual noise, of the frame or its own, and by at least so
much of 1; own noise counts up to so much."""

LIGHT_CELL, LIGHT_ROUNDS, LIGHT_ERROR, LARGEST_LIGHT = 8, 4, 0.04, 0.7
"""Pixels of a cell by which light is compared, rounds of the fit, error that is usual in it, largest logarithm."""

JOINED = 3
"""Parts nearer than this many pixels are one."""

CLOSED, SMALLEST_HOLE = 3, 0.1
"""Pixels by which gaps are closed; holes up to this share of what they are in are filled."""


@dataclass(frozen=True)
class Subtracted:
    """What a look at the frames found: what differs from the background in each, the camera's motion taken away."""

    places: npt.NDArray[np.int64]
    """``(N,)`` numbers of the frames in the footage, in order."""
    takes: npt.NDArray[np.int64]
    """``(N,)`` numbers of their takes."""
    different: Bits
    """``(N, H, W)`` what is not background."""
    labels: npt.NDArray[np.int16]
    """``(N, H, W)`` numbers of its connected parts, 0 is none."""
    camera: npt.NDArray[np.float64]
    """``(N, 2)`` how far the background's content has moved since the take's first frame that was looked at."""
    light: npt.NDArray[np.float32]
    """``(N, 3)`` how much more light, of each colour, is on a frame than on its background."""
    rate: float
    """Frames looked at a second."""

    def frame(self, footage: Footage, index: int) -> Pixels:
        """Return a frame that was looked at, uint8 ``(H, W, 3)``, in the light of its background."""
        lit: Pixels = (footage.frames[self.places[index]] / self.light[index]).clip(0, 255).astype(np.uint8)
        return lit


def looked_at(footage: Footage) -> npt.NDArray[np.int64]:
    """Choose the frames to look at, ``(N,)``: every one, or every so many where there are a great many."""
    step = max(1, round(footage.rate / LOOKED_RATE), -(-len(footage.frames) // MOST_LOOKED_AT))
    takes = [take for take in footage.takes if take.length >= SHORTEST_TAKE]
    return np.concatenate([np.arange(take.start, take.start + take.length, step) for take in takes])


def subtract_backgrounds(footage: Footage) -> Subtracted:
    """Subtract the background from the frames that are looked at."""
    places = looked_at(footage)
    starts = np.array([take.start for take in footage.takes])
    takes = np.searchsorted(starts, places, side="right") - 1
    height, width = footage.frames.shape[1:3]
    different = np.zeros((len(places), height, width), np.bool_)
    camera, light = np.zeros((len(places), 2)), np.ones((len(places), 3), np.float32)
    step = int(np.diff(places).min()) if len(places) > 1 else 1
    for number in np.unique(takes):
        inside = np.flatnonzero(takes == number)
        ground = _plain_ground(footage, places[inside])
        if ground is not None:
            for index in inside:
                different[index] = differs(
                    footage.frames[places[index]], ground, np.zeros((height, width), np.float32)
                )[0]
        elif _stands_still(footage, places[inside]):
            for scene in _scenes(inside, footage.rate / step):
                background, noise = fit_background(_sampled(footage, places[scene]))
                for index in scene:
                    different[index], light[index] = differs(footage.frames[places[index]], background, noise)
        else:
            for chunk, moved, background, noise in _panned(footage, places[inside], footage.takes[number]):
                for index, shift in zip(inside[chunk], moved, strict=True):
                    camera[index] = shift
                    shown = _moved(background, shift - moved[0]), _moved(noise, shift - moved[0])
                    different[index], light[index] = differs(footage.frames[places[index]], *shown)
    labels = np.stack([labelled(frame) for frame in different])
    return Subtracted(places, takes, different, labels, camera, light, footage.rate / step)


def _stands_still(footage: Footage, places: npt.NDArray[np.int64]) -> bool:
    """Say whether the camera does, by a few pairs of frames about a second apart."""
    apart = max(1, min(len(places) // 3, round(STILL_SECONDS * footage.rate / max(1, places[1] - places[0]))))
    few = np.linspace(0, len(places) - 1 - apart, STILL_PAIRS).round().astype(int)
    first, later = (as_pictures(torch.from_numpy(np.array(footage.frames[places[few + n]]))) for n in (0, apart))
    shifts = align(later, first, PAN_RADIUS)
    if float(shifts.norm(dim=1).median()) < STANDS_STILL:
        return True
    changed = [
        ((moved - first).abs().amax(1) > LEAST_CHANGE).float().mean((1, 2))
        for moved in (later, translate(later, -shifts))
    ]
    return float((changed[0] - changed[1]).median()) < WORSE_STILL


def _plain_ground(footage: Footage, places: npt.NDArray[np.int64]) -> Floats | None:
    """Return the plain ground ``(H, W, 3)`` of a take, as drawings and sprites have; None where there is none."""
    few = places[np.linspace(0, len(places) - 1, 7).round().astype(int)]
    frames = np.array(footage.frames[few]).astype(np.int16)
    rim = np.concatenate([frames[:, 0], frames[:, -1], frames[:, :, 0], frames[:, :, -1]], 1)
    colour = np.median(rim.reshape(-1, 3), 0)
    plain = (np.abs(frames - colour).max(3) <= PLAIN_LEVELS).mean()
    around = (np.abs(rim - colour).max(2) <= PLAIN_LEVELS).mean()
    if around < PLAIN_RIM or plain < PLAIN_SHARE:
        return None
    return np.broadcast_to((colour / 255).astype(np.float32), frames.shape[1:]).copy()


def _scenes(inside: npt.NDArray[np.int64], rate: float) -> list[npt.NDArray[np.int64]]:
    """Cut the frames of a take into equal scenes, none longer than a background stays the same."""
    return np.array_split(inside, max(1, -(-len(inside) // max(1, round(LONGEST_SCENE * rate)))))


def _sampled(footage: Footage, places: npt.NDArray[np.int64]) -> Floats:
    """Take some frames, evenly, as ``(M, H, W, 3)`` in [0, 1], all in the light of their middle one."""
    chosen = places[np.unique(np.linspace(0, len(places) - 1, SAMPLES).round().astype(int))]
    frames = np.array(footage.frames[chosen]).astype(np.float32) / np.float32(255)
    middle = frames[len(frames) // 2]
    return np.stack([frame / light_of(frame, middle) for frame in frames])


def fit_background(frames: Floats) -> tuple[Floats, Floats]:
    """Background ``(H, W, 3)`` of frames ``(M, H, W, 3)``, nan where none is known, and its noise ``(H, W)``.

    It is what most frames show alike: what covers it for longer than half of the time looks different each time.
    """
    support = np.stack([(_apart(frames, frame) < ALIKE).sum(0, np.int16) for frame in frames])
    best = np.take_along_axis(frames, support.argmax(0)[None, :, :, None], 0)[0]
    near = _apart(frames, best) < ALIKE
    count = near.sum(0)
    background = np.where(near[..., None], frames, 0).sum(0) / np.maximum(count, 1)[..., None]
    noise = np.where(near, _apart(frames, background), 0).sum(0) / np.maximum(count, 1)
    background[count == 0] = np.nan
    return background.astype(np.float32), noise.astype(np.float32)


def _apart(one: Floats, other: Floats) -> Floats:
    """Return the largest difference of the three colours of pictures ``(..., 3)``: ``(...)``."""
    difference = np.abs(one - other)  # Reducing over an axis of three takes far longer.
    largest: Floats = np.maximum(np.maximum(difference[..., 0], difference[..., 1]), difference[..., 2])
    return largest


def _panned(
    footage: Footage, places: npt.NDArray[np.int64], take: Take
) -> Iterator[tuple[slice, npt.NDArray[np.float64], Floats, Floats]]:
    """Give chunks of a panned take: which of its frames, how far each moved, background and noise as the first sees it.

    What no frame around shows is nan.
    """
    pictures = as_pictures(torch.from_numpy(np.array(footage.frames[places])))
    steps = align(pictures[1:], pictures[:-1], PAN_RADIUS).double().numpy()
    path = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, 0)])
    speed = float(np.median(np.linalg.norm(steps, axis=1)))
    rate = footage.rate * (len(places) - 1) / max(1, int(places[-1] - places[0]))
    near = LARGEST_PAN * min(footage.frame_size) / max(speed, 1e-6)
    reach = int(max(2, min(PAN_SECONDS * rate, near)))
    size = max(1, reach // 2)
    for first in range(0, len(places), size):
        last = min(len(places), first + size)
        around = np.arange(max(0, first - reach), min(len(places), last + reach))
        around = around[np.unique(np.linspace(0, len(around) - 1, SAMPLES // 3).round().astype(int))]
        here = pictures[first : first + 1]
        moved = align(pictures[around], here.expand(len(around), -1, -1, -1), PAN_RADIUS).double().numpy()
        laid = [
            _moved(pictures[place].movedim(0, -1).numpy(), -shift) for place, shift in zip(around, moved, strict=True)
        ]
        yield slice(first, last), path[first:last], *fit_background(np.stack(laid))


def _moved(picture: Floats, shift: npt.NDArray[np.float64]) -> Floats:
    """Move the content of ``(H, W, ...)`` by a shift in pixels; what comes in is nan."""
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
    size = picture.shape[1], picture.shape[0]
    moved = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(np.nan,) * 3)
    return moved.astype(np.float32)


def light_of(frame: Floats, reference: Floats) -> Floats:
    """Fit how much more light is on a frame than on a reference, both ``(H, W, 3)`` in [0, 1]: ``(H, W, 3)`` factors.

    The logarithm is a plane over the picture, for each colour, fitted by reweighted least squares: what covers less
    than half of the picture has no say in it.
    """
    height, width = frame.shape[:2]
    size = max(2, width // LIGHT_CELL), max(2, height // LIGHT_CELL)
    one, other = (cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in (frame, reference))
    known = ~np.isnan(one + other).any(2) & (np.maximum(one, other).max(2) < 0.97)
    ratio = np.log((one + 0.03) / (other + 0.03))[known]
    if len(ratio) < 8:
        return np.ones_like(frame)
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    design = np.stack([np.ones(size[::-1]), x / size[0] - 0.5, y / size[1] - 0.5], -1)[known]
    found = np.zeros((3, 3))
    found[0] = np.median(ratio, 0)
    for _ in range(LIGHT_ROUNDS):
        left = np.abs(ratio - design @ found).max(1)
        weight = 1 / (1 + (left / LIGHT_ERROR) ** 2) ** 2
        system = (design * weight[:, None]).T @ design + 1e-3 * np.eye(3)
        found = np.linalg.solve(system, (design * weight[:, None]).T @ ratio + 1e-3 * found)
    plane = np.stack([np.ones_like(x), x / size[0] - 0.5, y / size[1] - 0.5], -1) @ found
    coarse = np.exp(plane.clip(-LARGEST_LIGHT, LARGEST_LIGHT)).astype(np.float32)
    light: Floats = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return light


def differs(frame: Pixels, background: Floats, noise: Floats) -> tuple[Bits, Floats]:
    """Say where a frame ``(H, W, 3)`` differs from its background, in [0, 1], by more than light and noise do.

    Args:
        frame: uint8.
        background: ``(H, W, 3)``; where it is nan the frame does not differ.
        noise: ``(H, W)``: by how much each pixel of the background usually differs from it.

    Returns:
        Bool ``(H, W)``, without single pixels and small holes; and by what factor there is more light, ``(3,)``.
    """
    shown = frame.astype(np.float32) / np.float32(255)
    light = light_of(shown, background)
    lit = np.minimum(background * light, 1)
    apart = _apart(shown, lit)
    usual = max(LEAST_CHANGE, NOISE_TIMES * float(np.nanmedian(apart[::2, ::2])))
    limit = np.fmin(np.fmax(NOISE_TIMES * noise, usual), max(usual, MOST_NOISE))
    found = (apart > limit).astype(np.float32)  # What is nan is not.
    thick = (cv2.blur(found, (3, 3)) > 0.45) & (found > 0)
    return _filled(thick), light.mean((0, 1))


def _filled(mask: Bits) -> Bits:
    """Close gaps of a mask ``(H, W)``, and fill holes that are small in what they are in."""
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((CLOSED, CLOSED), np.uint8))
    outlines, tree = cv2.findContours(closed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    for index, outline in enumerate(outlines):
        parent = tree[0][index][3]
        if parent >= 0 and cv2.contourArea(outline) <= SMALLEST_HOLE * cv2.contourArea(outlines[parent]):
            cv2.drawContours(closed, outlines, index, 1, cv2.FILLED)
    filled: Bits = closed > 0
    return filled


def labelled(different: Bits) -> npt.NDArray[np.int16]:
    """Number the connected parts of a mask ``(H, W)``, near ones joined: int16 ``(H, W)``, 0 is none."""
    wide = cv2.dilate(different.astype(np.uint8), np.ones((JOINED, JOINED), np.uint8))
    labels = cv2.connectedComponents(wide)[1].astype(np.int16)
    labels[~different] = 0
    return labels
