"""Everything there is to show at one moment, for whoever draws it."""

from dataclasses import dataclass

from playground.engine.compositing import Layer
from playground.input.controls import Intent
from playground.world.layers import Layers


@dataclass(frozen=True)
class Card:
    """A local action that can be asked for."""

    number: int
    """Which one, 1..K."""
    key: str
    """The key that asks for it; empty where it has none."""
    label: str
    """What it does."""
    player: int = 0
    """Whose it is, counted from 0."""
    preview: Layer | None = None
    """A picture of it, premultiplied RGBA (h, w, 4), all of one size."""
    pressed: bool = False
    """Whether it is asked for."""
    acting: bool = False
    """Whether it is what the last tick did."""


@dataclass(frozen=True)
class StatusMark:
    """Something that goes on, told by words, a shape and a colour."""

    words: str
    shape: str
    """disc, bars, triangle, back or wait."""
    recording: bool = False
    """Whether it says that something is recorded."""


@dataclass(frozen=True)
class GameScene:
    """Everything there is to show at one moment."""

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
    """The palette of local actions."""
    marks: tuple[StatusMark, ...] = ()
    """What goes on."""
    hud: bool = True
    """Whether anything but the world is shown."""
    text_size: float = 1.0
    """How large the text is, in what suits the window."""
    help: bool = False
    """Whether the table of keys is shown."""
    message: str = ""
    """Short news for the player; empty when there is none."""
