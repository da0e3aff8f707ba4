"""`glass-sheet` through its entry point: the files, and every mistake."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from playground.bundles import library
from playground.commands.sheet import main
from tests.playground.turning_model import two_coloured, write_turning_bundle


@pytest.fixture(autouse=True)
def place(
    tmp_path: Path, painted_bundle: Path, paint: Callable[..., NDArray[np.uint8]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A working folder with a picture, and one model."""
    handler = signal.getsignal(signal.SIGTERM)
    Image.fromarray(paint()).save(tmp_path / "me.png")
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(library, "model_folders", lambda: (painted_bundle.parent,))
    yield tmp_path
    signal.signal(signal.SIGTERM, handler)


def test_a_sheet_and_what_describes_it(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["me.png", "--out", "hero.png"]) == 0, capsys.readouterr().err
    told = json.loads((place / "hero.json").read_text(encoding="utf-8"))
    tags = [tag["name"] for tag in told["meta"]["frameTags"]]
    assert tags == ["idle", "walk_right", "walk_left", "walk_up", "walk_down"]
    with Image.open(place / "hero.png") as image:
        assert image.mode == "RGBA" and image.size == tuple(told["meta"]["size"].values())
    names = {path.name for path in place.glob("hero*")}
    animated = {f"hero-{tag}.gif" for tag in tags}
    assert names == {"hero.png", "hero.json", "hero.texturepacker.json", "hero.tres", "hero.credits.json", *animated}
    said = capsys.readouterr().out
    assert "5 actions by model painted" in said and "wrote hero.png, hero.json" in said


def test_options_reach_the_sheet(place: Path) -> None:
    arguments = ["--actions", "go=walk_left", "--cell", "40x50", "--formats", "aseprite-hash apng", "--scale", "2"]
    assert main(["me.png", "--out", "a.png", *arguments]) == 0
    assert {path.name for path in place.glob("a*")} == {"a.png", "a.hash.json", "a-go.apng", "a.credits.json"}
    told = json.loads((place / "a.hash.json").read_text(encoding="utf-8"))
    (first, *_) = told["frames"].values()
    assert first["sourceSize"] == {"w": 40, "h": 50}


def test_a_side_is_told(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two_coloured().save(place / "two.png")
    bundle = write_turning_bundle(tmp_path / "turning", seen=0)
    arguments = ["two.png", "--model", str(bundle), "--actions", "walk_right", "--formats", "aseprite"]
    assert main([*arguments, "--out", "unsure.png"]) == 0
    assert "not sure which side it faces" in capsys.readouterr().out
    assert main([*arguments, "--out", "left.png", "--faces", "left"]) == 0
    assert "not sure" not in capsys.readouterr().out
    unsure, left = (np.asarray(Image.open(place / f"{name}.png")) for name in ("unsure", "left"))
    first = np.flatnonzero(unsure[..., 3].any(0))[0] + 2
    row = len(unsure) // 2
    assert unsure[row, first, 0] > 100 and left[row, first, 2] > 100
    assert main([*arguments, "--out", "up.png", "--faces", "up"]) == 2
    assert "--faces 'up': give left, right or front" in capsys.readouterr().err


def test_a_mask_tells_what_is_on_the_sheet(place: Path) -> None:
    with Image.open(place / "me.png") as image:
        size = image.size
    mask = np.zeros(size[::-1], np.uint8)
    mask[size[1] // 3 : size[1] // 2, size[0] // 3 : size[0] // 2] = 255
    Image.fromarray(mask).save(place / "mask.png")
    assert main(["me.png", "--out", "a.png", "--mask", "mask.png", "--actions", "idle"]) == 0
    assert main(["me.png", "--out", "b.png", "--crop", f"0,0,{size[0]},{size[1]}", "--actions", "idle"]) == 0
    with Image.open(place / "a.png") as marked, Image.open(place / "b.png") as found:
        assert marked.tobytes() != found.tobytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["me.png"], "--out"),
        (["me.png", "--out", "a.gif"], "--out a.gif: give a name that ends in .png"),
        (["me.png", "--out", ""], "--out: empty"),
        (["me.png", "--out", "a.png", "--crop", "1,2"], "--crop '1,2': give X,Y,W,H"),
        (["me.png", "--out", "a.png", "--mask", "nobody.png"], "nobody.png: no such file"),
        (["me.png", "--out", "me.png"], "would replace me.png"),
        (["me.png", "--out", "none/a.png"], "no folder none"),
        (["none.png", "--out", "a.png"], "none.png"),
        (["me.png", "--out", "a.png", "--cell", "64"], "--cell '64': give width and height"),
        (["me.png", "--out", "a.png", "--cell", "4x4"], "the largest frame takes"),
        (["me.png", "--out", "a.png", "--pivot", "head"], "--pivot 'head': give feet or centre"),
        (["me.png", "--out", "a.png", "--layout", "round"], "--layout 'round': give rows, packed or lpc"),
        (["me.png", "--out", "a.png", "--layout", "lpc", "--cell", "32x32"], "leave out --cell"),
        (["me.png", "--out", "a.png", "--formats", "unity"], "--formats 'unity'"),
        (["me.png", "--out", "a.png", "--palette", "none.gpl"], "--palette none.gpl: no such file"),
        (["me.png", "--out", "a.png", "--palette", ""], "--palette: empty"),
        (["me.png", "--out", "a.png", "--actions", "fly"], "--actions: unknown 'fly'"),
        (["me.png", "--out", "a.png", "--scale", "0"], "--scale"),
    ],
)
def test_mistakes(place: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1
    assert not list(place.glob("a*"))
