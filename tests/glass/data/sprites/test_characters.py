"""Casts of some sheets only: characters held out of a training, and the same ones to measure on."""

from pathlib import Path

import numpy as np
import pytest

from glass.core.errors import GlassError
from glass.data.core.splits import SPLITS
from glass.data.sources import WorldSource, open_source
from glass.data.sprites.characters import SheetCast, sheet_cast
from glass.data.sprites.sheets import SheetLibrary


@pytest.fixture(scope="module")
def library(made_up_lpc: Path) -> SheetLibrary:
    """Sheets body0, body1, feet0, legs0, legs1, torso0, torso1, hair0, hair1 and hair2."""
    return SheetLibrary(made_up_lpc)


def names(cast: SheetCast) -> set[str]:
    """Sheets of each character, joined, as `body0-feet0-legs1-torso0-hair2`."""
    return {cast.library.name(ids) for ids in cast.members}


def everyone(library: SheetLibrary) -> set[str]:
    return {library.name(ids) for split in SPLITS for ids in library.characters(split)}


@pytest.mark.parametrize("split", ["train", "test"])
def test_those_with_and_those_without_share_nobody(library: SheetLibrary, split: str) -> None:
    whole = names(sheet_cast(library, split))
    without = names(sheet_cast(library, split, without=("body1", "hair2")))
    assert without == {name for name in whole if "body1" not in name and "hair2" not in name}
    only = whole - without
    assert all("body1" in name or "hair2" in name for name in only)


def test_only_asks_for_one_of_each_layer_that_is_named(library: SheetLibrary) -> None:
    whole = names(sheet_cast(library, "train"))
    chosen = names(sheet_cast(library, "train", only=("body1", "hair1", "hair2")))
    assert chosen == {name for name in whole if "body1" in name and "hair0" not in name}
    assert chosen and chosen != whole


def test_what_is_held_out_is_never_drawn(made_up_lpc: Path, library: SheetLibrary) -> None:
    training = open_source(f"lpc:sheets={made_up_lpc},without=body1+hair2,recolour=0.5")
    unseen = open_source(f"lpc:sheets={made_up_lpc},only=body1+hair2")
    assert isinstance(training, WorldSource) and isinstance(unseen, WorldSource)
    trained, tested = (
        {source.draw(np.random.default_rng(seed), 2).character.removesuffix("-recoloured") for seed in range(30)}
        for source in (training, unseen)
    )
    assert not any("body1" in name or "hair2" in name for name in trained)
    assert tested and all("body1" in name and "hair2" in name for name in tested)
    assert not trained & tested and trained | tested <= everyone(library)


def test_the_first_words_of_a_sheets_name_are_enough(made_up_lpc: Path, tmp_path: Path) -> None:
    for path in made_up_lpc.rglob("*.png"):
        name = path.name.replace("hair0", "long_red").replace("hair1", "long_white").replace("hair2", "longer")
        (tmp_path / path.parent.name).mkdir(exist_ok=True)
        (tmp_path / path.parent.name / name).write_bytes(path.read_bytes())
    library = SheetLibrary(tmp_path)
    assert {name.split("-")[4] for name in names(sheet_cast(library, "train", only=("long",)))} == {
        "long_red",
        "long_white",
    }
    assert {name.split("-")[4] for name in names(sheet_cast(library, "train", without=("long",)))} == {"longer"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("only=beard", "no sheet is called 'beard'"),
        ("without=hair", "no sheet is called 'hair' or 'hair_...'"),
        ("without=body0+body1", "split 'train': has no characters"),
        ("only=body1,without=body1", "split 'train': has no characters"),
    ],
)
def test_mistakes_are_named(made_up_lpc: Path, options: str, message: str) -> None:
    with pytest.raises(GlassError, match=message):
        open_source(f"lpc:sheets={made_up_lpc},{options}")


def test_real_sheets_hold_out_skin_and_hair(real_sheets: Path) -> None:
    held_out = ("darkelf", "long", "ponytail")
    library = SheetLibrary(real_sheets / "lpc")
    trained = {tuple(name.split("-")) for name in names(sheet_cast(library, "train", without=held_out))}
    unseen = {tuple(name.split("-")) for name in names(sheet_cast(library, "test", only=held_out))}
    assert trained and not any(
        body == "darkelf" or hair.startswith(("long_", "ponytail_")) for body, *_, hair in trained
    )
    assert unseen and all(body == "darkelf" and hair.startswith(("long_", "ponytail_")) for body, *_, hair in unseen)
