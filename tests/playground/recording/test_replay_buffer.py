"""The last seconds: exactly those, in bounded memory."""

import numpy as np

from playground.recording.replay_buffer import ReplayRing
from tests.playground.recording.moving import moving, noise, photo_like


def test_the_last_seconds_exactly() -> None:
    ring = ReplayRing(tick_rate=5, seconds=2)
    assert len(ring) == 0
    assert list(ring.frames()) == []
    frames = noise(33)
    for count, frame in enumerate(frames, 1):
        ring.add(frame)
        assert len(ring) == min(count, 10)
        assert np.array_equal(list(ring.frames()), frames[max(0, count - 10) : count])


def test_what_was_asked_for_stays_while_play_goes_on() -> None:
    ring = ReplayRing(tick_rate=5, seconds=1)
    frames = noise(12)
    for frame in frames[:6]:
        ring.add(frame)
    asked = ring.frames()
    for frame in frames[6:]:
        ring.add(frame)
    assert np.array_equal(list(asked), frames[1:6])


def test_frames_may_change_once_they_were_added() -> None:
    ring = ReplayRing(tick_rate=5, seconds=1)
    frame = np.zeros((4, 4, 3), np.uint8)
    for number in range(3):
        frame[:] = number
        ring.add(frame)
    frame[:] = 9
    assert [int(kept[0, 0, 0]) for kept in ring.frames()] == [0, 1, 2]


def test_another_size_begins_anew() -> None:
    ring = ReplayRing(tick_rate=5)
    for frame in (*noise(4), *moving(2, 4), *photo_like(3)):
        ring.add(frame)
    assert np.array_equal(list(ring.frames()), photo_like(3))


def test_memory_is_bounded() -> None:
    ring = ReplayRing(tick_rate=10, seconds=2)
    frames = noise(50)
    sizes = []
    for frame in frames:
        ring.add(frame)
        sizes.append(ring.size)
    assert max(sizes) < 22 * (frames[0].nbytes + 64)
    for frame in moving(40, 200):
        ring.add(frame)
    assert ring.size < 4 * frames[0].nbytes


def test_a_ring_of_one_frame() -> None:
    ring = ReplayRing(tick_rate=1, seconds=0.1)
    frames = noise(3)
    for frame in frames:
        ring.add(frame)
    assert np.array_equal(list(ring.frames()), frames[-1:])
