"""Names of local actions in scripts."""

import pytest

from playground.bundles.action_names import named_codes, script_name


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("slash left", "slash_left"),
        ("Walk  Left-2", "walk_left_2"),
        ("wave2", "wave_2"),
        ("épée!", "epee"),
        ("go right", "go_right"),
        ("right", ""),
        ("Stay", ""),
        ("random", ""),
        ("2 hands", ""),
        ("прыжок", ""),
        ("", ""),
    ],
)
def test_names(label: str, name: str) -> None:
    assert script_name(label) == name


def test_a_name_means_one_local_action() -> None:
    assert named_codes(["wave", "slash left", "left", "Slash-Left", "jump"]) == {"wave": 1, "jump": 5}
