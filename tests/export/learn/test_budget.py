"""Minutes are kept, whatever a step costs and whenever somebody wants to stop."""

from collections.abc import Callable, Mapping

import pytest

from export.learn.budget import (
    FEWEST_LOOKS,
    FEWEST_STEPS,
    SHARES_FROM_SCRATCH,
    SHARES_FROM_WEIGHTS,
    SHARES_OF_MOVING,
    STEPS_BETWEEN_LOOKS,
    Budget,
    shares_of,
)
from glass.config import Config, StageConfig
from glass.networks.decoder import LmaConfig

STAGES = tuple(SHARES_FROM_SCRATCH)
PLANNED = StageConfig(steps=10_000, warm_up=800, average_decay=0.998)


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def train(
    budget: Budget,
    clock: Clock,
    cost: Callable[[str], float],
    stages: tuple[str, ...] = STAGES,
    saving: float = 0.0,
    stop: tuple[str, int] | None = None,
    before: int = 0,
) -> dict[str, int]:
    """Do as a trainer does; steps taken by stage."""
    taken = {}
    for stage in stages:
        done = before if stage == stages[0] else 0
        while True:
            if stop == (stage, done):
                budget.stop_requested = True
            schedule = budget.plan(stage, done, PLANNED)
            if schedule is None:
                return taken | {stage: done}
            if done >= schedule.steps:
                break
            clock.now += cost(stage)
            budget.step_finished()
            done += 1
            if done % 50 == 0:
                clock.now += saving
        taken[stage] = done
        clock.now += saving
    return taken


@pytest.mark.parametrize("shares", [SHARES_FROM_SCRATCH, SHARES_FROM_WEIGHTS])
@pytest.mark.parametrize("minutes", [3, 10, 60])
@pytest.mark.parametrize("slowness", [0.2, 1.0])
@pytest.mark.parametrize("saving", [0.0, 5.0])
def test_training_ends_in_time(minutes: float, slowness: float, saving: float, shares: Mapping[str, float]) -> None:
    clock = Clock()
    began, costs = clock.now, dict(zip(STAGES, (1.0, 0.3, 0.4, 1.5), strict=True))
    budget = Budget(began + 60 * minutes, shares, 30.0, clock)
    taken = train(budget, clock, lambda stage: slowness * costs[stage], saving=saving)
    spent = (clock.now + 30 - began) / 60
    assert abs(spent - minutes) <= 0.1 * minutes
    assert min(taken.values()) >= FEWEST_STEPS
    assert not budget.stopped_early


def test_steps_that_become_slower() -> None:
    clock = Clock()
    began = clock.now
    train(
        Budget(began + 600, SHARES_FROM_SCRATCH, 30.0, clock),
        clock,
        lambda stage: 0.5 if clock.now < began + 400 else 2.0,
    )
    assert abs(clock.now + 30 - began - 600) <= 60


def test_each_stage_has_its_share() -> None:
    clock = Clock()
    budget = Budget(clock.now + 1000, SHARES_FROM_SCRATCH, 0.0, clock)
    taken = train(budget, clock, lambda stage: 1.0)
    assert taken["global"] == pytest.approx(1000 * SHARES_FROM_SCRATCH["global"], rel=0.03)
    assert budget.share() == pytest.approx(1.0, abs=0.01)


def test_a_run_that_is_continued_gives_all_to_what_is_left() -> None:
    clock = Clock()
    budget = Budget(clock.now + 100, SHARES_FROM_SCRATCH, 0.0, clock)
    taken = train(budget, clock, lambda stage: 1.0, stages=("local",), before=300)
    assert taken == {"local": pytest.approx(400, abs=3)}


def test_local_actions_are_quantised_after_a_quarter() -> None:
    clock = Clock()
    budget = Budget(clock.now + 100, SHARES_FROM_SCRATCH, 0.0, clock)
    budget.plan("local", 0, PLANNED)
    clock.now += 1
    schedule = budget.plan("local", 1, PLANNED)
    assert schedule is not None
    assert (schedule.steps, schedule.warm_up) == (100, 25)
    assert schedule.average_decay < PLANNED.average_decay


