"""The script language."""

from pathlib import Path

import pytest

from glass.core.errors import GlassError
from playground.bundles.manifest import Manifest, read_manifest
from playground.core.action import MAX_TICKS, Action
from playground.scripts.language import parse_script, read_script
from playground.scripts.random_walk import random_walk


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


def test_groups(manifest: Manifest) -> None:
    def same(script: str, plain: str) -> bool:
        return parse_script(script, manifest) == parse_script(plain, manifest)

    assert same("(right*2 3)*2 up", "right*2 3 right*2 3 up")
    assert same("(right)", "right")
    assert same("( right 3 )*2", "right 3 right 3")
    assert same(
        "((shift(1,0)+pan(0,1) 2)*2 left)*2",
        "shift(1,0)+pan(0,1) 2 " * 2 + "left " + "pan(0,1)+shift(1,0) 2 " * 2 + "left",
    )
    assert same("(right (up 2*2))*2", "right up 2*2 right up 2*2")


def test_names_of_local_actions(manifest: Manifest) -> None:
    assert parse_script("shade_3*2 right+shade_1", manifest) == parse_script("3*2 right+1", manifest)


def test_random_walks(manifest: Manifest) -> None:
    walk = parse_script("right random(42)*20 random(7)", manifest)
    assert walk == (Action((2, 0)), *random_walk(manifest, 42, 20), *random_walk(manifest, 7, 1))
    assert parse_script("(random(1)*3)*2", manifest) == parse_script("random(1)*3 random(1)*3", manifest)


def test_files(manifest: Manifest, tmp_path: Path) -> None:
    path = tmp_path / "show.txt"
    path.write_text("# a show\n(right*2\n  3)*2  # twice\n\nup\n", encoding="utf-8")
    assert parse_script(read_script(path), manifest) == parse_script("(right*2 3)*2 up", manifest)
    path.write_text("right\nrigth", encoding="utf-8")
    with pytest.raises(GlassError, match=r"^show\.txt, line 2, word 2 'rigth'"):
        parse_script(read_script(path), manifest, path.name)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(GlassError, match="not text"):
        read_script(path)
    with pytest.raises(GlassError, match="no such file"):
        read_script(tmp_path / "none.txt")


def test_large_numbers_are_read(manifest: Manifest) -> None:
    assert len(parse_script("right*00000000000000000000000002 (up)*0003", manifest)) == 5
    assert parse_script(f"random({2**100})*5", manifest) != parse_script("random(0)*5", manifest)


def test_an_open_group(manifest: Manifest) -> None:
    with pytest.raises(GlassError, match=r"^script, word 2 '\(up': '\(' is never closed"):
        parse_script("right (up left", manifest)


def test_long_groups_are_refused_before_they_are_made(manifest: Manifest) -> None:
    with pytest.raises(GlassError, match="more than"):
        parse_script("(((right*999)*999)*999)*999", manifest)


def test_empty(manifest: Manifest) -> None:
    assert parse_script(" ", manifest) == ()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("rigth", "did you mean 'right'"),
        ("Right", "cannot read 'Right'"),
        ("jump", "unknown 'jump'; known are right left"),
        ("jump", "1..4 or shade_1"),
        ("shade1", "did you mean 'shade_1'"),
        ("Shade-1+right", "did you mean 'shade_1'"),
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
        ("right)", "without '('"),
        ("()*2", "nothing between"),
        ("(right)*0", "0 times"),
        ("(right)x", "cannot read 'x'; behind ')'"),
        ("(right)(up)", "cannot read '(up)'"),
        ("shade_9", "did you mean 'shade_"),
        ("shade_1+shade_2", "two local actions"),
        ("shade_1+2", "two local actions"),
        ("random", "random(SEED)"),
        ("random(x)", "random(SEED)"),
        ("random(1)+right", "its own word"),
        ("right+random(1)", "its own word"),
        ("random(1)*0", "0 times"),
        (f"random(1)*{MAX_TICKS + 1}", "more than"),
        (f"right*{MAX_TICKS + 1}", "more than"),
        ("right*99999999999", "more than"),
        (f"right*{'9' * 5000}", "more than"),
        (f"(right)*{'9' * 5000}", "more than"),
        (f"random(1)*{'9' * 5000}", "more than"),
        (f"random({'9' * 41})", "40 digits"),
        ("#right", "script files"),
    ],
)
def test_typos(manifest: Manifest, word: str, said: str) -> None:
    with pytest.raises(GlassError) as caught:
        parse_script(f"right {word} left", manifest)
    assert said in str(caught.value)
    assert str(caught.value).startswith("script, word 2 ")
