from dataclasses import replace
from pathlib import Path

import pytest

from glass.core.errors import GlassError
from playground.bundles.manifest import LocalAction, Manifest, read_manifest
from playground.spritesheets.actions import ActionKind, choose_actions, sheet_actions


@pytest.fixture
def manifest(painted_bundle: Path) -> Manifest:
    """A model of walks with 1 to 3 and of two acts, whose names are the same."""
    manifest = read_manifest(painted_bundle)
    names = ("go", "go left", "climb", "hit", "hit", "idle")
    defaults = {"right": 1, "left": 2, "up": 3, "down": 3, "stay": 4}
    table = {way: ((1,) * 6,) * 6 for way in defaults}
    return replace(
        manifest,
        local_actions=tuple(LocalAction(name, 2) for name in names),
        default_local_actions=defaults,
        transitions=replace(manifest.transitions, local_actions=table),
    )


def test_each_local_action_has_a_row_and_each_row_a_name(manifest: Manifest) -> None:
    actions = sheet_actions(manifest)
    names = ["idle", "walk_right", "walk_left", "walk_up", "walk_down", "hit", "hit_2", "idle_2"]
    assert [action.name for action in actions] == names
    assert {action.local_action for action in actions} == {1, 2, 3, 4, 5, 6}
    right = actions[1]
    assert right.kind is ActionKind.WALK and right.shift == (manifest.speed, 0)


def test_actions_are_chosen_by_name_number_and_new_name(manifest: Manifest) -> None:
    chosen = choose_actions(sheet_actions(manifest), "hurt=hit_2, 4 walk")
    assert [(action.name, action.local_action) for action in chosen] == [
        ("hurt", 5),
        ("hit", 4),
        ("walk_right", 1),
        ("walk_left", 2),
        ("walk_up", 3),
        ("walk_down", 3),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("walk_lef", "did you mean 'walk_left'?"),
        ("7", "known are idle walk_right"),
        ("hit hit", "given twice"),
        (" , ", "names no action"),
        ("?=hit", "give a new name"),
        ("=hit", "give a new name"),
        ("all=walk", "give a new name of letters and one action"),
    ],
)
def test_a_wrong_choice_is_told(manifest: Manifest, text: str, said: str) -> None:
    with pytest.raises(GlassError, match=said.replace("?", r"\?")):
        choose_actions(sheet_actions(manifest), text)
