"""The manifest: read back as written, and every flaw told in one sentence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glass.core.errors import GlassError
from playground.bundles.manifest import Act, parse_manifest, read_manifest


@pytest.fixture
def text(painted_bundle: Path) -> str:
    return (painted_bundle / "manifest.json").read_text(encoding="utf-8")


def test_round_trip(text: str) -> None:
    manifest = parse_manifest(text)
    assert parse_manifest(manifest.to_json()) == manifest
    assert json.loads(manifest.to_json()) == json.loads(text)
    assert manifest.codes == 4
    assert manifest.starts == ("starts/0.png", "starts/1.png")


def test_tiny_bundle_is_valid(tiny_bundle: Path) -> None:
    manifest = read_manifest(tiny_bundle)
    assert (manifest.frame_size, manifest.window, manifest.codes) == ((32, 24), 16, 4)


@pytest.mark.parametrize(
    ("shift", "code"),
    [((3, 0), 1), ((-3, 0), 2), ((0, -1), 3), ((0, 1), 4), ((0.0, -0.0), 4), ((-2, 2), 2), ((1, -2), 3)],
)
def test_default_local_action(text: str, shift: tuple[float, float], code: int) -> None:
    manifest = parse_manifest(text)
    assert manifest.default_local_action(shift) == code


def counts(codes: int = 4, **rows: Any) -> dict[str, Any]:
    """What a manifest may say about what followed what."""
    ways = ("right", "left", "up", "down", "stay")
    return {
        "directions": {way: [1, 0, 0, 0, 2] for way in ways} | rows,
        "local_actions": {way: [[3] * codes] * codes for way in ways},
    }


def test_an_edge_to_reach_in_from_may_be_there(text: str) -> None:
    assert parse_manifest(text).enters is None
    manifest = parse_manifest(json.dumps(json.loads(text) | {"enters": "top"}))
    assert manifest.enters == "top" and parse_manifest(manifest.to_json()) == manifest
    with pytest.raises(GlassError, match="enters must be one of"):
        parse_manifest(json.dumps(json.loads(text) | {"enters": "above"}))


def test_a_model_may_take_several_views(text: str) -> None:
    assert parse_manifest(text).views == 1 and '"views"' not in parse_manifest(text).to_json()
    manifest = parse_manifest(json.dumps(json.loads(text) | {"views": 4}))
    assert manifest.views == 4 and parse_manifest(manifest.to_json()) == manifest
    with pytest.raises(GlassError, match="views must be at least 1"):
        parse_manifest(json.dumps(json.loads(text) | {"views": 0}))


def test_transitions_are_read(text: str) -> None:
    manifest = parse_manifest(json.dumps(json.loads(text) | {"transitions": counts()}))
    assert manifest.transitions.directions["left"] == (1, 0, 0, 0, 2)
    assert manifest.transitions.local_actions["stay"][3] == (3, 3, 3, 3)
    assert parse_manifest(manifest.to_json()) == manifest
    assert "[3, 3, 3, 3]" in manifest.to_json()


def test_labels_are_kept_as_they_are(text: str) -> None:
    table = json.loads(text)
    table["local_actions"][0]["label"] = "[ 1,\n 2 ]"
    assert parse_manifest(parse_manifest(json.dumps(table)).to_json()).local_actions[0].label == "[ 1,\n 2 ]"


def change(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda table: table.__setitem__(key, value)


@pytest.mark.parametrize(
    ("flaw", "said"),
    [
        (lambda t: t.pop("speed"), "no key ['speed']"),
        (lambda t: t.pop("transitions"), "the manifest has no key ['transitions']"),
        (lambda t: t.pop("format"), "the manifest has no key ['format']"),
        (lambda t: t["default_local_actions"].update(up="a"), "default_local_actions.* must be a whole number"),
        (lambda t: t["local_actions"][1].update(length="a"), "local_actions.length must be a whole number"),
        (change("local_actions", 3), "local_actions must be a list"),
        (change("mask_size", 3), "mask_size must be a table of keys"),
        (change("enters", 3), "enters must be text"),
        (change("spede", 1), "unknown key ['spede']"),
        (lambda t: t["mask_size"].pop("min"), "no key ['min']"),
        (lambda t: t["local_actions"][0].update(colour="red"), "unknown key ['colour']"),
        (change("format", 2), "format is 2"),
        (change("format", True), "whole number"),
        (change("window", 16.0), "window must be a whole number"),
        (change("window", 0), "window must be at least 1"),
        (change("frame_size", [32]), "list of 2"),
        (change("frame_size", [32, 4]), "at least 8"),
        (change("tick_rate", "fast"), "tick_rate must be a number"),
        (change("tick_rate", float("nan")), "tick_rate"),
        (change("tick_rate", 0), "tick_rate"),
        (change("speed", -1), "speed"),
        (change("speed", float("inf")), "speed"),
        (change("max_shift", [1, None]), "max_shift must be a number"),
        (change("local_actions", []), "local_actions is empty"),
        (change("local_actions", [{"label": "a", "length": 0}]), "length"),
        (change("name", 3), "name must be text"),
        (change("default_local_actions", {"right": 1}), "default_local_actions needs"),
        (lambda t: t["default_local_actions"].update(up=5), "not in 1..4"),
        (change("mask_size", {"min": 0.5, "max": 0.1}), "min < max"),
        (change("transitions", {"directions": {}}), "transitions has no key ['local_actions']"),
        (change("transitions", {"directions": {}, "local_actions": {}}), "transitions.directions needs"),
        (lambda t: t.update(transitions=counts(stay=[1])), "rows of 5"),
        (lambda t: t.update(transitions=counts(stay=[1, 1, 1, 1, -1])), "at least 0"),
        (lambda t: t.update(transitions=counts(codes=3)), "tables of 4 x 4"),
        (lambda t: t.update(transitions=counts(stay=[1, 1, 1, 1, 0.5])), "whole number"),
        (lambda t: t["files"].pop("step.onnx"), "files has no step.onnx"),
        (lambda t: t["files"].update({"../x": "0"}), "leaves the bundle"),
        (lambda t: t["files"].update({"/etc/x": "0"}), "leaves the bundle"),
        (lambda t: t["files"].update({"c:x": "0"}), "leaves the bundle"),
    ],
)
def test_flaws(text: str, flaw: Callable[[dict[str, Any]], None], said: str) -> None:
    table = json.loads(text)
    flaw(table)
    with pytest.raises(GlassError) as caught:
        parse_manifest(json.dumps(table), "here/manifest.json")
    assert said in str(caught.value)
    assert str(caught.value).startswith("here/manifest.json: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"a"', "[" * 100_000])
def test_not_a_manifest(text: str) -> None:
    with pytest.raises(GlassError):
        parse_manifest(text)


def test_unreadable(tmp_path: Path) -> None:
    with pytest.raises(GlassError, match=r"no manifest\.json there"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(GlassError, match="not text"):
        read_manifest(tmp_path)


def with_acts(text: str, **acts: dict[str, Any]) -> str:
    """Return the text with acts of some local actions, `act1` on."""
    values = json.loads(text)
    for name, act in acts.items():
        values["local_actions"][int(name[3:]) - 1]["act"] = act
    return json.dumps(values)


def test_acts_are_read_and_written(text: str) -> None:
    given = with_acts(text, act1={"rise": [2, 1], "fall": [3], "way": "left"}, act4={"same_as": 1})
    manifest = parse_manifest(given)
    acts = [action.act for action in manifest.local_actions]
    assert acts == [Act((2, 1), (3,), "left"), None, None, Act(same_as=1)]
    assert parse_manifest(manifest.to_json()) == manifest and "null" not in manifest.to_json()
    assert parse_manifest(text).with_acts({1: acts[0], 4: acts[3]}) == manifest  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("act", "problem"),
    [
        ({"rise": [], "fall": [1]}, "rise is empty"),
        ({"rise": [1, 5]}, "outside 1..4"),
        ({"rise": [1], "fall": [0]}, "outside 1..4"),
        ({"rise": [1], "way": "north"}, "way must be one of"),
        ({"same_as": 1}, "same_as must be one that is played"),
        ({"same_as": 9}, "same_as must be one that is played"),
        ({"rise": [1], "same_as": 2}, "same_as must be one that is played"),
        ({"rise": [1], "peak": 2}, "act has an unknown key"),
        ({"rise": 1}, "local_actions.act.rise must be a list"),
    ],
)
def test_an_act_plays_what_there_is(text: str, act: dict[str, Any], problem: str) -> None:
    with pytest.raises(GlassError, match=problem):
        parse_manifest(with_acts(text, act1=act, act2={"rise": [2]}))
