from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from playground.commands.opened_files import options_for


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    paths = [tmp_path / f"{name}.png" for name in "abc"]
    for path in paths:
        Image.new("RGB", (9, 9)).save(path)
    return paths


def test_a_picture_and_two_pictures(pictures: list[Path]) -> None:
    options, note = options_for((pictures[0],), "sprites")
    assert (options.images, options.model, options.replay, note) == ([str(pictures[0])], "sprites", None, "")
    options, _ = options_for(tuple(pictures[:2]), None)
    assert options.images == [str(path) for path in pictures[:2]]


def test_more_than_two_are_left_out_and_said(pictures: list[Path]) -> None:
    options, note = options_for(tuple(pictures), None)
    assert options.images == [str(path) for path in pictures[:2]]
    assert note == "at most two can play; 1 more were left out"


def test_a_saved_game_goes_on_alone(pictures: list[Path], tmp_path: Path) -> None:
    options, _ = options_for((tmp_path / "x.glass",), None)
    assert options.replay == str(tmp_path / "x.glass") and options.images is None
    with pytest.raises(GlassError, match="alone"):
        options_for((tmp_path / "x.glass", pictures[0]), None)


def test_of_a_video_the_first_frame_is_played(pictures: list[Path], tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    with av.open(str(tmp_path / "walk.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for level in (200, 20, 20):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), level, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    options, note = options_for((tmp_path / "walk.mp4",), None)
    assert "walk.mp4: its first frame is played" in note and "glass-learn" in note
    assert options.images is not None
    with Image.open(options.images[0]) as image:
        assert image.size == (64, 48) and abs(int(np.asarray(image).mean()) - 200) < 12


def test_what_is_neither_is_left_to_those_who_read_it(pictures: list[Path], tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"nothing")
    with pytest.raises(GlassError, match="not a picture"):
        options_for((tmp_path / "bad.png",), None)
    options, _ = options_for((tmp_path / "gone.png",), None)
    assert options.images == [str(tmp_path / "gone.png")]
