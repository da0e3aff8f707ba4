"""Fidelity measures, on agents whose change is known."""

from collections.abc import Callable

import numpy as np
import pytest

from playground.engine.fidelity import AgentView, Fidelity, FirstView


@pytest.fixture
def agent() -> AgentView:
    """A two-coloured agent with a light stripe at its left, 24 wide and 40 high, in a 64x96 frame."""
    pixels = np.zeros((64, 96, 3), np.uint8)
    mask = np.zeros((64, 96), bool)
    mask[10:50, 30:54] = True
    pixels[10:30, 30:54] = (200, 40, 40)
    pixels[30:50, 30:54] = (40, 40, 200)
    pixels[30:50, 30:54:2] = (40, 40, 120)
    pixels[10:50, 30:34] = (240, 240, 240)
    return AgentView(pixels, mask)


def moved(view: AgentView, x: int, y: int) -> AgentView:
    return AgentView(np.roll(view.pixels, (y, x), (0, 1)), np.roll(view.mask, (y, x), (0, 1)))


def mirrored(view: AgentView) -> AgentView:
    return AgentView(view.pixels[:, ::-1], view.mask[:, ::-1])


def recoloured(view: AgentView) -> AgentView:
    return AgentView(view.pixels[..., ::-1], view.mask)


def blurred(view: AgentView) -> AgentView:
    mean = np.mean([np.roll(view.pixels, (0, x), (0, 1)) for x in range(-4, 5)], 0)
    return AgentView(mean.astype(np.uint8), view.mask)


def halved(view: AgentView) -> AgentView:
    mask = view.mask.copy()
    mask[30:] = False
    return AgentView(view.pixels, mask)


@pytest.mark.parametrize("smooth", [False, True])
def test_the_same_agent_elsewhere_is_itself(agent: AgentView, smooth: bool) -> None:
    found = FirstView(agent, smooth).compare(moved(agent, 20, 5))
    assert (found.colours, found.layout, found.size, found.sharpness) == pytest.approx((1, 0, 1, 1))


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (recoloured, lambda found: found.layout > 0.3),
        (blurred, lambda found: found.sharpness < 0.75 and found.colours < 0.95),
        (halved, lambda found: found.size == 0.5 and found.colours < 0.6),
    ],
)
def test_what_is_lost_is_measured(
    agent: AgentView, change: Callable[[AgentView], AgentView], lost: Callable[[Fidelity], bool]
) -> None:
    assert lost(FirstView(agent).compare(change(agent)))


def test_a_shade_more_changes_little_in_smooth_histograms(agent: AgentView) -> None:
    lighter = AgentView(agent.pixels + np.uint8(6), agent.mask)
    plain, smooth = (FirstView(agent, smooth).compare(lighter).colours for smooth in (False, True))
    assert plain < 0.7 < 0.8 < smooth < 1


def test_an_agent_that_is_gone(agent: AgentView) -> None:
    first, nothing = FirstView(agent), AgentView(agent.pixels, np.zeros_like(agent.mask))
    assert first.compare(nothing).size == 0
    assert first.articulation(nothing) == 1


def test_travelling_and_turning_round_are_no_articulation(agent: AgentView) -> None:
    first = FirstView(agent)
    assert first.articulation(moved(agent, 13, -4)) == 0
    assert first.articulation(mirrored(agent)) == 0
    raised = AgentView(agent.pixels.copy(), agent.mask.copy())
    raised.pixels[14:22, 54:64], raised.mask[14:22, 54:64] = (200, 40, 40), True
    assert 0.05 < first.articulation(raised) < 0.25
