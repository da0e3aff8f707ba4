"""The world: one background and the agents of one or several players before it, and its snapshots."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError
from glass.core.masks import SOLID, bounding_box
from playground.core.action import Action, Observation
from playground.engine.agent_state import AgentState
from playground.engine.compositing import Backdrop, paste, paste_patch, window_corner
from playground.engine.hole_filling import backdrop_behind
from playground.engine.inference import InferenceEngine
from playground.pictures.start import Start

_GAP = 2
"""Pixels between agents that are set side by side."""


@dataclass(frozen=True)
class Snapshot:
    """A moment of a world to come back to; later steps never change it."""

    graphs: tuple[str, ...]
    """The sha256 of the step.onnx that plays each agent."""
    agents: tuple[AgentState, ...]
    """Each player's agent."""
    backdrop: Backdrop
    """The background as panned so far."""
    observations: tuple[Observation, ...]
    """What is seen: one frame for all, and each player's agent in it as far as nobody stands before it."""


class World:
    """The first player's picture, its agent, and the agents of the other players' pictures before its background.

    Agents are drawn in order of their feet: who stands lower in the frame is nearer.
    """

    def __init__(self, engines: Sequence[InferenceEngine]) -> None:
        """Take each player's engine; one may play for several. Play begins with `open`.

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
        self.starts: tuple[Start, ...] = ()
        """What each player began with; empty before `open`."""
        self._graphs = tuple(engine.manifest.files["step.onnx"] for engine in self.engines)
        self._moment: Snapshot | None = None

    @property
    def agents(self) -> tuple[AgentState, ...]:
        """Each player's agent as it is now."""
        return self.snapshot().agents

    @property
    def own_size(self) -> bool:
        """Whether the world is seen at its picture's own size, not at the model's."""
        return self.agents[0].source is not None

    @property
    def grid(self) -> tuple[int, int]:
        """Width and height that a window enlarges by a whole number: pixel art's own pixels, else the model's frame."""
        source = self.agents[0].source
        if source is None or not source.pixel_art:
            return self.engines[0].frame_size
        height, width = self.snapshot().observations[0].mask.shape
        return width, height

    @property
    def extent(self) -> tuple[int, int]:
        """Width and height of the world in pixels of the model's frame."""
        moment = self.snapshot()
        if moment.agents[0].source is None:
            return self.engines[0].frame_size
        (height, width), scale = moment.observations[0].mask.shape, moment.agents[0].scale
        return round(width / scale), round(height / scale)

    def open(self, starts: Sequence[Start]) -> tuple[Observation, ...]:
        """Start from a frame and its agent for each player; the first one's background becomes the world.

        Agents that would overlap are set side by side.
        """
        opened = [engine.open(start) for engine, start in zip(self.engines, starts, strict=True)]
        agents = [opened[0][0]]
        own = starts[0].own
        width = self.engines[0].frame_size[0] if own is None else round(own.frame.shape[1] / own.scale)
        for engine, (agent, _) in zip(self.engines[1:], opened[1:], strict=True):
            agent = agent.at_scale(agents[0].scale)
            agents.append(engine.render_shadow(_beside(agent, agents, width)))
        known = starts[0].background is not None
        backdrop = Backdrop(opened[0][1]) if known else backdrop_behind(opened[0][1], starts[0].mask, agents[0].enters)
        self.starts = tuple(starts)
        return self.place(agents, backdrop, starts[0])

    def step(self, actions: Sequence[Action]) -> tuple[Observation, ...]:
        """Play one tick with an action for each player. Pans and scrolls move the one background, and add up.

        Raises:
            GlassError: nothing is played yet, or a local action outside 1..K.
        """
        moment = self.snapshot()
        backdrop, agents = moment.backdrop, moment.agents
        agents = tuple(e.act(one, a) for e, one, a in zip(self.engines, agents, actions, strict=True))
        for action in actions:
            for way in (action.pan, action.scroll):
                backdrop = backdrop.moved((way[0] * agents[0].scale, way[1] * agents[0].scale))
            agents = tuple(agent.moved(action.scroll) for agent in agents)
        return self.place([e.render_shadow(one) for e, one in zip(self.engines, agents, strict=True)], backdrop)

    def place(
        self, agents: Sequence[AgentState], backdrop: Backdrop, start: Start | None = None
    ) -> tuple[Observation, ...]:
        """Go on from agents of the players' engines before a background; the first as in the frame of a `start`."""
        seen = _compose(backdrop, agents, start)
        self._moment = Snapshot(self._graphs, tuple(agents), backdrop, seen)
        return seen

    def faced(self, start: Start, moment: Snapshot, player: int, way: int = 0, at_start: bool = False) -> Snapshot:
        """Go on in a moment with a player's agent begun anew from another `start`, see `InferenceEngine.faced`.

        `at_start` says that it is the first moment. Returns the moment as it is then.
        """
        agents, starts = list(moment.agents), list(self.starts)
        agents[player], starts[player] = self.engines[player].faced(agents[player], start, way), start
        self.starts = tuple(starts)
        self.place(agents, moment.backdrop, starts[0] if at_start else None)
        return self.snapshot()

    def snapshot(self) -> Snapshot:
        """Return this moment, to `restore` later.

        Raises:
            GlassError: nothing is played yet.
        """
        if self._moment is None:
            raise GlassError("the engine has no picture yet; call reset first")
        return self._moment

    def restore(self, moment: Snapshot) -> tuple[Observation, ...]:
        """Go back to a moment; the steps that follow are as they were. Returns what was seen then.

        Raises:
            GlassError: it is a moment of other models.
        """
        if moment.graphs != self._graphs:
            names = " and ".join(repr(engine.manifest.name) for engine in self.engines)
            raise GlassError(f"a moment of another model; give one of model {names}")
        self._moment = moment
        return moment.observations

    def measure_tick(self, ticks: int = 20, seconds: float = 0.5) -> float:
        """Return the median time of a tick in milliseconds, and leave play where it was.

        It is that of `ticks` ticks, or, on a machine too slow for that, of as many as begin within `seconds`.
        """
        moment = self.snapshot()
        times: list[float] = []
        while len(times) < ticks and sum(times) < seconds:
            start = time.perf_counter()
            self.step([Action()] * len(self.engines))
            times.append(time.perf_counter() - start)
        self.restore(moment)
        return float(np.median(times)) * 1000


