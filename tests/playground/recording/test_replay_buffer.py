"""The last seconds: exactly those, in bounded memory."""

import numpy as np

from playground.recording.replay_buffer import ReplayBuffer
from tests.playground.recording.moving import noise


def test_the_last_seconds_exactly() -> None:
    buffer = ReplayBuffer(tick_rate=5, seconds=2)
    assert buffer.frames() == ()
    frames = noise(33)
    for count, frame in enumerate(frames, 1):
        buffer.add(frame)
        assert np.array_equal(buffer.frames(), frames[max(0, count - 10) : count])


def test_what_was_asked_for_stays_while_play_goes_on() -> None:
    buffer = ReplayBuffer(tick_rate=5, seconds=1)
    frames = noise(12)
    for frame in frames[:6]:
        buffer.add(frame)
    asked = buffer.frames()
    for frame in frames[6:]:
        buffer.add(frame)
    assert np.array_equal(asked, frames[1:6])


def test_frames_may_change_once_they_were_added() -> None:
    buffer = ReplayBuffer(tick_rate=5, seconds=1)
    frame = np.zeros((4, 4, 3), np.uint8)
    for number in range(3):
        frame[:] = number
        buffer.add(frame)
    frame[:] = 9
    assert [int(kept[0, 0, 0]) for kept in buffer.frames()] == [0, 1, 2]


def test_memory_is_bounded() -> None:
    frames = noise(50)
    buffer = ReplayBuffer(tick_rate=10, seconds=2, limit=7 * frames[0].nbytes)
    for frame in frames:
        buffer.add(frame)
        assert sum(kept.nbytes for kept in buffer.frames()) <= 7 * frame.nbytes
    assert np.array_equal(buffer.frames(), frames[-7:])


def test_one_frame_is_always_kept() -> None:
    frames = noise(3)
    for buffer in (ReplayBuffer(tick_rate=1, seconds=0.1), ReplayBuffer(tick_rate=5, seconds=1, limit=1)):
        for frame in frames:
            buffer.add(frame)
        assert np.array_equal(buffer.frames(), frames[-1:])
