from pathlib import Path

import pytest

from glass.core.errors import GlassError
from playground.input.controls import Command
from playground.input.keymap import DEFAULT_KEYMAP, KeyBinding, Keymap
from playground.input.keymap_file import read_keymap

KEYS = {"a", "b", "c", "r", "v", "q", "1", "f1", "left", "shift+left", "space"}


def read(tmp_path: Path, text: str) -> Keymap:
    path = tmp_path / "keys.toml"
    path.write_text(text, encoding="utf-8")
    return read_keymap(path, DEFAULT_KEYMAP, KEYS.__contains__)


def test_what_the_file_names_is_changed_and_the_rest_stays(tmp_path: Path) -> None:
    keymap = read(tmp_path, 'record = "v"\nleft = ["left", "b"]\n1 = "q"\n[second]\n2 = "c"\nfaces = "a"\n')
    alone = keymap.for_game([4])
    assert alone.intent(("v",)) is Command.RECORD
    assert alone.intent(("r",)) is None
    assert alone.intent(("b",)) is Command.LEFT
    assert alone.intent(("q",)) == 1
    assert alone.intent(("right",)) is Command.RIGHT
    binding = keymap.for_game([4, 4]).binding(("c",))
    assert binding is not None and (binding.intent, binding.player) == (2, 1)
    assert keymap.for_game([4, 4]).binding(("a",)) == KeyBinding(Command.FACES, 1)


def test_a_key_given_to_another_wish_is_lost_to_its_own(tmp_path: Path) -> None:
    keymap = read(tmp_path, 'pause = "r"')
    assert keymap.intent(("r",)) is Command.PAUSE
    assert keymap.shown(Command.RECORD) == ""
    assert "recording" not in " ".join(row.description for row in keymap.rows())


def test_a_command_may_have_no_key(tmp_path: Path) -> None:
    assert read(tmp_path, "record = []").intent(("r",)) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("record = ", "not TOML"),
        ('rekord = "v"', "did you mean 'record'"),
        ('0 = "v"', "no command '0'"),
        ('99 = "v"', "no command '99'"),
        ('record = "nokey"', "no key 'nokey'"),
        ("record = 3", "must be the name of a key"),
        ('record = ["v", 3]', "must be the name of a key"),
        ('record = "v"\npause = "v"', "key 'v' stands for both"),
        ('second = "v"', "must be a table"),
        ('[second]\nrecord = "v"', "no command second.'record'"),
        ("\x00", "not TOML"),
    ],
)
def test_mistakes_are_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(GlassError) as error:
        read(tmp_path, text)
    assert said in str(error.value)
    assert "keys.toml" in str(error.value) and "\n" not in str(error.value)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "none.toml", "no such file"), (tmp_path, "cannot be read")):
        with pytest.raises(GlassError, match=said):
            read_keymap(path, DEFAULT_KEYMAP, KEYS.__contains__)
