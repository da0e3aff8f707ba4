"""Key bindings, and the table of keys shown in the help and the documentation.

A key is a name (``"left"``, ``"a"``, ``"f1"``), or one with shift or ctrl (``"shift+left"``, ``"ctrl+o"``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from playground.input.controls import MOVES, PANS, Command, Intent

PLAYERS = 2
"""Maximum number of players on a keyboard."""
MOST_NUMBERS = 16
"""Maximum number of local actions with keys of their own."""


@dataclass(frozen=True)
class KeyBinding:
    """What a key, a button or a row of the table of keys asks for."""

    intent: Intent
    player: int = 0
    """Whose move or local action it is, or whose picture it is about, counted from 0."""


@dataclass(frozen=True)
class KeyTableRow:
    """A row of the table of keys."""

    group: str
    """Heading it stands under."""
    keys: tuple[str, ...]
    """Names of the keys, for people."""
    description: str
    """What they do."""
    binding: KeyBinding | None = None
    """The one command that they stand for; None for several, or a thing to do by hand."""

    @property
    def text(self) -> str:
        """The keys in one line."""
        return " ".join(self.keys)


_GROUPS: Mapping[str, Mapping[Command, str]] = {
    "Play": {
        Command.SLOWER: "walk slower",
        Command.FASTER: "walk faster",
        Command.FOLLOW: "let the camera follow, or stand",
        Command.MASK: "paint what moves",
        Command.CELL: "choose another cell of a sprite sheet",
        Command.FACES: "the picture faces the other way, or the front",
    },
    "Open": {
        Command.OPEN: "open a picture, a clip or a saved game",
        Command.PASTE: "play the picture on the clipboard",
        Command.MODEL: "choose another model",
        Command.PAIR: "two players: choose the second one, too",
        Command.LEARNING: "see how learning from a clip goes",
    },
    "Time": {
        Command.PAUSE: "pause and go on",
        Command.STEP: "one tick, then pause",
        Command.TURN: "turn mode: the world waits for a key",
        Command.REWIND: "hold to go back in time",
        Command.RESET: "back to the first picture",
        Command.SAVE: "save this moment",
        Command.LOAD: "go back to the saved moment",
    },
    "Keep": {
        Command.RECORD: "start and stop recording a GIF",
        Command.CLIP: "save the last 10 seconds",
        Command.SCREENSHOT: "save a picture",
        Command.SHEET: "export a sprite sheet",
        Command.FOLDER: "show the last file in its folder",
    },
    "Window": {
        Command.HUD: "hide and show everything but the picture",
        Command.BUTTONS: "hide and show the buttons",
        Command.LARGER_TEXT: "larger text",
        Command.SMALLER_TEXT: "smaller text",
        Command.FULL_SCREEN: "full screen and back",
        Command.HELP: "show and hide this help",
        Command.LEAVE: "leave",
    },
}

_SHOWN = {"return": "Enter", "escape": "Esc"}
_ARROWS = ("Up", "Left", "Down", "Right")


@dataclass(frozen=True)
class Keymap:
    """Which keys are bound to which intent.

    Raises:
        ValueError: one key stands for two intents.
    """

    keys: Mapping[Intent, tuple[str, ...]]
    """Names of the keys of each intent, the one to show first."""
    second: Mapping[Intent, tuple[str, ...]] = field(default_factory=dict)
    """The same for what a second player has keys of their own for; where there is one, the first has to do without."""
    _bindings: dict[str, KeyBinding] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Invert the map."""
        for player, keys in enumerate((self.keys, self.second)):
            named: dict[str, KeyBinding] = {}
            for intent, names in keys.items():
                for name in names:
                    if name in named:
                        raise ValueError(f"key '{name}' stands for both '{named[name].intent}' and '{intent}'")
                    named[name] = KeyBinding(intent, player)
            self._bindings.update(named)

    def for_game(self, codes: Sequence[int]) -> "Keymap":
        """Return the keys that a game uses, given the number of local actions of each player's model."""
        second = _limited(self.second, codes[1]) if len(codes) > 1 else {}
        taken = {name for names in second.values() for name in names}
        first = _limited(self.keys, codes[0])
        return Keymap({intent: tuple(n for n in names if n not in taken) for intent, names in first.items()}, second)

    def binding(self, names: Sequence[str]) -> KeyBinding | None:
        """Return the binding of the first of `names` (all names of one key) that has one, else None."""
        return next((self._bindings[name] for name in names if name in self._bindings), None)

    def intent(self, names: Sequence[str]) -> Intent | None:
        """Return the intent of that binding, if there is one."""
        binding = self.binding(names)
        return None if binding is None else binding.intent

    def shown(self, intent: Intent, player: int = 0) -> str:
        """Return how people write the first key of `intent`; empty where there is none."""
        return next(self._written(intent, player), "")

    @staticmethod
    def description(command: Command, player: int = 0) -> str:
        """Return what a command of the table does, for people."""
        return next(group[command] for group in _GROUPS.values() if command in group) + whose(player)

    def rows(self) -> list[KeyTableRow]:
        """Return the table of keys."""
        rows = []
        players = range(PLAYERS if self.second else 1)
        for player in players:
            who, keys = whose(player), (self.keys, self.second)[player]
            rows.append(KeyTableRow("Play", self._moves(player), f"move; two together go diagonally{who}"))
            acts = tuple(filter(None, (self.shown(intent, player) for intent in keys if isinstance(intent, int))))
            rows.append(KeyTableRow("Play", _range(acts), f"act: tap to do it once, hold to go on{who}"))
        rows.append(KeyTableRow("Play", _named(tuple(filter(None, map(self.shown, PANS)))), "look around"))
        for group, commands in _GROUPS.items():
            rows.extend(
                KeyTableRow(
                    group,
                    _joined(self._written(command, player)),
                    self.description(command, player),
                    KeyBinding(command, player),
                )
                for command in commands
                for player in players
            )
        return [row for row in rows if row.keys]

    def markdown(self) -> str:
        """Return the table of keys for a document."""
        lines = ["| keys | do |", "| --- | --- |"]
        lines += [f"| {' '.join(_code(key) for key in row.keys)} | {row.description} |" for row in self.rows()]
        return "\n".join(lines) + "\n"

    def _moves(self, player: int) -> tuple[str, ...]:
        """The keys that move, one hand after the other."""
        shown: list[str] = []
        for hand in zip_longest(*(self._written(move, player) for move in MOVES)):
            shown += [*(["or"] if shown else []), *_named(tuple(filter(None, hand)))]
        return tuple(shown)

    def _written(self, intent: Intent, player: int = 0) -> Iterator[str]:
        """How people write the keys of an intent; the number pad's are not told apart."""
        names = (self.keys, self.second)[player].get(intent, ())
        return iter(dict.fromkeys(_write(name) for name in names if not name.startswith("[") or len(name) == 1))


