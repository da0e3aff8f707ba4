"""The benchmark of learning a clip: the video it learns from, and mistakes."""

from pathlib import Path

import av
import pytest

from benchmarks.learn import draw, main, write_video


def test_the_video_shows_a_character_with_the_truth(tmp_path: Path) -> None:
    clip, rate = draw("folk:split=test", 1.0, seed=2)
    assert clip.masks is not None and clip.masks.any()
    write_video(clip.frames, rate, tmp_path / "clip.mp4")
    with av.open(str(tmp_path / "clip.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == len(clip.frames) == 10
    height, width = clip.frames.shape[1:3]
    scale = frames[0].shape[0] // height
    near = frames[0].reshape(height, scale, width, scale, 3).mean((1, 3))
    assert abs(near - clip.frames[0]).mean() < 8


@pytest.mark.parametrize("spec", ["nothing:", "robot:"])
def test_what_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], spec: str) -> None:
    assert main(["--clip", spec, "--out", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and said.out == ""
    assert not list(tmp_path.iterdir())
