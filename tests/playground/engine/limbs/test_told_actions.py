"""The shipped puppets play what limbs tell: each act looks like one, from rest to rest."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from glass.core.limbs import ACTS, BODY, LIMBS, MOVES
from playground import Engine
from playground.acts.performer import REST, act_actions
from playground.core.action import Action
from playground.engine.agent_state import AgentState
from playground.engine.inference import InferenceEngine
from playground.engine.limbs.acting import on_ground

Box = tuple[float, float, float, float]


@pytest.fixture(scope="module")
def engine() -> InferenceEngine:
    return Engine.load("puppets")


@pytest.fixture(scope="module")
def agents(engine: InferenceEngine) -> list[AgentState]:
    pictures = [Image.open(engine.bundle.folder / name) for name in engine.manifest.starts]
    return [engine.open(engine.find_agent(picture))[0] for picture in pictures]


def numbers(engine: InferenceEngine) -> dict[str, int]:
    return {action.label: number for number, action in enumerate(engine.manifest.local_actions, start=1)}


def played(engine: InferenceEngine, agent: AgentState, name: str, ticks: int = 7) -> list[NDArray[np.bool_]]:
    """Where an agent is seen in its window, tick by tick."""
    outlines = []
    for _ in range(ticks):
        agent = engine.act(agent, Action(local_action=numbers(engine)[name]))
        outlines.append(agent.own_layer[..., 3] > 0.5)
    return outlines


def box(outline: NDArray[np.bool_]) -> Box:
    """Left, top, right and bottom."""
    rows, columns = np.nonzero(outline)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def test_every_act_has_a_local_action(engine: InferenceEngine) -> None:
    told = {action.limbs for action in engine.manifest.local_actions}
    assert told >= set(ACTS)


def test_who_jumps_leaves_the_ground_and_lands(engine: InferenceEngine, agents: list[AgentState]) -> None:
    for agent in agents:
        feet = [box(outline)[3] for outline in played(engine, agent, "jump", 8)]
        _, top, _, bottom = box(agent.own_layer[..., 3] > 0.5)
        assert min(feet) < bottom - 0.06 * (bottom - top)
        assert feet[-1] - min(feet) > 0.6 * (bottom - min(feet))


def test_who_crouches_is_lower_and_who_is_raised_is_higher(engine: InferenceEngine, agents: list[AgentState]) -> None:
    lower, higher = 0, 0
    for agent in agents:
        _, top, _, bottom = box(agent.own_layer[..., 3] > 0.5)
        lower += box(played(engine, agent, "crouch")[-1])[1] > top + 0.1 * (bottom - top)
        higher += box(played(engine, agent, "raise")[-1])[1] < top
    assert lower >= len(agents) - 1
    assert higher >= len(agents) - 2


def test_nobody_sinks_into_the_ground() -> None:
    square = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]], np.float32)
    limbs = np.zeros((len(LIMBS), MOVES), np.float32)
    assert np.array_equal(on_ground(limbs, square), limbs)
    limbs[BODY, 0] = 45
    assert on_ground(limbs, square)[BODY, 2] == pytest.approx(0.5 - np.sqrt(0.5))
    limbs[BODY, 2] = -0.4  # It is in the air.
    assert on_ground(limbs, square)[BODY, 2] == pytest.approx(-0.4)


def test_an_act_ends_in_rest(engine: InferenceEngine, agents: list[AgentState]) -> None:
    for name in ACTS:
        agent = agents[0]
        for tick in (*act_actions(engine.manifest, numbers(engine)[name]), REST):
            agent = engine.act(agent, tick)
        np.testing.assert_array_equal(agent.own_layer, agents[0].own_layer)


def test_shaking_goes_to_both_sides(engine: InferenceEngine, agents: list[AgentState]) -> None:
    agent, turns = agents[0], []
    for _ in range(8):
        agent = engine.act(agent, Action(local_action=numbers(engine)["shake"]))
        assert agent.warp is not None
        turns.append(float(agent.warp.limbs[BODY, 0]))
    assert max(turns) > 3
    assert min(turns) < -3
