"""The cache of frames: whole or not there, read once, and drawn from without crossing a cut."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from glass.core.errors import GlassError
from glass.footage import cache
from glass.footage.cache import Footage
from glass.footage.prepare import FootageOptions, prepare
from glass.footage.source import FootageSource
from tests.fixtures.own_clips import SIZE, walk, write_animation, write_folder, write_video


def read(*paths: Path, to: Path, options: FootageOptions | None = None) -> Footage:
    return prepare(paths, options or FootageOptions(), to, lambda name, frames: None)


def test_frames_are_kept_as_they_are(tmp_path: Path) -> None:
    frames = walk(30)
    footage = read(write_folder(tmp_path / "clip", frames), to=tmp_path / "cache" / "frames")
    assert (footage.frames == frames).all()
    assert (footage.frame_size, footage.rate, footage.problems) == (SIZE, 10, ())
    assert footage.seconds == pytest.approx(3)
    assert [(take.start, take.length) for take in footage.takes] == [(0, 30)]
    assert isinstance(footage.frames, np.memmap) and not footage.frames.flags.writeable


def test_it_is_read_once(tmp_path: Path) -> None:
    clip = write_folder(tmp_path / "clip", walk(12))
    folder = tmp_path / "frames"
    read(clip, to=folder)
    before = (folder / cache.FRAMES).stat().st_mtime_ns
    read(clip, to=folder)
    assert (folder / cache.FRAMES).stat().st_mtime_ns == before
    os.utime(clip / "00003.png", ns=(0, 0))
    read(clip, to=folder)
    assert (folder / cache.FRAMES).stat().st_mtime_ns != before


def test_a_damaged_cache_is_read_again(tmp_path: Path) -> None:
    frames = walk(12)
    clip, folder = write_folder(tmp_path / "clip", frames), tmp_path / "frames"
    read(clip, to=folder)
    whole = (folder / cache.FRAMES).read_bytes()
    for content in (b"\0" + whole[1:], whole[:-1], b""):
        (folder / cache.FRAMES).write_bytes(content)
        assert (read(clip, to=folder).frames == frames).all()
    for text in ("", "[]", "{}", json.dumps({"fingerprint": 3})):
        (folder / cache.INDEX).write_text(text)
        assert (read(clip, to=folder).frames == frames).all()


def test_damaged_clips_are_named_and_left_out(tmp_path: Path) -> None:
    good = write_folder(tmp_path / "good", walk(12))
    torn = write_animation(tmp_path / "torn.gif", walk(20, seed=2))
    torn.write_bytes(torn.read_bytes()[:9000])
    (tmp_path / "text.mp4").write_text("hello")
    bad = write_folder(tmp_path / "bad", walk(4))
    (bad / "00002.png").write_bytes((bad / "00002.png").read_bytes()[:900])
    footage = read(torn, good, tmp_path / "text.mp4", bad, tmp_path / "none.gif", to=tmp_path / "frames")
    assert (footage.frames == walk(12)).all()
    assert [take.clip for take in footage.takes] == [str(good)]
    assert len(footage.problems) == 4
    for name in ("torn.gif", "text.mp4", "00002.png", "none.gif"):
        assert sum(name in problem for problem in footage.problems) == 1


def test_cuts_split_a_clip(tmp_path: Path) -> None:
    frames = np.concatenate([walk(20, seed=1), walk(14, seed=2)])
    footage = read(write_video(tmp_path / "clip.mp4", frames), to=tmp_path / "frames")
    assert [(take.start, take.length) for take in footage.takes] == [(0, 20), (20, 14)]


def test_animation_drawn_on_threes_is_read_at_its_own_rate(tmp_path: Path) -> None:
    frames = walk(30)
    footage = read(write_video(tmp_path / "clip.mp4", np.repeat(frames, 3, 0), 30), to=tmp_path / "frames")
    assert footage.rate == pytest.approx(10)
    assert len(footage.frames) in (30, 31)


def test_variable_times(tmp_path: Path) -> None:
    times = [0, 10, 20, 50, 60, 70, 80, 90]
    footage = read(write_video(tmp_path / "clip.mkv", walk(8), 100, times), to=tmp_path / "frames")
    assert footage.rate == pytest.approx(10)
    assert len(footage.frames) == 10


def test_a_full_cache_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_BYTES", 20 * 3 * SIZE[0] * SIZE[1])
    clips = [write_folder(tmp_path / name, walk(12, seed)) for seed, name in enumerate("abc")]
    footage = read(*clips, to=tmp_path / "frames")
    assert len(footage.frames) == 20
    assert [problem.split(":")[0] for problem in footage.problems] == [str(clips[2])]


def test_interrupted_reading_leaves_nothing(tmp_path: Path) -> None:
    clip = write_folder(tmp_path / "clip", walk(40))
    (tmp_path / "cache").mkdir()

    def interrupt(name: str, frames: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare([clip], FootageOptions(), tmp_path / "cache" / "frames", interrupt)
    assert list((tmp_path / "cache").iterdir()) == []


def test_takes_are_drawn_without_crossing_a_cut(tmp_path: Path) -> None:
    clips = [write_folder(tmp_path / name, walk(12, seed)) for seed, name in enumerate("ab")]
    source = FootageSource(read(*clips, to=tmp_path / "frames"), stride=2)
    assert (source.tick_rate, source.longest) == (5.0, 6)
    footage = source.footage
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(40):
        frames = source.draw(rng, 5).frames
        starts = [s for s in (0, 1, 2, 3, 12, 13, 14, 15) if (footage.frames[s : s + 9 : 2] == frames).all()]
        assert len(starts) == 1
        seen.add(starts[0])
    assert seen == {0, 1, 2, 3, 12, 13, 14, 15}
    with pytest.raises(GlassError, match="longest take has 6 ticks, 7 are needed"):
        source.draw(rng, 7)
    assert "a, b" in source.describe
