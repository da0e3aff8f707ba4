"""Games kept in files."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from glass.core.errors import GlassError
from playground import Action, Engine
from playground.bundles import library
from playground.pictures.picture import Picture
from playground.world.history import History
from playground.world.save_file import open_engines, open_world, quick_save_path, read_save, resume, write_save
from playground.world.world import World
from tests.playground.conftest import write_manifest, write_painted_bundle

Pixels = NDArray[np.uint8]
TURNS = [
    (Action((2, 0), (0.25, 0)), Action((0, 1), local_action=3)),
    (Action(hold=True), Action((-0.5, 0), scroll=(1, 0))),
    (Action((0, -1)), Action(local_action=1)),
]


@pytest.fixture(scope="module")
def engine(painted_bundle: Path) -> Engine:
    return Engine.load(painted_bundle)


@pytest.fixture
def played(engine: Engine, paint: Callable[..., Pixels]) -> tuple[History, list[Pixels]]:
    """A game of two, and its frames."""
    world = World([engine, engine])
    frames = [world.open([engine.find_agent(picture) for picture in [paint((4, 5)), paint((18, 9), red=220)]])[0].frame]
    history = History(world)
    frames += [history.step(turn)[0].frame for turn in TURNS * 3]
    return history, frames


@pytest.fixture
def file(tmp_path: Path, played: tuple[History, list[Pixels]]) -> Path:
    path = tmp_path / "deep" / "game.glass"
    write_save(path, played[0])
    return path


def test_a_game_goes_on(file: Path, engine: Engine, played: tuple[History, list[Pixels]]) -> None:
    history, frames = played
    again = resume(read_save(file), (engine, engine))
    assert np.array_equal(again.world.snapshot().observations[0].frame, frames[-1])
    assert (len(again.actions), again.reach) == (9, 0)
    assert np.array_equal(again.actions, history.actions)
    for turn in TURNS:
        a, b = history.step(turn), again.step(turn)
        assert np.array_equal(a[0].frame, b[0].frame)
        assert [one.position for one in a] == [one.position for one in b]
    assert np.array_equal(again.restart()[0].frame, frames[0])


def test_a_game_is_replayed(
    file: Path, played: tuple[History, list[Pixels]], painted_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "model_folders", lambda: (painted_bundle.parent,))
    save = read_save(file)
    for model in (None, str(painted_bundle)):
        world = open_world(save, open_engines(save, model))
        frames = [world.snapshot().observations[0].frame] + [world.step(turn)[0].frame for turn in save.actions]
        assert all(np.array_equal(a, b) for a, b in zip(frames, played[1], strict=True))


def test_a_game_that_has_not_begun(tmp_path: Path, engine: Engine, paint: Callable[..., Pixels]) -> None:
    world = World([engine])
    first = world.open([engine.find_agent(paint())])
    write_save(tmp_path / "a", History(world))
    again = resume(read_save(tmp_path / "a"), [engine])
    assert np.array_equal(again.world.snapshot().observations[0].frame, first[0].frame)
    assert len(again.actions) == 0


def test_nothing_is_left_beside(file: Path, played: tuple[History, list[Pixels]]) -> None:
    write_save(file, played[0])
    assert [path.name for path in file.parent.iterdir()] == ["game.glass"]
    with pytest.raises(GlassError, match="cannot be written"):
        write_save(file / "below.glass", played[0])


def test_other_models(file: Path, engine: Engine, own_bundle: Path, tmp_path: Path) -> None:
    save = read_save(file)
    other = Engine.load(write_painted_bundle(tmp_path / "other"))
    with pytest.raises(GlassError, match="a game of model 'painted', not of 'other'"):
        resume(save, (engine, other))
    with pytest.raises(GlassError, match="a game of 2 players, and this is one of one player"):
        resume(save, (engine,))
    shutil.copy(own_bundle / "segment.onnx", own_bundle / "step.onnx")
    write_manifest(own_bundle)
    with pytest.raises(GlassError, match="another version of model 'painted'"):
        open_engines(save, str(own_bundle))


def rewritten(file: Path, name: str, content: bytes | None) -> Path:
    """Write the file again, with one entry changed or left out."""
    with zipfile.ZipFile(file) as archive:
        entries = {entry: archive.read(entry) for entry in archive.namelist()}
    assert name in entries
    entries.pop(name)
    with zipfile.ZipFile(file, "w") as archive:
        for entry, value in (entries | ({} if content is None else {name: content})).items():
            archive.writestr(entry, value)
    return file


def npy(values: object, tmp_path: Path) -> bytes:
    np.save(tmp_path / "x.npy", np.array(values), allow_pickle=True)
    return (tmp_path / "x.npy").read_bytes()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("actions", None),
        ("actions", np.zeros((3, 1, 8))),
        ("actions", np.full((3, 2, 8), np.nan)),
        ("actions", np.full((3, 2, 8), 1e7)),
        ("0/frame", np.zeros((5, 5, 3))),
        ("0/frame", np.zeros((5, 5, 3), np.uint8)),
        ("1/mask", np.full((24, 32), 2, np.float32)),
        ("0/state", np.array([{}], object)),
        ("0/state", np.zeros((2, 2), np.float32)),
        ("1/crop", np.zeros((1, 4, 8, 8), np.float32)),
    ],
)
def test_damaged_contents(file: Path, engine: Engine, tmp_path: Path, name: str, values: object) -> None:
    content = None if values is None else npy(values, tmp_path)
    rewritten(file, f"{name}.npy", content)
    with pytest.raises(GlassError, match=r"game\.glass: .*damaged") as error:
        resume(read_save(file), (engine, engine))
    assert "\n" not in str(error.value)


def test_damaged_and_foreign_files(file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    for content in (b"", b"GIF89a", whole[: len(whole) // 2], whole[:300] + b"\0\0\0\0" + whole[304:]):
        file.write_bytes(content)
        with pytest.raises(GlassError, match="not a saved game, or damaged"):
            read_save(file)
    np.savez(tmp_path / "foreign.npz", a=np.zeros(3))
    with pytest.raises(GlassError, match="not a saved game, or damaged"):
        read_save(tmp_path / "foreign.npz")
    with pytest.raises(GlassError, match="no such file"):
        read_save(tmp_path / "nothing")
    with pytest.raises(GlassError, match="cannot be read"):
        read_save(tmp_path)


def test_formats_to_come(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        about = json.loads(archive.read("about.json"))
    rewritten(file, "about.json", json.dumps(about | {"format": 2}).encode())
    with pytest.raises(GlassError, match="format 2, this program reads format 1"):
        read_save(file)


def test_quick_saves_by_model(engine: Engine) -> None:
    one, two = quick_save_path([engine]), quick_save_path([engine, engine])
    assert (one.name, two.name) == ("painted.glass", "painted+painted.glass")


def test_a_known_background_is_kept(engine: Engine, tmp_path: Path) -> None:
    pixels = np.zeros((14, 20, 4), np.uint8)
    pixels[3:11, 7:13] = (255, 0, 0, 255)
    sea = Image.fromarray(np.random.default_rng(0).integers(0, 255, (24, 32, 3), np.uint8))
    world = World([engine])
    world.open([engine.find_agent(Picture("sprite", Image.fromarray(pixels), sea))])
    history = History(world)
    seen = [history.step([Action(shift=(2, 0))])[0].frame for _ in range(3)]
    write_save(tmp_path / "game.glass", history)
    save = read_save(tmp_path / "game.glass")
    again = open_world(save, [engine])
    for frame, actions in zip(seen, save.actions, strict=True):
        np.testing.assert_array_equal(again.step(actions)[0].frame, frame)
