"""Time budget: how many steps each stage of training gets, planned again from their measured time."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from glass.config import Config, StageConfig

SHARES_FROM_SCRATCH: Mapping[str, float] = {"global": 0.4, "matting": 0.5, "anchor": 0.57, "local": 1.0}
"""Share of the time for training by which each stage ends, where nothing was known before."""

SHARES_FROM_WEIGHTS: Mapping[str, float] = {"global": 0.18, "matting": 0.28, "anchor": 0.35, "local": 1.0}
"""The same where training goes on from weights that know other agents."""

SHARES_OF_MOVING: Mapping[str, float] = {
    "global": 0.1,
    "matting": 0.28,
    "anchor": 0.34,
    "registration": 0.48,
    "pose": 0.8,
    "local": 1.0,
}
"""The same where those weights move pixels: what moves them takes most of the time, and the local stage, which only
learns how poses follow each other, little; masks are told from the outlines."""

LAST_STAGE = "local"
"""The stage after which there is something to play."""

FEWEST_STEPS = 8
"""Steps that every stage gets, however little time there is."""

FIRST_PLAN = 200
"""Steps that are planned before any has been timed."""

WARM_UP, SHORT_WARM_UP = 0.25, 0.08
"""Share of the last stage's steps before local actions are quantised; weights that know others tell actions sooner."""

MASKS_STAGE, STEPS_BETWEEN_LOOKS, LONGEST_MASKS, FEWEST_LOOKS = "matting", 25, 0.6, 4
"""The stage after which masks have to be good enough; steps that are added until they are; the share of the time for
training after which none are, once masks were looked at so often."""

SMALLER_STEPS = 0.25
"""Learning rates after a loss was not finite, in shares of those before."""

AVERAGE_SHARE = 8.0
"""The averaged weights of a short stage remember an eighth of it."""


def shares_of(config: Config, from_weights: bool) -> Mapping[str, float]:
    """Return how the time for training is shared out among the stages of a config."""
    if config.lma.renderer == "move":
        return SHARES_OF_MOVING
    return SHARES_FROM_WEIGHTS if from_weights else SHARES_FROM_SCRATCH


class Budget:
    """A `glass.training.trainer.SchedulePlanner` that ends training in time, or soon after a person wants it to."""

    def __init__(
        self, deadline: float, shares: Mapping[str, float], reserve: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the time.

        Args:
            deadline: when all must be done, by ``clock``.
            shares: by stage, the share of the time for training by which it ends; as `shares_of` gives it.
            reserve: seconds that are needed after training.
            clock: tells the seconds.
        """
        self.stop_requested = False
        """Set when training shall end; the last stage is closed properly, others are kept to be continued."""
        self.stopped_early = False
        """Whether training was left before the last stage."""
        self._deadline, self._shares, self._reserve, self._clock = deadline, shares, reserve, clock
        self._began: float | None = None
        self._before = 0.0
        self._stage = ""
        self._first, self._entered, self._steps = 0, 0.0, 0
        self._last_step: float | None = None
        self._saving = 0.0
        self._final: int | None = None
        self._rates = 1.0
        self._skipped: set[str] = set()
        self._masks_until = 0
        self.masks_are_good: Callable[[], bool] | None = None
        """Asked when `MASKS_STAGE` would end; it is gone on with for a while where they are not."""

    def step_finished(self) -> None:
        """Take note that a step is over; what follows until the next plan is saving."""
        self._last_step = self._clock()

    def slow_down(self) -> None:
        """Take smaller steps from here on: a loss was not finite."""
        self._rates *= SMALLER_STEPS

    def skip(self, stage: str) -> None:
        """Leave a stage at what it has reached."""
        self._skipped.add(stage)

    def share(self) -> float:
        """Share of the time for training that is over, in [0, 1]."""
        if self._began is None:
            return 0.0
        return min(1.0, (self._clock() - self._began) / max(1e-6, self._end(LAST_STAGE) - self._began))

    def _end(self, stage: str) -> float:
        """When a stage has to end."""
        assert self._began is not None
        last = self._deadline - self._reserve - self._saving
        share = (self._shares[stage] - self._before) / (1 - self._before)
        return self._began + share * max(0.0, last - self._began)

    def _enter(self, stage: str, done: int, now: float) -> None:
        if self._began is None:
            self._began = now
            # A run that is continued gives the time of the stages behind it to those that are left.
            names = list(self._shares)
            place = names.index(stage)
            self._before = self._shares[names[place - 1]] if place else 0.0
        self._stage, self._first, self._entered, self._last_step = stage, done, now, None
        self._masks_until = 0
        self._steps = done + FIRST_PLAN
        if self._is_known(stage, now):
            self._skipped.add(stage)

    def _is_known(self, stage: str, now: float) -> bool:
        """Say whether the time is over, and the weights that were begun with know what a stage would learn."""
        return (
            self._shares is SHARES_OF_MOVING and stage not in ("global", MASKS_STAGE) and now >= self._end(LAST_STAGE)
        )

    def _masks_need_more(self, taken: int) -> bool:
        """Say whether masks are not good enough yet, and there is still time to make them so."""
        if self.masks_are_good is None:
            return False
        late = self.share() > LONGEST_MASKS and taken >= STEPS_BETWEEN_LOOKS * FEWEST_LOOKS
        return not late and not self.masks_are_good()

    def plan(self, stage: str, done: int, schedule: StageConfig) -> StageConfig | None:
        """Say how a stage goes on from step ``done``; None to stop where nothing can be played yet."""
        now = self._clock()
        schedule = replace(schedule, learning_rate=self._rates * schedule.learning_rate)
        if stage != self._stage:
            self._enter(stage, done, now)
        if stage in self._skipped and not self.stop_requested:
            return replace(schedule, steps=done)
        if self._last_step is not None and stage == LAST_STAGE:
            self._saving = max(self._saving, now - self._last_step)
        if self.stop_requested and self._final is None:
            if stage != LAST_STAGE:
                self.stopped_early = True
                return None
            # One more step, which sets the local actions where they are not yet.
            self._final = done + 1
        if self._final is not None:
            return replace(schedule, steps=self._final, warm_up=0)
        taken = done - self._first
        if taken:
            each = (now - self._entered) / taken
            left = int((self._end(stage) - now) / each + 0.5)
            self._steps = max(done + left, done, self._first + FEWEST_STEPS, self._masks_until)
            if stage == MASKS_STAGE and self._steps == done and self._masks_need_more(taken):
                self._steps = self._masks_until = done + STEPS_BETWEEN_LOOKS
        decay = min(schedule.average_decay, max(0.9, 1 - AVERAGE_SHARE / self._steps))
        share = WARM_UP if self._shares is SHARES_FROM_SCRATCH else SHORT_WARM_UP
        warm_up = round(share * self._steps) if stage == LAST_STAGE else schedule.warm_up
        return replace(schedule, steps=self._steps, warm_up=warm_up, average_decay=decay)