def test_no_time_at_all_still_gives_a_few_steps() -> None:
    clock = Clock()
    taken = train(Budget(clock.now - 5, SHARES_FROM_SCRATCH, 30.0, clock), clock, lambda stage: 1.0)
    assert taken == dict.fromkeys(STAGES, FEWEST_STEPS)


def test_stopping_the_last_stage_closes_it() -> None:
    clock = Clock()
    budget = Budget(clock.now + 600, SHARES_FROM_SCRATCH, 30.0, clock)
    taken = train(budget, clock, lambda stage: 1.0, stop=("local", 5))
    assert taken["local"] == 6 and not budget.stopped_early
    clock = Clock()
    budget = Budget(clock.now + 600, SHARES_FROM_SCRATCH, 30.0, clock)
    assert train(budget, clock, lambda stage: 1.0, stop=("local", 0))["local"] == 1


def test_stopping_before_it_stops() -> None:
    clock = Clock()
    budget = Budget(clock.now + 600, SHARES_FROM_SCRATCH, 30.0, clock)
    taken = train(budget, clock, lambda stage: 1.0, stop=("matting", 5))
    assert list(taken) == ["global", "matting"] and budget.stopped_early


def test_models_that_move_pixels_have_stages_of_their_own() -> None:
    moving = Config(lma=LmaConfig(renderer="move", warp_fields=4))
    assert shares_of(moving, True) is SHARES_OF_MOVING
    assert shares_of(Config(), True) is SHARES_FROM_WEIGHTS and shares_of(Config(), False) is SHARES_FROM_SCRATCH
    clock = Clock()
    budget = Budget(clock.now + 1000, SHARES_OF_MOVING, 0.0, clock)
    taken = train(budget, clock, lambda stage: 1.0, tuple(SHARES_OF_MOVING))
    assert taken["registration"] == pytest.approx(140, rel=0.1) and taken["pose"] == pytest.approx(320, rel=0.1)


def test_masks_are_learned_until_they_are_good() -> None:
    clock, looks = Clock(), list[float]()
    budget = Budget(clock.now + 1000, SHARES_FROM_SCRATCH, 0.0, clock)

    def good_at_the_third_look() -> bool:
        looks.append(clock.now)
        return len(looks) == 3

    budget.masks_are_good = good_at_the_third_look
    taken = train(budget, clock, lambda stage: 1.0)
    planned = 1000 * (SHARES_FROM_SCRATCH["matting"] - SHARES_FROM_SCRATCH["global"])
    assert taken["matting"] == pytest.approx(planned + 2 * STEPS_BETWEEN_LOOKS, abs=3)
    assert sum(taken.values()) == pytest.approx(1000, abs=5), "later stages give their time for it"


def test_masks_that_never_become_good_end_all_the_same() -> None:
    for seconds in (1000, -5):
        clock = Clock()
        budget = Budget(clock.now + seconds, SHARES_FROM_SCRATCH, 0.0, clock)
        budget.masks_are_good = lambda: False
        taken = train(budget, clock, lambda stage: 1.0)
        assert STEPS_BETWEEN_LOOKS * FEWEST_LOOKS <= taken["matting"] <= 300
        assert min(taken.values()) >= FEWEST_STEPS


def test_what_is_known_is_not_learned_when_the_time_is_over() -> None:
    clock = Clock()
    taken = train(
        Budget(clock.now - 5, SHARES_OF_MOVING, 30.0, clock), clock, lambda stage: 1.0, tuple(SHARES_OF_MOVING)
    )
    assert taken == {stage: FEWEST_STEPS if stage in ("global", "matting") else 0 for stage in SHARES_OF_MOVING}


def test_smaller_steps_and_stages_left_as_they_are() -> None:
    clock = Clock()
    budget = Budget(clock.now + 1000, SHARES_FROM_SCRATCH, 0.0, clock)
    before = budget.plan("global", 0, PLANNED)
    budget.slow_down()
    clock.now += 1
    after = budget.plan("global", 1, PLANNED)
    assert before is not None and after is not None and after.learning_rate < before.learning_rate / 2
    budget.skip("global")
    skipped = budget.plan("global", 7, PLANNED)
    assert skipped is not None and skipped.steps == 7
