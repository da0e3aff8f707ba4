"""One background and the agents before it: what one player plays in, or several together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.errors import GlassError
from playground.core.action import Action, Observation
from playground.core.constants import SOLID
from playground.engine.agent_state import Puppet
from playground.engine.compositing import Backdrop, paste_over, window_corner
from playground.engine.engine import Engine
from playground.pictures.picture import Picture
from playground.pictures.start import Start

_GAP = 2
"""Pixels between agents that are set side by side."""


@dataclass(frozen=True)
class WorldMoment:
    """A moment of a world to come back to; later steps never change it."""

    puppets: tuple[Puppet, ...]
    """Each player's agent."""
    backdrop: Backdrop
    """The background as panned so far."""
    observations: tuple[Observation, ...]
    """What is seen: one frame for all, and each player's agent in it as far as nobody stands before it."""


class World:
    """The first player's picture, its agent, and the agents of the other players' pictures before its background.

    Agents are drawn in order of their feet: who stands lower in the frame is nearer. With one player everything is as
    its engine alone would play it.
    """

    def __init__(self, engines: Sequence[Engine]) -> None:
        """Take each player's engine; one may play for several. What they play by themselves is left alone.

        Raises:
            GlassError: they differ in frame size or tick rate.
        """
        self.engines = tuple(engines)
        first = self.engines[0]
        for other in self.engines[1:]:
            if (other.frame_size, other.tick_rate) != (first.frame_size, first.tick_rate):
                raise GlassError(
                    f"models {first.manifest.name!r} and {other.manifest.name!r} differ in frame size or tick rate; "
                    "give both players one model (--model)"
                )
        self._starts: tuple[Start, ...] = ()
        self._moment: WorldMoment | None = None

    @property
    def starts(self) -> tuple[Start, ...]:
        """What each player began with; empty before any `reset`."""
        return self._starts

    @property
    def puppets(self) -> tuple[Puppet, ...]:
        """Each player's agent as it is now."""
        return self.snapshot().puppets

    def reset(self, pictures: Sequence[Picture | Image.Image | NDArray[np.uint8]]) -> tuple[Observation, ...]:
        """Start from a picture for each player; the first one's background becomes the world.

        Raises:
            GlassError: as for `Engine.find_agent`.
        """
        pairs = zip(self.engines, pictures, strict=True)
        return self.open([engine.find_agent(picture) for engine, picture in pairs])

    def open(self, starts: Sequence[Start]) -> tuple[Observation, ...]:
        """Start from a frame and its agent for each player. Agents that would overlap are set side by side."""
        openings = [engine.open(start) for engine, start in zip(self.engines, starts, strict=True)]
        puppets = [openings[0].puppet]
        for engine, opening in zip(self.engines[1:], openings[1:], strict=True):
            puppets.append(engine.cast(_beside(opening.puppet, puppets, starts[0].frame.shape[1])))
        backdrop = openings[0].backdrop()
        self._starts = tuple(starts)
        return self.restore(WorldMoment(tuple(puppets), backdrop, _compose(backdrop, puppets, starts[0])))

    def step(self, actions: Sequence[Action]) -> tuple[Observation, ...]:
        """Play one tick with an action for each player. Pans and scrolls move the one background, and add up.

        Raises:
            GlassError: before any `reset`, or a local action outside 1..K.
        """
        moment = self.snapshot()
        backdrop, puppets = moment.backdrop, moment.puppets
        puppets = tuple(e.act(p, a) for e, p, a in zip(self.engines, puppets, actions, strict=True))
        for action in actions:
            backdrop = backdrop.moved(action.pan).moved(action.scroll)
            puppets = tuple(puppet.moved(action.scroll) for puppet in puppets)
        cast = [engine.cast(puppet) for engine, puppet in zip(self.engines, puppets, strict=True)]
        return self.place(cast, backdrop)

    def place(self, puppets: Sequence[Puppet], backdrop: Backdrop) -> tuple[Observation, ...]:
        """Go on from puppets of the players' engines before a background."""
        return self.restore(WorldMoment(tuple(puppets), backdrop, _compose(backdrop, puppets)))

    def snapshot(self) -> WorldMoment:
        """Return this moment, to `restore` later.

        Raises:
            GlassError: before any `reset`.
        """
        if self._moment is None:
            raise GlassError("the world has no picture yet; call reset first")
        return self._moment

    def restore(self, moment: WorldMoment) -> tuple[Observation, ...]:
        """Go back to a moment of this world; the steps that follow are as they were. Returns what was seen then."""
        self._moment = moment
        return moment.observations


def depth_order(puppets: Sequence[Puppet]) -> list[int]:
    """Return the numbers of puppets, the farthest first; of two whose feet are level, the first comes first."""
    return sorted(range(len(puppets)), key=lambda index: _feet(puppets[index]))


def _compose(backdrop: Backdrop, puppets: Sequence[Puppet], start: Start | None = None) -> tuple[Observation, ...]:
    """Draw puppets before a background; at the start the first one as its picture shows it."""
    frame = backdrop.pixels.copy() if start is None else start.frame.copy()
    masks: dict[int, NDArray[np.bool_]] = {}
    for index in depth_order(puppets) if len(puppets) > 1 else (0,):
        puppet = puppets[index]
        if start is not None and index == 0:
            levels = start.mask[:, :, None]
            frame = (levels * start.frame + (1 - levels) * frame + 0.5).astype(np.uint8)
            mask = start.mask > SOLID
        else:
            layer = backdrop.layer if start is None and not masks else np.divide(frame, 255, dtype=np.float32)
            mask = paste_over(frame, layer, puppet.layer, puppet.position, puppet.shade)
        masks = {other: seen & ~mask for other, seen in masks.items()} | {index: mask}
    return tuple(Observation(frame, masks[index], puppet.position) for index, puppet in enumerate(puppets))


def _feet(puppet: Puppet) -> int:
    """Return the row of the frame below the lowest one that shows a puppet; its window's end where nothing does."""
    layer = puppet.layer
    rows = np.flatnonzero((layer[:, :, 3] > SOLID).any(1))
    return window_corner(puppet.position, len(layer))[1] + (int(rows[-1]) + 1 if len(rows) else len(layer))


def _sides(puppet: Puppet) -> tuple[int, int]:
    """Return the first column of the frame that shows a puppet, and the one after its last."""
    columns = np.flatnonzero((puppet.layer[:, :, 3] > SOLID).any(0))
    left = window_corner(puppet.position, puppet.layer.shape[1])[0]
    return (left + int(columns[0]), left + int(columns[-1]) + 1) if len(columns) else (left, left)


def _beside(puppet: Puppet, others: Sequence[Puppet], width: int) -> Puppet:
    """Move a puppet, where another stands in its columns, next to all of them, to the side with more room."""
    left, right = _sides(puppet)
    taken = [_sides(other) for other in others]
    if all(right <= first or last <= left for first, last in taken):
        return puppet
    first, last = min(sides[0] for sides in taken), max(sides[1] for sides in taken)
    return puppet.moved((last + _GAP - left if width - last >= first else first - _GAP - right, 0))
