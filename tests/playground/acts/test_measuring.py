"""Acts are found on start frames: how they rise and fall, and which show the same."""

import json
from pathlib import Path

import numpy as np
import pytest

from playground.acts.looks import looks_of, median_look
from playground.acts.measuring import measure_acts, resting_agents
from playground.acts.performer import act_actions
from playground.bundles.bundle import open_bundle
from playground.bundles.manifest import Act
from playground.core.action import Action
from playground.engine.agent_state import AgentState
from playground.engine.inference import InferenceEngine
from tests.playground.conftest import MOVING_STEP, make_graph, write_manifest


@pytest.fixture
def engine(own_bundle: Path) -> InferenceEngine:
    """Its local actions 1, 2 and 3 move the agent's pixels so many to the left; 4 shows its mirror image."""
    (own_bundle / "step.onnx").write_bytes(make_graph(MOVING_STEP))
    write_manifest(own_bundle)
    return InferenceEngine(open_bundle(own_bundle))


def test_start_frames_are_chosen_evenly(engine: InferenceEngine) -> None:
    assert len(resting_agents(engine)) == 2
    assert len(resting_agents(engine, 1)) == 1


def test_looks_tell_poses_apart(engine: InferenceEngine) -> None:
    agents = resting_agents(engine)
    rest = looks_of(agents)
    assert rest.distance(rest) == rest.outline_distance(rest) == 0
    assert np.array_equal(median_look([rest, rest]).cells, rest.cells)


def test_each_way_to_play_is_one_of_the_model(painted_bundle: Path) -> None:
    engine = InferenceEngine(open_bundle(painted_bundle))
    told: list[tuple[int, int]] = []
    measured = measure_acts(engine, resting_agents(engine), {2: (4, 2, 2)}, lambda done, of: told.append((done, of)))
    acts = {code: one.act for code, one in enumerate(measured, start=1)}
    manifest = engine.manifest.with_acts(acts)
    assert acts[2].rise == (4, 2, 2) and acts[2].same_as is None
    assert told[-1] == (4, 4)
    for code, act in acts.items():
        assert act_actions(manifest, code)
        assert act.same_as in {None, *(other for other in acts if acts[other].rise)}
    assert json.loads(manifest.to_json())["local_actions"][1]["act"]["rise"] == [4, 2, 2]


def test_what_shows_the_same_is_played_as_one(own_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = InferenceEngine(open_bundle(own_bundle))

    def glide(agent: AgentState, action: Action) -> AgentState:
        """Move what is seen to the right for 1 and 3, down for 2 and 4."""
        assert action.local_action is not None
        crop = np.roll(agent.crop.numpy(), 1, 3 if action.local_action % 2 else 2)
        return engine.pose(agent, agent.state.numpy(), crop, agent.position)

    monkeypatch.setattr(engine, "act", glide)
    monkeypatch.setattr("playground.acts.measuring._leads", lambda manifest, code: ())
    measured = measure_acts(engine, resting_agents(engine))
    acts = [one.act for one in measured]
    shown = [act.same_as or code for code, act in enumerate(acts, start=1)]
    assert shown[0] == shown[2] != shown[1]
    assert acts[3] == Act()  # it is what the model does by itself where the agent stands
    kept = [one for one in measured if one.act.rise]
    assert len(kept) == 2 and all(len(one.act.rise) > 4 and one.height > 0.5 and one.clean > 0.9 for one in kept)
    assert all(one.end <= one.height for one in kept)


def test_what_changes_nothing_shows_rest(own_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = InferenceEngine(open_bundle(own_bundle))

    def nod(agent: AgentState, action: Action) -> AgentState:
        """Move what is seen for 1, and leave it as it is for the others."""
        crop = agent.crop.numpy()
        moved = np.roll(crop, 1, 3) if action.local_action == 1 else crop
        return engine.pose(agent, agent.state.numpy(), moved, agent.position)

    monkeypatch.setattr(engine, "act", nod)
    acts = [one.act for one in measure_acts(engine, resting_agents(engine))]
    assert acts[0].rise and acts[1:] == [Act()] * 3
