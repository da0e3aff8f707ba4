"""Animated previews of each local action, made by the model for the character that is played."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from glass.core.directions import DIRECTIONS
from glass.core.masks import SOLID, bounding_box
from playground.acts.performer import REST, act_actions
from playground.bundles.manifest import Manifest
from playground.core.action import Action
from playground.engine.agent_state import AgentState
from playground.engine.compositing import Layer, to_bytes
from playground.engine.inference import InferenceEngine

Pixels = NDArray[np.uint8]

_LEAST_TICKS = 6
"""A preview shows at least so many ticks of its local action."""
_REST_TICKS = 4
"""For so many ticks it keeps the last picture before it begins again."""


class ActionPreviews:
    """Plays each local action from the first picture on, one tick at a time, when there is time for it."""

    def __init__(self, engine: InferenceEngine, start: AgentState) -> None:
        """Prepare to play from `start`, an agent of `engine`; nothing is computed yet."""
        self._engine = engine
        self._plays = {number: _play(engine.manifest, number) for number in range(1, engine.manifest.codes + 1)}
        self._lengths = {number: len(play) for number, play in self._plays.items()}
        self._first = to_bytes(start.cut_out)
        self._films: dict[int, list[Pixels]] = {number: [] for number in self._lengths}
        self._agents = dict.fromkeys(self._lengths, start)
        self._box = _solid(start.cut_out)
        self._cropped = cache(self._crop)

    @property
    def complete(self) -> bool:
        """Whether everything is computed."""
        return all(len(film) == self._lengths[number] for number, film in self._films.items())

    def compute_some(self) -> None:
        """Compute one tick of the preview that is least advanced; takes about a tick's time."""
        number = min(self._films, key=lambda number: len(self._films[number]) / self._lengths[number])
        film = self._films[number]
        if len(film) == self._lengths[number]:
            return
        self._agents[number] = self._engine.act(self._agents[number], self._plays[number][len(film)])
        cut_out = self._agents[number].cut_out
        film.append(to_bytes(cut_out))
        self._box = _joined(self._box, _solid(cut_out))

    def picture(self, number: int, tick: int | None) -> Pixels:
        """Return a local action's preview at a tick: premultiplied RGBA, uint8 (h, w, 4), all of one size.

        None takes the one that tells most about it: of an act its height, else the one half way through.
        """
        film = self._films[number]
        if tick is None:
            act = self._engine.manifest.local_actions[number - 1].act
            tick = self._lengths[number] // 2 if act is None or not act.rise else len(act.rise) - 1
        index = min(tick % (len(film) + _REST_TICKS), len(film) - 1)
        return self._cropped(number, index, self._box)

    def _crop(self, number: int, index: int, box: tuple[int, int, int, int]) -> Pixels:
        """Return a picture of a preview, -1 for the one before it begins, inside a box."""
        shown = self._first if index < 0 else self._films[number][index]
        left, top, right, bottom = box
        return shown[top:bottom, left:right]


def _play(manifest: Manifest, number: int) -> tuple[Action, ...]:
    """Return what a local action's preview shows: its act and rest, or else the direction it is the default for."""
    if acts := act_actions(manifest, number):
        return (*acts, REST)
    shift = (0.0, 0.0)
    for way, (x, y) in DIRECTIONS.items():
        if manifest.default_local_actions[way] == number:
            shift = (x * manifest.speed, y * manifest.speed)
    ticks = max(2 * manifest.local_actions[number - 1].length, _LEAST_TICKS)
    return (Action(shift, local_action=number),) * ticks


def _solid(crop: Layer) -> tuple[int, int, int, int]:
    """Return the box (left, top, right, bottom) of what a crop shows; all of it where it shows nothing."""
    return bounding_box(crop[:, :, 3] > SOLID) or (0, 0, crop.shape[1], crop.shape[0])


def _joined(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
