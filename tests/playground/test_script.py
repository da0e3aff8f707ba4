"""The script language."""

from pathlib import Path

import pytest

from playground.action import Action
from playground.errors import PlaygroundError
from playground.manifest import Manifest, read_manifest
from playground.script import MAX_TICKS, parse_script


@pytest.fixture(scope="module")
def manifest(painted_bundle: Path) -> Manifest:
    return read_manifest(painted_bundle)


@pytest.mark.parametrize(
    ("word", "action"),
    [
        ("right", Action((2, 0))),
        ("left", Action((-2, 0))),
        ("up", Action((0, -2))),
        ("down", Action((0, 2))),
        ("stay", Action()),
        ("3", Action(local_action=3)),
        ("right+up", Action((2, -2))),
        ("up+right+3", Action((2, -2), local_action=3)),
        ("4+left", Action((-2, 0), local_action=4)),
        ("stay+2", Action(local_action=2)),
        ("shift(-0.5,+1.25)", Action((-0.5, 1.25))),
        ("shift(-0.0,.5)+1", Action((0.0, 0.5), local_action=1)),
        ("shift(1e-05,-2.5E+0)", Action((1e-05, -2.5))),
        ("shift(7.,0)", Action((7, 0))),
        ("pan(1,0)", Action(pan=(1, 0))),
        ("pan(1,0)+left+2", Action((-2, 0), (1, 0), 2)),
        ("shift(1,2)+pan(-3,+4)+1", Action((1, 2), (-3, 4), 1)),
        ("pan(0.5,-0.375)+shift(7,0)", Action((7, 0), (0.5, -0.375))),
    ],
)
def test_words(manifest: Manifest, word: str, action: Action) -> None:
    assert parse_script(word, manifest) == (action,)
    assert parse_script(f"{word}*3", manifest) == (action,) * 3


def test_a_sentence(manifest: Manifest) -> None:
    actions = parse_script("  right*10 3*8\tleft+up+2\n", manifest)
    assert len(actions) == 19
    assert actions[9:11] == (Action((2, 0)), Action(local_action=3))
    assert actions[-1] == Action((-2, -2), local_action=2)


def test_empty(manifest: Manifest) -> None:
    assert parse_script(" ", manifest) == ()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("rigth", "did you mean 'right'"),
        ("Right", "cannot read 'Right'"),
        ("jump", "unknown 'jump'"),
        ("0", "1..4"),
        ("5", "1..4"),
        ("99999999999999999999", "1..4"),
        ("-1", "cannot read"),
        ("2.5", "cannot read '.5'"),
        ("right+3+4", "two local actions"),
        ("right+left", "opposite"),
        ("up+right+down", "opposite"),
        ("right+right", "twice"),
        ("stay+right", "'stay' and another"),
        ("right+shift(1,0)", "a direction and a shift"),
        ("stay+shift(1,0)", "a direction and a shift"),
        ("shift(1,0)+shift(1,0)", "two of shift"),
        ("pan(1,0)+pan(1,0)", "two of pan"),
        ("shift(1)", "cannot read 'shift(1)'"),
        ("shift(1,", "no spaces"),
        ("shift", "two numbers"),
        ("shift(a,b)", "cannot read 'shift(a,b)'"),
        ("shift(nan,0)", "cannot read"),
        ("shift(1e999,0)", "at most"),
        ("shift(2000000,0)", "at most"),
        ("right*0", "0 times"),
        ("right*", "cannot read '*'"),
        ("right*-1", "cannot read"),
        ("right*1.5", "cannot read"),
        ("right*2*3", "cannot read"),
        ("right*2+3", "cannot read"),
        ("*3", "cannot read"),
        ("right+", "nothing after"),
        ("+right", "cannot read"),
        ("right++up", "cannot read"),
        ("right,up", "cannot read ',up'"),
        ("right3", "cannot read '3'"),
        ("3right", "cannot read 'right'"),
        ("²", "cannot read"),
        ("٣", "cannot read"),
        (f"right*{MAX_TICKS + 1}", "more than"),
        ("right*99999999999", "cannot read"),
    ],
)
def test_typos(manifest: Manifest, word: str, said: str) -> None:
    with pytest.raises(PlaygroundError) as caught:
        parse_script(f"right {word} left", manifest)
    assert said in str(caught.value)
    assert str(caught.value).startswith("script, word 2 ")
