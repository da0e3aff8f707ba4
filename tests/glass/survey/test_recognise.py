"""An agent that was named is recognised before others that move, and when it comes again."""

import numpy as np
import pytest
from numpy.typing import NDArray

from glass.footage.cache import Footage, Take
from glass.survey.agent import AgentDetections, NamedAgent, find_agent
from tests.fixtures.own_clips import SIZE, pattern

RATE, TICKS = 10.0, 90
HAIR, COAT, BOOTS = (230, 140, 40), (60, 90, 200), (40, 30, 40)
HEIGHT, WIDTH = 16, 10


def hero(frame: NDArray[np.uint8], left: int, top: int, tick: int) -> None:
    """Draw a figure of three colours, whose boots go to and fro."""
    frame[max(0, top) : top + 5, left + 2 : left + 8] = HAIR
    frame[max(0, top + 5) : top + 12, left : left + WIDTH] = COAT
    step = 2 * (tick // 2 % 2)
    frame[max(0, top + 12) : top + HEIGHT, left + step : left + step + 4] = BOOTS
    frame[max(0, top + 12) : top + HEIGHT, left + 6 - step // 2 : left + WIDTH - step // 2] = BOOTS


def place(tick: int) -> tuple[int, int] | None:
    """Where the figure is: to and fro; it is gone for a while."""
    if 40 <= tick < 55:
        return None
    return abs((4 * tick) % 96 - 48) + 2, 20 + abs(3 * (tick % 8) - 12)


def crowded() -> NDArray[np.uint8]:
    """The figure before pink planks that pass by and hide nothing of it."""
    frames = np.repeat(pattern(0)[40 : 40 + SIZE[1], 40 : 40 + SIZE[0]][None], TICKS, 0).copy()
    for tick, frame in enumerate(frames):
        for number in range(3):
            x = (2 * tick + 37 * number) % (SIZE[0] + 20) - 20
            y = 14 + 9 * number
            frame[y : y + 5, max(0, x) : max(0, x + 20)] = (240, 90, 150)
        at = place(tick)
        if at is not None:
            hero(frame, *at, tick)
    return frames


def look(frames: NDArray[np.uint8]) -> AgentDetections:
    clip = Footage(frames, RATE, (Take("clip", 0, len(frames)),), ("clip",), (), "print", SIZE)
    tick = 8
    at = place(tick)
    assert at is not None
    return find_agent(clip, NamedAgent(at[0] + WIDTH / 2, at[1] + HEIGHT / 2, tick / RATE))


def overlap(found: AgentDetections, tick: int) -> float:
    """IoU of an outline with the figure."""
    at = place(tick)
    assert at is not None
    blank = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    hero(blank, *at, tick)
    truth = blank.any(2)
    return float((truth & found.masks[tick]).sum() / (truth | found.masks[tick]).sum())


def test_who_is_named_is_found_before_others_and_when_it_comes_again() -> None:
    found = look(crowded())
    there = [tick for tick in range(TICKS) if place(tick) is not None]
    gone = [tick for tick in range(TICKS) if place(tick) is None]
    assert found.seen[there].mean() > 0.9
    assert not found.seen[gone].any()
    assert np.median([overlap(found, tick) for tick in there]) > 0.8


def test_light_does_not_change_the_outlines_of_who_is_named() -> None:
    frames = crowded()
    light = (1 + 0.2 * np.sin(np.arange(TICKS) / 9))[:, None, None, None]
    steady, changing = look(frames), look((frames * light).clip(0, 255).astype(np.uint8))
    both = steady.seen & changing.seen
    assert both.sum() > 0.9 * steady.seen.sum()
    assert changing.sizes[both].mean() == pytest.approx(steady.sizes[both].mean(), rel=0.05)
