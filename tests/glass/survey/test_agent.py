"""Who the agent is, under light that changes, beside others, and in clips in which it comes and goes."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from glass.core.errors import GlassError
from glass.footage.cache import Footage, Take
from glass.labels.trimap import AGENT, BACKGROUND
from glass.survey.agent import NamedAgent, find_agent
from glass.survey.first_labels import first_labels, stretches
from glass.survey.subtraction import subtract_backgrounds
from tests.fixtures.own_clips import SIZE, pattern, walk

RATE = 10.0


def footage(frames: NDArray[np.uint8]) -> Footage:
    return Footage(frames, RATE, (Take("clip", 0, len(frames)),), ("clip",), (), "print", SIZE)


def beside(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same frames with a green block that goes up and down, and a corner that fidgets."""
    changed = frames.copy()
    for tick, frame in enumerate(changed):
        y = abs(2 * tick % 48 - 24) + 4
        frame[y : y + 8, 54:62] = (30, 220, 60)
        frame[0:6, 0 : 5 + 4 * (tick % 3)] = 240
    return changed


def test_changing_light_is_not_the_agent() -> None:
    frames = walk(80)
    light = (1 + 0.2 * np.sin(np.arange(80) / 9))[:, None, None, None]
    tilt = 1 + 0.1 * np.linspace(-1, 1, SIZE[0])[None, None, :, None]
    noise = np.random.default_rng(0).normal(0, 3, frames.shape)
    lit = (frames * light * tilt + noise).clip(0, 255).astype(np.uint8)
    steady, changing = (find_agent(footage(clip)) for clip in (frames, lit))
    assert steady.seen.all() and changing.seen.all()
    areas = [found.sizes.mean() for found in (steady, changing)]
    assert areas[1] == pytest.approx(areas[0], rel=0.05)
    assert np.median(np.abs(changing.sizes / steady.sizes - 1)) < 0.05
    assert changing.movers == ()


def test_light_alone_is_nothing() -> None:
    frames = np.repeat(walk(1), 60, 0) * (1 + 0.2 * np.sin(np.arange(60) / 7))[:, None, None, None]
    still = frames.clip(0, 255).astype(np.uint8)
    assert subtract_backgrounds(footage(still)).different.mean() < 0.002


def test_others_are_told_by_size_place_and_steadiness() -> None:
    found = find_agent(footage(beside(walk(80))))
    assert found.seen.mean() > 0.9
    assert found.sizes[found.seen].mean() == pytest.approx(144 / (SIZE[0] * SIZE[1]), rel=0.25)
    assert [mover.stays for mover in found.movers].count(True) == 1
    fidgets = next(mover for mover in found.movers if mover.stays)
    assert fidgets.whereabouts(SIZE) == "top left"
    assert found.rivals() == [number for number, mover in enumerate(found.movers, 2) if not mover.stays]


def test_an_agent_can_be_named() -> None:
    clip = footage(beside(walk(80)))
    tick = 10
    green = find_agent(clip, NamedAgent(58, abs(2 * tick % 48 - 24) + 8, tick / RATE))
    left = green.boxes[green.seen][:, 0]
    assert green.seen.mean() > 0.9 and np.all(left >= 48)
    with pytest.raises(GlassError, match="nothing moves there at 1 seconds"):
        find_agent(clip, NamedAgent(30, 44, 1.0))
    with pytest.raises(GlassError, match="the clips end before 99 seconds"):
        find_agent(clip, NamedAgent(30, 44, 99.0))


def test_labels_follow_the_outlines() -> None:
    clip = footage(beside(walk(60)))
    labels = first_labels(clip, find_agent(clip))
    tick = 12
    x = abs((3 * tick) % 80 - 40) + 4
    assert (labels[tick, 18:26, x + 2 : x + 10] == AGENT).all()
    assert (labels[tick, :14] == BACKGROUND).mean() > 0.95, "others are background"


def test_an_agent_that_comes_and_goes_is_learned_where_it_is_seen() -> None:
    empty = pattern(0)[40 : 40 + SIZE[1], 40 : 40 + SIZE[0]]
    frames = np.repeat(empty[None], 120, 0)
    frames[20:50] = walk(30)
    frames[80:115] = walk(35)
    clip = footage(frames)
    found = stretches(clip, find_agent(clip))
    assert [(take.start, take.length) for take in found] == [(20, 30), (80, 35)]


def test_frames_between_two_that_show_the_agent_are_labelled_too() -> None:
    clip = footage(walk(60))
    found = find_agent(clip)
    masks, places = found.masks.copy(), np.arange(0, 60, 2)
    masks[24] = False
    thinned = replace(
        found.subtracted,
        places=places,
        takes=found.subtracted.takes[places],
        different=found.subtracted.different[places],
        camera=found.subtracted.camera[places],
        rate=RATE / 2,
    )
    every_other = replace(
        found, subtracted=thinned, masks=masks[places], alone=found.alone[places], boxes=found.boxes[places]
    )
    labels = first_labels(clip, every_other)
    for tick in (11, 23, 25, 33):
        x = abs((3 * tick) % 80 - 40) + 4
        assert (labels[tick, 19:25, x + 3 : x + 9] == AGENT).mean() > 0.8
        assert (labels[tick, 18:26, : max(0, x - 12)] != AGENT).all() and (labels[tick, :8] == BACKGROUND).all()
    assert (labels[24] == AGENT).any(), "missed for a moment"
    gone = every_other.masks.copy()
    gone[10:20] = False
    assert not (first_labels(clip, replace(every_other, masks=gone))[20:39] == AGENT).any(), "gone for longer"
