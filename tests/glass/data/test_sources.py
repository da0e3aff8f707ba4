"""Sources: what specifications mean, what they refuse, and that drawing repeats."""

from pathlib import Path

import numpy as np
import pytest

from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.data.sources import ClipSource, WorldSource, open_source


def draw(source: ClipSource, seed: int = 0, length: int = 6) -> Clip:
    """A clip of the source."""
    return source.draw(np.random.default_rng(seed), length)


def check(source: ClipSource) -> None:
    """Draw from a source and look at what it says of itself."""
    clip = draw(source)
    assert clip.frames.shape == (6, 96, 128, 3) and source.frame_size == clip.frame_size
    assert clip.frames.tobytes() == draw(source).frames.tobytes() != draw(source, seed=1).frames.tobytes()
    assert source.tick_rate > 0 and source.licence and source.describe and source.name


def test_folk() -> None:
    source = open_source("folk:characters=2,weight=2.5")
    check(source)
    assert source.weight == 2.5 and draw(source).character in ("folk-000", "folk-001")


@pytest.mark.parametrize(("split", "first", "count"), [("train", 0, 800), ("validation", 800, 100), ("test", 900, 100)])
def test_folk_of_the_splits(split: str, first: int, count: int) -> None:
    source = open_source(f"folk:split={split}")
    assert isinstance(source, WorldSource) and len(source.cast) == count
    assert source.cast.character(0, np.random.default_rng(0)).name == f"folk-{first}".replace("folk-0", "folk-000")


def test_sheets(made_up_wsprites: Path, made_up_lpc: Path, photo: Path) -> None:
    check(open_source(f"wsprites:sheets={made_up_wsprites},background={photo},recolour=0.5"))
    check(open_source(f"lpc:sheets={made_up_lpc},split=test"))


def test_real_sheets(real_sheets: Path) -> None:
    photo = real_sheets / "wsprites" / "background.jpg"
    check(open_source(f"wsprites:sheets={real_sheets / 'wsprites'},background={photo},backgrounds=photo"))
    check(open_source(f"lpc:sheets={real_sheets / 'lpc'},background={photo},backgrounds=mixed"))


def test_options_reach_the_world(photo: Path) -> None:
    empty = draw(open_source(f"folk:characters=1,background={photo},backgrounds=photo,empty=1"))
    assert empty.masks is not None and not empty.masks.any()
    clips = [draw(open_source("folk:characters=1,edge=1"), seed, 40) for seed in range(4)]
    positions = np.concatenate([clip.positions for clip in clips])
    assert (positions < 32).any()


def test_splits_have_backgrounds_of_their_own() -> None:
    frames = [draw(open_source(f"folk:split={split},empty=1")).frames for split in ("train", "test")]
    assert (frames[0] != frames[1]).mean() > 0.5


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("nowhere", "nowhere: no such folder, and no source of this name"),
        ("folk:colour=3", "unknown option 'colour'; known: background,"),
        ("folk:split", "'split' is not key=value"),
        ("folk:empty=0,empty=1", "empty is given twice"),
        ("folk:empty=some", "empty=some must be a number"),
        ("folk:empty=2", "empty=2.0: must be a probability"),
        ("folk:split=dev", "split 'dev': must be one of"),
        ("folk:characters=801", "characters=801: split 'train' has 1 to 800"),
        ("folk:characters=-1", "characters=-1 must be a whole number"),
        ("folk:backgrounds=photo", "backgrounds=photo needs a picture"),
        ("folk:backgrounds=lava", "backgrounds=lava must be photo, generated"),
        ("folk:background=nowhere.png", "nowhere.png: no such"),
        ("wsprites:split=train", "sheets is missing"),
        ("clips:path=nowhere", "nowhere: no such folder of clips"),
    ],
)
def test_mistakes_are_named(spec: str, message: str) -> None:
    with pytest.raises(GlassError, match=message):
        open_source(spec)


def test_sheets_of_the_other_layout_are_refused(made_up_lpc: Path, made_up_wsprites: Path) -> None:
    with pytest.raises(GlassError, match="layout of 'lpc', not 'wsprites'"):
        open_source(f"wsprites:sheets={made_up_lpc}")
    with pytest.raises(GlassError, match="test split keep their colours"):
        open_source(f"wsprites:sheets={made_up_wsprites},split=test,recolour=0.5")
