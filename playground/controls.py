"""What the player asks for: keys become wishes, and wishes held or tapped become one action a tick.

Nothing here draws or reads a device. A key is a name (``"left"``, ``"a"``, ``"f1"``), and whatever holds a wish down is
any hashable *source*, so that a keyboard, a mouse button and a script drive the same code.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from playground.action import Action


class Command(StrEnum):
    """What the player can ask for beside the local actions."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    RESET = "reset"
    RECORD = "record"
    PAUSE = "pause"
    HELP = "help"
    LEAVE = "leave"


Wish = Command | int
"""A command, or the number 1..K of a local action."""

DIRECTIONS: Mapping[Wish, tuple[int, int]] = {
    Command.UP: (0, -1),
    Command.LEFT: (-1, 0),
    Command.DOWN: (0, 1),
    Command.RIGHT: (1, 0),
}
"""Unit step (x right, y down) of each command that moves."""

_DEEDS: Mapping[Wish, str] = {
    Command.RESET: "back to the first picture",
    Command.RECORD: "start and stop recording a GIF",
    Command.PAUSE: "pause and go on",
    Command.HELP: "show and hide this help",
    Command.LEAVE: "leave",
}

_SHOWN = {"return": "Enter", "escape": "Esc"}


@dataclass(frozen=True)
class Keymap:
    """Which keys give which wish.

    Raises:
        ValueError: one key stands for two wishes.
    """

    keys: Mapping[Wish, tuple[str, ...]]
    """Names of the keys of each wish, the one to show first."""
    _wishes: dict[str, Wish] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Turn the map round."""
        for wish, names in self.keys.items():
            for name in names:
                if name in self._wishes:
                    raise ValueError(f"key '{name}' stands for both '{self._wishes[name]}' and '{wish}'")
                self._wishes[name] = wish

    def wish(self, names: Sequence[str]) -> Wish | None:
        """Return the wish of the first of `names` (all names of one key stroke) that is bound, else None."""
        return next((self._wishes[name] for name in names if name in self._wishes), None)

    def shown(self, wish: Wish, index: int = 0) -> str:
        """Return how people write a key of `wish` (the one at `index`); empty where there is none."""
        names = self.keys.get(wish, ())
        if index >= len(names):
            return ""
        name = names[index]
        return _SHOWN.get(name, name.upper() if len(name) == 1 or name[1:].isdigit() else name.capitalize())

    def rows(self, local_actions: int) -> list[tuple[str, str]]:
        """Return the table of keys as pairs (keys, what they do), for a model with that many local actions."""
        moves = [" ".join(filter(None, (self.shown(move, index) for move in DIRECTIONS))) for index in range(2)]
        moves = ["Arrow keys" if names == "Up Left Down Right" else names for names in moves if names]
        acts = [self.shown(number) for number in range(1, local_actions + 1)]
        rows = [
            (" or ".join(moves), "move; two together go diagonally"),
            (" ".join(filter(None, acts)), "act; tap to do it once, hold to go on"),
        ]
        for command, deed in _DEEDS.items():
            names = dict.fromkeys(self.shown(command, index) for index in range(2))
            rows.append((" or ".join(filter(None, names)), deed))
        return [(keys, deed) for keys, deed in rows if keys]


DEFAULT_KEYMAP = Keymap(
    {
        Command.UP: ("up", "w"),
        Command.LEFT: ("left", "a"),
        Command.DOWN: ("down", "s"),
        Command.RIGHT: ("right", "d"),
        **{number: (str(number % 10), f"[{number % 10}]") for number in range(1, 11)},
        Command.RESET: ("return", "enter"),
        Command.RECORD: ("r",),
        Command.PAUSE: ("p",),
        Command.HELP: ("f1", "?"),
        Command.LEAVE: ("escape",),
    }
)
"""Names as pygame gives them: ``[1]`` is on the number pad, ``enter`` too."""


@dataclass
class _Press:
    """One wish that is held, or was let go before it had acted for as long as it must."""

    wish: Wish
    length: int
    """Ticks that even the shortest tap acts for."""
    left: int
    """How many of them are still to come."""
    held: bool = True

    def gives_way_to(self, wish: Wish) -> bool:
        """Whether a tapped number ends when `wish` is pressed: at once for a number, once begun for a move."""
        if self.held or self.wish in DIRECTIONS:
            return False
        return wish not in DIRECTIONS or self.left < self.length


class Controls:
    """Turns presses and releases into one `Action` a tick.

    A direction tapped between two ticks still moves for one tick; a tapped number plays its local action's natural
    length, a held one goes on until it is let go. Of opposite directions, and of several numbers, the last pressed
    counts. A new direction or number ends what is left of an earlier tap, so that the newest wish shows at once.
    """

    def __init__(self, speed: float, lengths: Sequence[int]) -> None:
        """Take `speed` in pixels a tick and the natural length in ticks of each local action 1..K."""
        self.speed = speed
        self._lengths = tuple(lengths)
        self._presses: dict[Hashable, _Press] = {}

    @property
    def pressed(self) -> frozenset[Wish]:
        """The directions and numbers that would act in the coming tick."""
        return frozenset(press.wish for press in self._presses.values())

    def press(self, wish: Wish, source: Hashable) -> None:
        """Let `source` hold a direction or a local action; other commands and numbers outside 1..K are ignored."""
        if wish in DIRECTIONS:
            length = 1
        elif isinstance(wish, int) and 1 <= wish <= len(self._lengths):
            length = self._lengths[wish - 1]
        else:
            return
        self._presses.pop(source, None)
        self._presses = {key: press for key, press in self._presses.items() if not press.gives_way_to(wish)}
        self._presses[source] = _Press(wish, length, left=length)

    def release(self, source: Hashable) -> None:
        """`source` lets go of what it held; unknown sources are ignored."""
        if source in self._presses:
            self._presses[source].held = False
            self._drop_finished()

    def release_all(self) -> None:
        """Let go of everything, as when the window loses the keyboard."""
        for press in self._presses.values():
            press.held = False
        self._drop_finished()

    def forget_taps(self) -> None:
        """Drop every tap that has not acted to its end; what is held stays."""
        self._presses = {source: press for source, press in self._presses.items() if press.held}

    def next_action(self) -> Action:
        """Return the action of the coming tick (shift in pixels, x right, y down); call once a tick."""
        x, y, local_action = 0, 0, None
        for press in self._presses.values():  # in the order pressed, so that the last of a kind counts
            if press.wish in DIRECTIONS:
                step = DIRECTIONS[press.wish]
                x, y = step[0] or x, step[1] or y
            else:
                local_action = int(press.wish)
            press.left = max(0, press.left - 1)
        self._drop_finished()
        return Action(shift=(x * self.speed, y * self.speed), local_action=local_action)

    def _drop_finished(self) -> None:
        self._presses = {source: press for source, press in self._presses.items() if press.held or press.left > 0}