def whose(player: int) -> str:
    """Return what follows words about a player's agent or keys, for people: nothing for the first one's."""
    return " (second player)" if player else ""


def _limited(keys: Mapping[Intent, tuple[str, ...]], codes: int) -> dict[Intent, tuple[str, ...]]:
    """Leave out the numbers that a model does not have."""
    return {intent: names for intent, names in keys.items() if not isinstance(intent, int) or intent <= codes}


def _write(name: str) -> str:
    """Return how people write a key."""
    if len(name) > 1 and "+" in name[:-1]:
        return "+".join(_write(part) for part in name.split("+", 1))
    return _SHOWN.get(name, name.upper() if len(name) == 1 or name[1:].isdigit() else name.capitalize())


def _named(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Call the four arrow keys by one name, with or without shift."""
    named = {_ARROWS: ("Arrows",), tuple(f"Shift+{arrow}" for arrow in _ARROWS): ("Shift+Arrows",)}
    return named.get(keys, keys)


def _joined(keys: Iterator[str]) -> tuple[str, ...]:
    """Put "or" between keys."""
    return tuple(part for key in keys for part in ("or", key))[1:]


def _range(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Shorten a long row of keys."""
    return keys if len(keys) <= 6 else (keys[0], keys[1], "..", keys[-1])


def _code(key: str) -> str:
    """Write a key as code; words between keys stay words."""
    return key if key in ("or", "..") else f"`{key}`"


_SECOND_NUMBERS = (*"zxcvbn", *(f"shift+{letter}" for letter in "zxcvbn"), "q", "e", "shift+q", "shift+e")
"""Keys of the second player's local actions, as many as `MOST_NUMBERS`, within reach of W A S D."""

DEFAULT_KEYMAP = Keymap(
    {
        Command.UP: ("up", "w"),
        Command.LEFT: ("left", "a"),
        Command.DOWN: ("down", "s"),
        Command.RIGHT: ("right", "d"),
        **{number: (str(number % 10), f"[{number % 10}]") for number in range(1, 11)},
        **{number: (f"shift+{number - 10}",) for number in range(11, MOST_NUMBERS + 1)},
        Command.PAN_UP: ("shift+up",),
        Command.PAN_LEFT: ("shift+left",),
        Command.PAN_DOWN: ("shift+down",),
        Command.PAN_RIGHT: ("shift+right",),
        Command.SLOWER: ("[",),
        Command.FASTER: ("]",),
        Command.FOLLOW: ("f",),
        Command.OPEN: ("ctrl+o",),
        Command.PASTE: ("ctrl+v",),
        Command.MODEL: ("ctrl+m",),
        Command.PAIR: ("tab",),
        Command.LEARNING: ("ctrl+l",),
        Command.MASK: ("m",),
        Command.CELL: ("k",),
        Command.FACES: ("u",),
        Command.PAUSE: ("p",),
        Command.STEP: (".",),
        Command.TURN: ("t",),
        Command.REWIND: ("backspace",),
        Command.RESET: ("return", "enter"),
        Command.SAVE: ("f5", "ctrl+s"),
        Command.LOAD: ("f9",),
        Command.RECORD: ("r",),
        Command.CLIP: ("g",),
        Command.SCREENSHOT: ("f12",),
        Command.SHEET: ("e",),
        Command.FOLDER: ("ctrl+f",),
        Command.HUD: ("h",),
        Command.BUTTONS: ("ctrl+b",),
        Command.LARGER_TEXT: ("+", "=", "[+]"),
        Command.SMALLER_TEXT: ("-", "[-]"),
        Command.FULL_SCREEN: ("f11",),
        Command.HELP: ("f1", "?"),
        Command.LEAVE: ("escape",),
    },
    second={
        Command.UP: ("w",),
        Command.LEFT: ("a",),
        Command.DOWN: ("s",),
        Command.RIGHT: ("d",),
        **{number: (name,) for number, name in enumerate(_SECOND_NUMBERS, start=1)},
        Command.FACES: ("shift+u",),
    },
)
"""Names as pygame gives them: ``[1]`` is on the number pad, ``enter`` too."""
