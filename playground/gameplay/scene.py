"""View state: everything a game's window shows at one moment."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.input.controls import Command, Intent
from playground.input.keymap import KeyBinding
from playground.world.layers import Layers


@dataclass(frozen=True, eq=False)
class Card:
    """The card of a local action; equal to another that shows the same, whose preview is the same array."""

    number: int
    """Which one, 1..K."""
    key: str
    """Its key; empty where it has none."""
    label: str
    player: int = 0
    """Whose it is, counted from 0."""
    preview: NDArray[np.uint8] | None = None
    """A picture of it, premultiplied RGBA, uint8 (h, w, 4), all of one size."""
    pressed: bool = False
    """Whether it is asked for."""
    acting: bool = False
    """Whether it is what the last tick did."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Card) or self.preview is not other.preview:
            return False
        return all(value == vars(other)[name] for name, value in vars(self).items() if name != "preview")


@dataclass(frozen=True)
class StatusMark:
    """An indicator of the game's state, such as recording or paused, by words, a shape and a colour."""

    words: str
    shape: str
    """disc, bars, triangle, back or wait."""
    recording: bool = False
    """Whether it says that something is recorded."""


@dataclass(frozen=True)
class Naming:
    """A name that is being typed for a local action."""

    card: int
    """Place of its card."""
    old: str
    """What it is called so far."""
    typed: str
    """What has been typed."""
    problem: str = ""
    """Why it cannot be called so; empty until that was tried."""


@dataclass(frozen=True)
class Notice:
    """A message to the player."""

    text: str
    """What it says; empty when there is none."""
    error: bool = False
    """Whether it says that something could not be done."""
    link: str = ""
    """What can be clicked below it; empty where nothing can."""
    command: Command | None = None
    """What a click there does."""
    file: Path | None = None
    """The file that it tells of, if it does."""


@dataclass(frozen=True)
class GameScene:
    """Everything a game's window shows at one moment."""

    now: Layers
    """The world at the last tick."""
    model: str
    """Name of the model."""
    before: Layers | None = None
    """The world at the tick before, if it came from there."""
    fraction: float = 1.0
    """How far it is from there, 0..1."""
    picture: str = ""
    """Name of the picture it animates."""
    figures: str = ""
    """Speed, provider, time of a tick and pictures a second, as one line."""
    pressed: tuple[frozenset[Intent], ...] = (frozenset(),)
    """Directions and numbers of each player held down or still acting."""
    cards: tuple[Card, ...] = ()
    """The cards of the local actions."""
    marks: tuple[StatusMark, ...] = ()
    """Indicators of the game's state."""
    hud: bool = True
    """Whether anything but the world is shown."""
    text_size: float = 1.0
    """How large the text is, in what suits the window."""
    help: bool = False
    """Whether the table of keys is shown."""
    message: Notice = Notice("")
    """Message to the player."""
    buttons: bool = True
    """Whether all buttons are shown, or only those that bring them back."""
    lit: frozenset[Command] = frozenset()
    """The commands that go on."""
    pointed: KeyBinding | None = None
    """What the button, or the row of the help, that the mouse points at asks for."""
    cells: bool = False
    """Whether the picture is one of several cells of a sheet."""
    faces: tuple[int, ...] = ()
    """The players whose models can be told which side their pictures face."""
    learning: str = ""
    """How far learning from a clip is, which has a button then; empty where nothing is learned."""
    naming: Naming | None = None
    """The local action that is being named."""
