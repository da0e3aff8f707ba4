"""Real robot data in the layouts it comes in: TFRecord files, frame folders made of them, playable video folders."""

import pickle
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from glass.data.sources import open_source
from glass.data.stored.folder_source import FolderSource, open_folder

LENGTH, SIDE = 4, 8


def field(number: int, content: bytes) -> bytes:
    """A length-delimited field of a protocol buffer."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    """Seven bits a byte, the last byte below 128."""
    low = value & 127
    return bytes([low]) if value < 128 else bytes([low | 128]) + varint(value >> 7)


def example(features: dict[str, bytes | list[float]]) -> bytes:
    """An Example of byte strings and packed floats, and a list of integers, which are of no interest."""
    entries = b""
    for name, value in features.items():
        if isinstance(value, bytes):
            feature = field(1, field(1, value))
        else:
            feature = field(2, field(1, struct.pack(f"<{len(value)}f", *value)))
        entries += field(1, field(1, name.encode()) + field(2, feature))
    integers = field(3, field(1, varint(300)))
    return field(1, entries + field(1, field(1, b"steps") + field(2, integers)))


def write_records(path: Path, examples: list[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    checksum = b"\0" * 4
    records = [struct.pack("<Q", len(each)) + checksum + each + checksum for each in examples]
    path.write_bytes(b"".join(records))


def frame(episode: int, tick: int, camera: str) -> np.ndarray:
    pixels = np.full((SIDE, SIDE, 3), (episode, tick, 10 if camera == "image_main" else 20), np.uint8)
    pixels[0, 0] = 255
    return pixels


def episode(number: int, length: int = LENGTH) -> bytes:
    features: dict[str, bytes | list[float]] = {}
    for tick in range(length):
        for camera in ("image_main", "image_aux1"):
            features[f"{tick}/{camera}/encoded"] = frame(number, tick, camera).tobytes()
        features[f"{tick}/endeffector_pos"] = [tick, number, 0.5]
        features[f"{tick}/action"] = [0.0] * 4
    return example(features)


@pytest.fixture
def bair(tmp_path: Path) -> Path:
    """Two files of training episodes, and one to test on."""
    root = tmp_path / "softmotion30_44k"
    write_records(root / "train" / "traj_0_to_1.tfrecords", [episode(0), episode(1)])
    write_records(root / "train" / "traj_2_to_2.tfrecords", [episode(2)])
    write_records(root / "test" / "traj_3_to_3.tfrecords", [episode(3)])
    return root


def test_records_are_clips(bair: Path) -> None:
    source = open_source(str(bair))
    assert source.frame_size == (SIDE, SIDE) and source.describe.startswith("3 clips")
    clips = [source.draw(np.random.default_rng(seed), 3) for seed in range(12)]
    assert {int(clip.frames[0, 1, 1, 0]) for clip in clips} == {0, 1, 2}
    for clip in clips:
        number, first = clip.frames[0, 1, 1, :2].tolist()
        wanted = [frame(number, first + tick, "image_main") for tick in range(3)]
        np.testing.assert_array_equal(clip.frames, np.stack(wanted))
        np.testing.assert_array_equal(clip.measures["x"], first + np.arange(3))
        assert (clip.measures["y"] == number).all() and clip.masks is None


def test_cameras_splits_and_weight(bair: Path) -> None:
    source = open_source(f"bair:path={bair},split=test,camera=aux,weight=2")
    clip = source.draw(np.random.default_rng(0), LENGTH)
    np.testing.assert_array_equal(clip.frames[1], frame(3, 1, "image_aux1"))
    assert source.weight == 2
    with pytest.raises(GlassError, match="has 4 frames, 5 are needed"):
        source.draw(np.random.default_rng(0), 5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("camera=top", "camera=top must be one of main, aux"),
        ("split=validation", "no folder 'validation'"),
        ("speed=1", "unknown option 'speed'"),
    ],
)
def test_mistakes_are_named(bair: Path, options: str, message: str) -> None:
    with pytest.raises(GlassError, match=message):
        open_source(f"bair:path={bair},{options}")


def test_damage_is_named(bair: Path) -> None:
    path = bair / "train" / "traj_2_to_2.tfrecords"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    with pytest.raises(GlassError, match=r"traj_2_to_2\.tfrecords: damaged"):
        open_source(str(bair))
    (bair / "train" / "traj_0_to_1.tfrecords").unlink()
    write_records(path, [b"\xff\xff\xff"])
    with pytest.raises(GlassError, match="the record at byte 12 is damaged"):
        open_source(str(bair))
    write_records(path, [example({"0/image_main/encoded": b"nothing"})])
    with pytest.raises(GlassError, match="not raw RGB squares"):
        open_source(str(bair))
    write_records(path, [example({"0/picture": b"abc"})])
    with pytest.raises(GlassError, match="no frames image_main"):
        open_source(str(bair))


class Trap:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.mark,)


def pictures(folder: Path, names: list[str]) -> None:
    """Pictures that tell their number in the list by their colour."""
    folder.mkdir(parents=True)
    for number, name in enumerate(names):
        Image.new("RGB", (SIDE, SIDE), (20 * number,) * 3).save(folder / name)


def order(source: FolderSource, length: int) -> list[int]:
    return (source.draw(np.random.default_rng(0), length).frames[:, 0, 0, 0] / 20).round().tolist()


def test_playable_video_folders_and_their_pickles_are_left_alone(tmp_path: Path) -> None:
    mark = tmp_path / "unpickled"
    for split in ("train", "val", "test"):
        for number in range(2):
            clip = tmp_path / "bair" / split / f"{number:05d}"
            pictures(clip, [f"{tick:05d}.png" for tick in range(3)])
            for name in ("actions", "dones", "metadata", "rewards"):
                (clip / f"{name}.pkl").write_bytes(pickle.dumps(Trap(mark)))
    for split in ("train", "validation", "test"):
        source = open_folder(tmp_path / "bair", split)
        assert [clip.length for clip in source.clips] == [3, 3]
        assert order(source, 3) == [0, 1, 2]
    assert not mark.exists()


@pytest.mark.parametrize("name", ["{}.png", "frame_{}.jpg", "{:02d}.png"])
def test_numbers_of_frames_count_as_numbers(tmp_path: Path, name: str) -> None:
    pictures(tmp_path / "processed" / "train" / "traj_0_to_255" / "0", [name.format(tick) for tick in range(12)])
    assert order(open_folder(tmp_path / "processed"), 12) == list(range(12))
