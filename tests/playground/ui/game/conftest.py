"""A game of the painted model, on a display that shows nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from playground import Action, Engine
from playground.engine.agent_state import AgentState
from playground.gameplay.session import Session
from playground.ui.game.game import Game
from tests.playground.ui.game.playing import Pixels, world_of


@pytest.fixture(scope="module")
def engine(painted_bundle: Path) -> Engine:
    return Engine.load(painted_bundle)


@pytest.fixture
def frame(paint: Callable[..., Pixels]) -> Pixels:
    return paint()


@pytest.fixture
def place(dummy_display: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def game(engine: Engine, frame: Pixels, place: None) -> Game:
    return Game(Session(world_of(engine, frame)))


@pytest.fixture
def steps(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[Action]:
    """Every action the engine is asked for, ticks in which the agent stands left out."""
    actions: list[Action] = []
    act = engine.act

    def note(agent: AgentState, action: Action) -> AgentState:
        if not action.hold:
            actions.append(action)
        return act(agent, action)

    monkeypatch.setattr(engine, "act", note)
    monkeypatch.setattr("playground.gameplay.action_cards.ActionCards.compute_some", lambda deck: None)
    return actions
