"""Data sets on disk: writing and reading back, replacing, folders of others, damage."""

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from glass.data.core.clip import Character, Clip
from glass.data.sources import open_source
from glass.data.sprites.camera import BACKGROUND_SIZE, Background
from glass.data.sprites.world import WorldConfig, render_clip
from glass.data.stored.clip_folder import read_clip, write_clip
from glass.data.stored.dataset import DatasetInfo, new_dataset, read_info
from glass.data.stored.folder_source import open_folder

INFO = DatasetInfo("test", {"clips": 2}, 3, 12.5, (128, 96), "none")
GREY = Background.of(np.full((BACKGROUND_SIZE, BACKGROUND_SIZE, 3), 90, np.uint8), (128, 96))


@pytest.fixture(scope="module")
def clip(character: Character) -> Clip:
    """A clip with truth."""
    return render_clip(np.random.default_rng(0), character, GREY, 7, WorldConfig(), "00000")


def write(out: Path, clip: Clip, splits: tuple[str, ...] = ("train", "test")) -> Path:
    """A data set that has the clip in each split."""
    with new_dataset(out, INFO) as dataset:
        for split in splits:
            dataset.add(split, clip)
    return out


def pictures(folder: Path, count: int, size: tuple[int, int] = (20, 10), suffix: str = "png") -> None:
    """Numbered pictures in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        Image.new("RGB", size, (number, 0, 0)).save(folder / f"{number:03d}.{suffix}")


def assert_same(one: Clip, other: Clip) -> None:
    """Compare two clips to the last bit."""
    for key in ("frames", "masks", "actions", "foreground_shifts", "background_shifts", "positions"):
        np.testing.assert_array_equal(getattr(one, key), getattr(other, key))
        assert getattr(one, key).dtype == getattr(other, key).dtype
    assert (one.name, one.character, one.action_names) == (other.name, other.character, other.action_names)
    assert {key: value.tolist() for key, value in one.measures.items()} == {
        key: value.tolist() for key, value in other.measures.items()
    }


def test_a_clip_is_read_back_exactly(clip: Clip, tmp_path: Path) -> None:
    write_clip(clip, tmp_path / clip.name)
    assert_same(read_clip(tmp_path / clip.name), clip)
    assert_same(read_clip(tmp_path / clip.name, 2, 3), clip.cut(2, 3))
    assert_same(read_clip(tmp_path / clip.name, 6, 1), clip.cut(6, 1))
    measured = replace(clip, action_names=("stay", "go"), measures={"height": np.linspace(0, 1, len(clip))})
    write_clip(measured, tmp_path / "measured" / clip.name)
    assert_same(read_clip(tmp_path / "measured" / clip.name, 2, 3), measured.cut(2, 3))
    with Image.open(tmp_path / clip.name / "masks" / "00000.png") as mask:
        assert set(np.unique(np.asarray(mask))) == {0, 255}


def test_a_data_set_says_what_it_is(clip: Clip, tmp_path: Path) -> None:
    out = write(tmp_path / "set", clip)
    assert read_info(out) == INFO and read_info(tmp_path) is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set"]
    source = open_source(str(out))
    assert source.tick_rate == 12.5 and source.licence == "none" and source.frame_size == (128, 96)
    assert_same(source.draw(np.random.default_rng(0), 7), clip)
    assert open_source(f"clips:path={out},split=test,weight=3").weight == 3


def test_a_data_set_of_ours_is_replaced_and_nothing_else(clip: Clip, tmp_path: Path) -> None:
    out = write(tmp_path / "set", clip)
    write(out, clip, splits=("validation",))
    assert sorted(path.name for path in out.iterdir()) == ["dataset.json", "validation"]
    (out / "notes.txt").write_text("keep me")
    with pytest.raises(GlassError, match=r"holds 'notes\.txt', which is not part"):
        write(out, clip)
    pictures(tmp_path / "foreign" / "train", 2)
    with pytest.raises(GlassError, match="holds 'train'"):
        write(tmp_path / "foreign", clip)
    (tmp_path / "file").write_text("")
    with pytest.raises(GlassError, match="is a file"):
        write(tmp_path / "file", clip)
    (tmp_path / "empty").mkdir()
    assert read_info(write(tmp_path / "empty", clip))


def test_a_failure_leaves_nothing_new(clip: Clip, tmp_path: Path) -> None:
    out = write(tmp_path / "set", clip)
    before = sorted(out.rglob("*"))
    with pytest.raises(KeyboardInterrupt), new_dataset(out, INFO) as dataset:
        dataset.add("validation", clip)
        raise KeyboardInterrupt
    assert sorted(out.rglob("*")) == before and [path.name for path in tmp_path.iterdir()] == ["set"]


def test_folders_of_others_are_clips_at_any_depth(tmp_path: Path) -> None:
    pictures(tmp_path / "a" / "one", 5, suffix="jpg")
    pictures(tmp_path / "two", 3, suffix="bmp")
    pictures(tmp_path / "two" / "masks", 3)
    (tmp_path / "two" / "notes.txt").write_text("not a frame")
    source = open_folder(tmp_path)
    assert sorted((clip.folder.name, clip.length) for clip in source.clips) == [("one", 5), ("two", 3)]
    assert source.frame_size == (20, 10)
    clip = source.draw(np.random.default_rng(0), 4)
    assert clip.name == "one" and clip.actions is None and clip.positions is None
    lengths = {len(source.draw(np.random.default_rng(seed), 2)) for seed in range(8)}
    assert lengths == {2}
    with pytest.raises(GlassError, match="longest clip has 5 frames, 6 are needed"):
        source.draw(np.random.default_rng(0), 6)


def test_a_folder_of_frames_is_one_clip(tmp_path: Path) -> None:
    pictures(tmp_path, 4)
    assert [clip.length for clip in open_folder(tmp_path).clips] == [4]


def test_splits_of_others(tmp_path: Path) -> None:
    pictures(tmp_path / "train" / "a", 3)
    pictures(tmp_path / "val" / "b", 2)
    assert [clip.length for clip in open_folder(tmp_path).clips] == [3]
    assert [clip.length for clip in open_folder(tmp_path, "validation").clips] == [2]
    with pytest.raises(GlassError, match="no folder 'test' in it"):
        open_folder(tmp_path, "test")


def test_a_folder_without_clips_and_one_of_several_sizes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(GlassError, match="nothing: no pictures"):
        open_folder(tmp_path / "nothing")
    pictures(tmp_path / "sizes" / "a", 2)
    pictures(tmp_path / "sizes" / "b", 2, size=(30, 10))
    with pytest.raises(GlassError, match="make all clips of one size"):
        open_folder(tmp_path / "sizes")


def test_damage_is_named(clip: Clip, tmp_path: Path) -> None:
    folder = tmp_path / "clip"
    write_clip(clip, folder)
    truth = json.loads((folder / "truth.json").read_text())
    (folder / "truth.json").write_text(json.dumps({**truth, "actions": [1, 2]}))
    with pytest.raises(GlassError, match="2 actions for 7 frames"):
        read_clip(folder)
    (folder / "truth.json").write_text("{}")
    with pytest.raises(GlassError, match=r"truth\.json: damaged"):
        read_clip(folder)
    (folder / "00003.png").write_bytes(b"text")
    with pytest.raises(GlassError, match=r"00003\.png: not a readable picture"):
        read_clip(folder)
    Image.new("RGB", (5, 5)).save(folder / "00003.png")
    with pytest.raises(GlassError, match=r"00003\.png: 5x5 pixels, but 00000\.png has 128x96"):
        read_clip(folder)
    with pytest.raises(GlassError, match=r"frames 5\.\.9 asked of a clip of 7"):
        read_clip(folder, 5, 5)


def test_a_damaged_description_is_named(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", '{"frame_size": [1, 2], "actions": [], "colour": 1}'):
        (tmp_path / "dataset.json").write_text(text)
        with pytest.raises(GlassError, match=r"dataset\.json: damaged or not ours"):
            read_info(tmp_path)
    with new_dataset(tmp_path / "next", msgspec.structs.replace(INFO, format=2)):
        pass
    with pytest.raises(GlassError, match="format 2, but this program reads 1"):
        read_info(tmp_path / "next")
