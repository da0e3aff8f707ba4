"""Keymaps read from TOML files."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from glass.core.errors import GlassError
from playground.input.controls import MOVES, Command, Intent
from playground.input.keymap import MOST_NUMBERS, Keymap


def read_keymap(path: Path, defaults: Keymap, is_key: Callable[[str], bool]) -> Keymap:
    """Read a keymap from a TOML file: lines such as ``record = "v"``, ``left = ["left", "j"]`` or ``1 = "q"``.

    What the file does not name keeps its default keys, but for those that the file gives away. A table ``[second]``
    has the moves, the numbers and `faces` of a second player. `is_key` says whether a key goes by a name.

    Raises:
        GlassError: the file cannot be read, is no TOML, or names a command or a key that there is none, or a key
            for two.
    """
    import tomllib  # late: most games are played with the default keys

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise GlassError(f"keymap {path}: no such file") from None
    except OSError as error:
        raise GlassError(f"keymap {path}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        reason = " ".join(str(error).split())[:120]
        raise GlassError(f'keymap {path}: not TOML ({reason}); write lines such as record = "v"') from None
    try:
        second = table.pop("second", {})
        if not isinstance(second, dict):
            raise GlassError("[second] must be a table")
        first = _intents(table, is_key, "")
        return Keymap(_changed(defaults.keys, first), _changed(defaults.second, _intents(second, is_key, "second.")))
    except (GlassError, ValueError) as error:
        raise GlassError(f"keymap {path}: {error}") from None


def _intents(table: Mapping[str, Any], is_key: Callable[[str], bool], where: str) -> dict[Intent, tuple[str, ...]]:
    """Return the keys of each intent that a table names."""
    numbers = [str(number) for number in range(1, MOST_NUMBERS + 1)]
    known = [*(str(command) for command in ((*MOVES, Command.FACES) if where else Command)), *numbers]
    keys: dict[Intent, tuple[str, ...]] = {}
    for name, value in table.items():
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known[: -len(numbers)])}"
            raise GlassError(f"no command {where}{name!r}; {hint}")
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(key, str) for key in names):
            raise GlassError(f'{where}{name} must be the name of a key, or a list of names such as ["left", "a"]')
        for key in names:
            if not is_key(key):
                raise GlassError(f'{where}{name}: no key {key!r}; give a name such as "a", "f1" or "shift+left"')
        keys[int(name) if name in numbers else Command(name)] = tuple(names)
    return keys


def _changed(
    defaults: Mapping[Intent, Sequence[str]], changes: Mapping[Intent, tuple[str, ...]]
) -> dict[Intent, tuple[str, ...]]:
    """Return the defaults with some intents' keys changed; a key given to another intent is lost to its own."""
    taken = {name for names in changes.values() for name in names}
    kept = {intent: tuple(name for name in names if name not in taken) for intent, names in defaults.items()}
    return kept | dict(changes)