def depth_order(agents: Sequence[AgentState]) -> list[int]:
    """Return the numbers of agents, the farthest first; of two whose feet are level, the first comes first."""
    return sorted(range(len(agents)), key=lambda index: _extent(agents[index])[2])


def _compose(backdrop: Backdrop, agents: Sequence[AgentState], start: Start | None) -> tuple[Observation, ...]:
    """Draw agents before a background; at the start the first one as its picture shows it."""
    shown = None if start is None else start.own or start
    frame = backdrop.pixels.copy() if shown is None else shown.frame.copy()
    masks: dict[int, NDArray[np.bool_]] = {}
    for index in depth_order(agents) if len(agents) > 1 else (0,):
        agent = agents[index]
        if shown is not None and index == 0:
            levels = shown.mask[:, :, None]
            frame = (levels * shown.frame + (1 - levels) * frame + 0.5).astype(np.uint8)
            mask = shown.mask > SOLID
        elif agent.source is not None and agent.own_patch is not None:  # moved pixels cast no shadow
            x, y = window_corner(agent.own_position, agent.source.side)
            left, top = agent.own_patch.corner
            mask = paste_patch(frame, agent.own_patch.pixels, (x + left, y + top))
        else:
            layer = backdrop.layer if shown is None and not masks else np.divide(frame, 255, dtype=np.float32)
            mask = paste(frame, layer, agent.own_layer, agent.own_position, agent.shadow_layer)
        masks = {other: seen & ~mask for other, seen in masks.items()} | {index: mask}
    return tuple(
        Observation(frame, masks[index], agent.own_position, agent.scale) for index, agent in enumerate(agents)
    )


def _extent(agent: AgentState) -> tuple[int, int, int]:
    """Return the first column of the frame that shows an agent, the one after its last, and the row below its feet.

    Where nothing shows, it has no width at its window's left, and the window's end for feet.
    """
    layer = agent.layer
    x, y = window_corner(agent.position, len(layer))
    left, _, right, bottom = bounding_box(layer[:, :, 3] > SOLID) or (0, 0, 0, len(layer))
    return x + left, x + right, y + bottom


def _beside(agent: AgentState, others: Sequence[AgentState], width: int) -> AgentState:
    """Move an agent, where another stands in its columns, next to all of them, to the side with more room."""
    left, right, _ = _extent(agent)
    taken = [_extent(other)[:2] for other in others]
    if all(right <= first or last <= left for first, last in taken):
        return agent
    first, last = min(sides[0] for sides in taken), max(sides[1] for sides in taken)
    return agent.moved((last + _GAP - left if width - last >= first else first - _GAP - right, 0))
