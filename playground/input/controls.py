"""Input state: intents (commands and numbers of local actions) that are held or tapped become one action a tick.

Nothing here draws or reads a device. An intent is held by a *source*, any hashable, so that a keyboard, a mouse button,
a gamepad and a script drive the same code.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from glass.core.directions import DIRECTIONS
from playground.core.action import Action


class Command(StrEnum):
    """Commands of the player, beside the local actions."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    PAN_LEFT = "pan-left"
    PAN_RIGHT = "pan-right"
    PAN_UP = "pan-up"
    PAN_DOWN = "pan-down"
    SLOWER = "slower"
    FASTER = "faster"
    FOLLOW = "follow"
    TURN = "turn"
    PAUSE = "pause"
    STEP = "step"
    REWIND = "rewind"
    RESET = "reset"
    SAVE = "save"
    LOAD = "load"
    RECORD = "record"
    CLIP = "clip"
    SCREENSHOT = "screenshot"
    SHEET = "sheet"
    FOLDER = "folder"
    OPEN = "open"
    PASTE = "paste"
    MODEL = "model"
    PAIR = "pair"
    LEARNING = "learning"
    MASK = "mask"
    CELL = "cell"
    FACES = "faces"
    HUD = "hud"
    BUTTONS = "buttons"
    LARGER_TEXT = "larger-text"
    SMALLER_TEXT = "smaller-text"
    FULL_SCREEN = "full-screen"
    HELP = "help"
    LEAVE = "leave"


Intent = Command | int
"""A command, or the number 1..K of a local action."""

_ORDER = ("up", "left", "down", "right")
MOVES: Mapping[Intent, tuple[int, int]] = {Command(name): DIRECTIONS[name] for name in _ORDER}
"""Unit step (x right, y down) of each command that moves."""

PANS: Mapping[Intent, tuple[int, int]] = {Command(f"pan-{name}"): DIRECTIONS[name] for name in _ORDER}
"""Where the camera looks with each command that pans; the background's content moves the other way."""

SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
"""Speeds of walking, as multiples of the model's."""

PAN_SPEED = 2.0
"""Pixels a tick that a held key pans the background by."""

_NEAR = 0.5
"""Pixels within which an agent has arrived at the mouse pointer."""


@dataclass
class _Press:
    """An intent that is held, or was tapped and has not yet acted for its minimum time."""

    intent: Intent
    length: int
    """Ticks that the shortest tap acts for."""
    left: int
    """How many of them are still to come."""
    held: bool = True

    def gives_way_to(self, intent: Intent) -> bool:
        """Whether a tapped number ends when `intent` is pressed: at once for a number, once begun for a move."""
        if self.held or not isinstance(self.intent, int) or intent in PANS:
            return False
        return intent not in MOVES or self.left < self.length


class Controls:
    """Turns presses and releases into one `Action` a tick.

    A direction tapped between two ticks still moves for one tick; a tapped number plays its local action's natural
    length, a held one goes on until it is let go. Of opposite directions, and of several numbers, the last pressed
    counts. A new direction or number ends what is left of an earlier tap, so that the newest intent shows at once.
    """

    def __init__(self, speed: float, lengths: Sequence[int], max_shift: tuple[float, float] = (8.0, 8.0)) -> None:
        """Take what a model's manifest says.

        That is the pixels a tick of a held direction, the natural length in ticks of each local action 1..K, and the
        most pixels (x, y) a tick that `move_towards` moves.
        """
        self._full_speed = speed
        self._lengths = tuple(lengths)
        self._max_shift = max_shift
        self._presses: dict[Hashable, _Press] = {}
        self._stick: tuple[float, float] | None = None
        self._towards: tuple[float, float] | None = None
        self._speed = SPEEDS.index(1.0)

    @property
    def speed(self) -> float:
        """Speed of held directions, as a multiple of the model's."""
        return SPEEDS[self._speed]

    @property
    def pressed(self) -> frozenset[Intent]:
        """The directions, pans and numbers that would act in the coming tick."""
        return frozenset(press.intent for press in self._presses.values())

    @property
    def idle(self) -> bool:
        """Whether nothing is asked for."""
        return not self._presses and self._stick is None and self._towards is None

    @property
    def tapping(self) -> bool:
        """Whether something was let go that has yet to act to its end."""
        return any(not press.held for press in self._presses.values())

    def set_speed(self, speed: float) -> None:
        """Walk at one of SPEEDS."""
        self._speed = SPEEDS.index(speed)

    def change_speed(self, steps: int) -> None:
        """Walk faster by so many steps of SPEEDS, or slower by a negative number."""
        self._speed = max(0, min(self._speed + steps, len(SPEEDS) - 1))

    def press(self, intent: Intent, source: Hashable) -> None:
        """Let `source` hold a direction, a pan or a local action; other commands and numbers are ignored."""
        if intent in MOVES or intent in PANS:
            length = 1
        elif isinstance(intent, int) and 1 <= intent <= len(self._lengths):
            length = self._lengths[intent - 1]
        else:
            return
        self._presses.pop(source, None)
        self._presses = {key: press for key, press in self._presses.items() if not press.gives_way_to(intent)}
        self._presses[source] = _Press(intent, length, left=length)

    def release(self, source: Hashable) -> None:
        """`source` lets go of what it held; unknown sources are ignored."""
        if source in self._presses:
            self._presses[source].held = False
            self._drop_finished()

    def release_all(self) -> None:
        """Let go of everything, as when the window loses the keyboard."""
        for press in self._presses.values():
            press.held = False
        self._stick = self._towards = None
        self._drop_finished()

    def forget_taps(self) -> None:
        """Drop every tap that has not acted to its end; what is held stays."""
        self._presses = {source: press for source, press in self._presses.items() if press.held}

    def tilt(self, x: float, y: float) -> None:
        """Move by an analogue stick, x right and y down in -1..1; (0, 0) leaves the directions to the keys."""
        self._stick = None if x == 0 and y == 0 else (x, y)

    def move_towards(self, shift: tuple[float, float] | None) -> None:
        """Move along a shift in pixels, as far as `max_shift` allows, in each coming tick until it is None.

        This is how the agent comes to the mouse pointer; one that is nearly there has arrived.
        """
        if shift is None or max(map(abs, shift)) < _NEAR:
            self._towards = None
        else:
            share = min(1.0, *(most / max(abs(d), most, 1e-9) for d, most in zip(shift, self._max_shift, strict=True)))
            self._towards = (shift[0] * share, shift[1] * share)

    def next_action(self) -> Action:
        """Return the action of the coming tick (shift in pixels, x right, y down); call once a tick."""
        move, pan = [0.0, 0.0], [0, 0]
        local_action: int | None = None
        for press in self._presses.values():  # in the order pressed, so that the last of a kind counts
            if press.intent in MOVES:
                step = MOVES[press.intent]
                move = [step[0] or move[0], step[1] or move[1]]
            elif press.intent in PANS:
                step = PANS[press.intent]
                pan = [step[0] or pan[0], step[1] or pan[1]]
            else:
                local_action = int(press.intent)
            press.left = max(0, press.left - 1)
        self._drop_finished()
        if self._stick is not None and not any(move):
            move = list(self._stick)
        speed = self._full_speed * self.speed
        shift = (move[0] * speed, move[1] * speed)
        if self._towards is not None and not any(move):
            shift = self._towards
        return Action(shift, (-pan[0] * PAN_SPEED, -pan[1] * PAN_SPEED), local_action)

    def _drop_finished(self) -> None:
        self._presses = {source: press for source, press in self._presses.items() if press.held or press.left > 0}
