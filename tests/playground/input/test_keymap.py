import pytest

from playground.input.controls import MOVES, PANS, Command
from playground.input.keymap import DEFAULT_KEYMAP, MOST_NUMBERS, KeyBinding, Keymap


def test_the_first_bound_name_of_a_stroke_counts() -> None:
    assert DEFAULT_KEYMAP.intent(("?", "/")) is Command.HELP
    assert DEFAULT_KEYMAP.intent(("R", "r")) is Command.RECORD
    assert DEFAULT_KEYMAP.intent(("&", "1")) == 1
    assert DEFAULT_KEYMAP.intent(("0",)) == 10
    assert DEFAULT_KEYMAP.intent(("j",)) is None


def test_a_key_stands_for_one_wish_only() -> None:
    with pytest.raises(ValueError, match="'r' stands for both 'record' and 'reset'"):
        Keymap({Command.RECORD: ("r",), Command.RESET: ("r",)})


def test_the_table_of_keys_names_every_command_and_the_models_numbers() -> None:
    rows = DEFAULT_KEYMAP.for_game([3]).rows()
    texts = [row.text for row in rows]
    assert texts[:3] == ["Arrows or W A S D", "1 2 3", "Shift+Arrows"]
    shown = set(" ".join(texts).split())
    others = [command for command in Command if command not in MOVES and command not in PANS]
    assert all(DEFAULT_KEYMAP.shown(command) in shown for command in others)
    assert len({row.description for row in rows}) == len(rows)


def test_the_table_leaves_out_what_has_no_key() -> None:
    (row,) = Keymap({Command.LEAVE: ("q",)}).rows()
    assert (row.text, row.description) == ("Q", "leave")


def test_ten_numbers_have_a_digit_and_more_need_shift() -> None:
    keymap = DEFAULT_KEYMAP.for_game([16])
    assert keymap.shown(10) == "0"
    assert keymap.shown(12) == "Shift+2"
    assert keymap.intent(("shift+2", "@", "2")) == 12
    assert DEFAULT_KEYMAP.for_game([10]).intent(("shift+2", "@", "2")) == 2


def test_a_second_player_has_the_letters_to_itself() -> None:
    alone, two = DEFAULT_KEYMAP.for_game([10]), DEFAULT_KEYMAP.for_game([10, 10])
    assert alone.binding(("w",)) == KeyBinding(Command.UP, 0)
    assert two.binding(("w",)) == KeyBinding(Command.UP, 1)
    assert two.binding(("up",)) == KeyBinding(Command.UP, 0)
    assert [two.binding((name,)) for name in "zxcvbn"] == [KeyBinding(number, 1) for number in range(1, 7)]
    assert alone.binding(("z",)) is None
    assert two.shown(6, 1) == "N"


def test_each_player_has_a_key_for_the_side_of_its_picture() -> None:
    alone, two = DEFAULT_KEYMAP.for_game([10]), DEFAULT_KEYMAP.for_game([10, 10])
    stroke = ("shift+u", "U", "u")
    assert alone.binding(stroke) == KeyBinding(Command.FACES, 0)
    assert two.binding(("u",)) == KeyBinding(Command.FACES, 0) and two.binding(stroke) == KeyBinding(Command.FACES, 1)
    rows = [(row.text, row.description) for row in two.rows() if row.binding and row.binding.intent is Command.FACES]
    said = "the picture faces the other way, or the front"
    assert rows == [("U", said), ("Shift+U", f"{said} (second player)")]


def test_every_local_action_of_a_second_player_has_a_key_of_its_own() -> None:
    keymap = DEFAULT_KEYMAP.for_game([MOST_NUMBERS, MOST_NUMBERS])
    assert keymap.shown(7, 1) == "Shift+Z" and keymap.binding(("shift+z", "Z", "z")) == KeyBinding(7, 1)
    keys = {name: number for number in range(1, MOST_NUMBERS + 1) for name in keymap.second[number]}
    assert [keymap.binding((name,)) for name in keys] == [KeyBinding(number, 1) for number in keys.values()]
    assert sorted(keys.values()) == list(range(1, MOST_NUMBERS + 1))


def test_the_table_can_be_written_into_a_document() -> None:
    lines = DEFAULT_KEYMAP.for_game([10]).markdown().splitlines()
    assert lines[0] == "| keys | do |"
    assert "| `F1` or `?` | show and hide this help |" in lines
