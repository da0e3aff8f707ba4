"""What players do in a rally: where they go, how, when they hit, and the ball's flight."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from glass.data.tennis.pitch import BASELINE
from glass.data.tennis.skeleton import PLACES, POSE_SIZE, Floats
from glass.data.tennis.strokes import (
    BACKHAND,
    CONTACT,
    FOREHAND,
    READY,
    RUN,
    SERVE,
    SHUFFLE,
    SIDE_STEP,
    SPLIT,
    STRIDE,
    STROKES,
    WAIT,
    PlayingStyle,
    pose_of,
)

_STEP = 1 / 50
"""Seconds of a step of the simulation, at most."""

_BLEND = 0.16
"""Seconds in which one action's pose passes into the next one's."""

_RUN_FROM = 2.2
"""Metres from which on a way is run."""

_FLIGHT = 1.1
"""Seconds that the ball takes from one side to the other."""


@dataclass(frozen=True)
class Segment:
    """Something to do."""

    action: int
    """Index into `ACTIONS`."""
    seconds: float
    """How long, of what is done on the spot."""
    target: Floats | None = None
    """(2,): where to go, of a gait."""
    speed: float = 0.0
    """Metres a second, of a gait."""
    arrival: float = 0.0
    """How fast to be still at the target, in metres a second."""


@dataclass(frozen=True)
class Moment:
    """A player at one time."""

    place: Floats
    """(2,): metres in the world."""
    action: int
    """Index into `ACTIONS`."""
    pose: Floats
    """(`POSE_SIZE`,)."""


@dataclass(frozen=True)
class Hit:
    """A ball that is hit."""

    time: float
    """Seconds from the first frame."""
    place: Floats
    """(3,) in metres."""
    serve: bool
    """Whether nobody has hit it before."""


class PlayerMotion:
    """One player in time, in the coordinates of somebody who plays on the near side."""

    def __init__(
        self,
        rng: np.random.Generator,
        style: PlayingStyle,
        left_handed: bool,
        fits: Callable[[Floats], bool],
        pace: float,
    ) -> None:
        """Begin anywhere in a rally.

        Args:
            rng: decides everything.
            style: how the player plays.
            left_handed: whether the racket is in the left hand.
            fits: whether the player may be sent to a place (2,).
            pace: how fast everything goes, as a multiple of the usual.
        """
        self._rng, self._style, self._left, self._fits, self._pace = rng, style, left_handed, fits, pace
        self.hits: list[Hit] = []
        """Balls hit so far."""
        self._time = 0.0
        self._place = self._spot()
        self._velocity = np.zeros(2)
        self._segments = self._plan()
        self._segment = Segment(WAIT, 0.0)
        self._elapsed = self._phase = 0.0
        self._previous = READY
        self._shown = np.zeros(POSE_SIZE)
        self._way = np.array([0.0, 1.0])
        self._next()
        self.advance(float(rng.uniform(0, 0.9)))
        self._time, self.hits = 0.0, []

    def advance(self, seconds: float) -> Moment:
        """Let time pass."""
        count = max(int(np.ceil(seconds / _STEP)), 1)
        for _ in range(count):
            self._step(seconds / count)
        return self.now

    @property
    def now(self) -> Moment:
        """What is seen now."""
        self._shown = self._posed()
        return Moment(self._place.copy(), self._segment.action, self._shown)

    def _plan(self) -> Iterator[Segment]:
        """Make up segments without end."""
        rng = self._rng
        if rng.random() < 0.16:
            self._place = np.array([rng.choice([-1, 1]) * rng.uniform(0.3, 2.5), -BASELINE - 0.4])
            yield Segment(SERVE, rng.uniform(1.5, 2.0))
        elif rng.random() < 0.5:
            yield self._stroke(self._place)
        while True:
            yield from self._exchange()

    def _exchange(self) -> Iterator[Segment]:
        """Wait, split, go to the ball, hit it, come back."""
        rng = self._rng
        if rng.random() < 0.5:
            yield Segment(WAIT, rng.uniform(0.2, 0.9))
        if rng.random() < 0.65:
            yield Segment(SPLIT, rng.uniform(0.4, 0.6))
        if rng.random() < 0.9:
            target = self._spot()
            start = self._place.copy()
            yield self._going(target, rng.uniform(0, 3) if rng.random() < 0.7 else 0.0)
            if rng.random() < 0.9:
                yield self._stroke(target - start)
        if rng.random() < 0.75:
            yield self._going(self._home())

    def _going(self, target: Floats, arrival: float = 0.0) -> Segment:
        far = float(np.linalg.norm(target - self._place)) > _RUN_FROM
        speed = self._rng.uniform(3.4, 5.6) if far else self._rng.uniform(1.4, 2.4)
        return Segment(RUN if far else SIDE_STEP, 0.0, target, speed, arrival)

    def _stroke(self, way: Floats) -> Segment:
        """Hit a ball on the side that the way (2,) to it suggests."""
        right = (way[0] > 0) != self._left
        forehand = self._rng.random() < (0.85 if right else 0.22)
        return Segment(FOREHAND if forehand else BACKHAND, self._rng.uniform(0.75, 1.1))

    def _home(self) -> Floats:
        home = np.array([self._rng.normal(0, 0.8), -BASELINE - self._rng.uniform(0.2, 1.6)])
        return home if self._fits(home) else self._spot()

    def _spot(self) -> Floats:
        """Find somewhere to hit a ball from; now and then far up the court."""
        spot = np.zeros(2)
        for _ in range(40):
            deep = self._rng.random() < 0.75
            y = -BASELINE + (self._rng.uniform(-2.6, 0.8) if deep else self._rng.uniform(0.5, 8.5))
            spot = np.array([self._rng.uniform(-5.6, 5.6), y])
            if self._fits(spot):
                return spot
        return np.array([0.0, -BASELINE])

    def _next(self) -> None:
        self._previous = self._posed() if self._elapsed else READY
        self._segment = next(self._segments)
        self._elapsed = 0.0
        self._phase = float(self._rng.random()) if self._segment.target is not None else 0.0

    def _step(self, seconds: float) -> None:
        segment, pace = self._segment, self._pace
        before = self._elapsed
        self._elapsed += seconds * pace
        self._time += seconds
        wanted, limit, done = np.zeros(2), 7.0, self._elapsed >= segment.seconds
        if segment.target is not None:
            way = segment.target - self._place
            distance = float(np.sqrt(way @ way))
            done = distance < 0.25 or self._elapsed > 4
            speed = min(segment.speed * pace, np.sqrt(2 * 6.0 * distance + segment.arrival**2))
            wanted, limit = way / max(distance, 1e-6) * speed, 11.0
        elif segment.action in STROKES:
            limit = 5.0
            moment = CONTACT[segment.action] * segment.seconds
            if before < moment <= self._elapsed:
                self._hit(segment)
            if segment.action == SERVE and moment * 0.9 < self._elapsed < moment * 1.3:
                wanted, limit = np.array([0.0, 2.0]), 12.0
        change = wanted - self._velocity
        amount = float(np.sqrt(change @ change))
        self._velocity = self._velocity + change * min(1.0, limit * seconds * pace / max(amount, 1e-6))
        speed = float(np.sqrt(self._velocity @ self._velocity))
        self._place = self._place + self._velocity * seconds
        if segment.target is not None and speed > 0.05:
            self._way = self._velocity / speed
        if segment.action == RUN:
            self._phase += speed * seconds / STRIDE
        elif segment.action == SIDE_STEP:
            self._phase += speed * seconds / SHUFFLE
        elif segment.action == WAIT:
            self._phase += seconds * pace
        else:
            self._phase = self._elapsed / segment.seconds
        if done:
            self._next()

    def _hit(self, segment: Segment) -> None:
        side = (0.2 if segment.action == SERVE else 0.95 if segment.action == FOREHAND else -0.8) * (
            -1 if self._left else 1
        )
        height = 2.75 if segment.action == SERVE else 0.95
        place = np.array([self._place[0] + side, self._place[1] + 0.45, height])
        self.hits.append(Hit(self._time, place, segment.action == SERVE))

    def _posed(self) -> Floats:
        mirrored = np.array([-1.0 if self._left else 1.0, 1.0])
        speed = float(np.sqrt(self._velocity @ self._velocity))
        target = pose_of(self._segment.action, min(self._phase, 1e6), self._way * mirrored, speed, self._style)
        share = min(self._elapsed / _BLEND, 1.0)
        if share >= 1:
            return target
        target = target.copy()
        yaw = PLACES["yaw"]
        target[yaw] = self._previous[yaw] + (target[yaw] - self._previous[yaw] + np.pi) % (2 * np.pi) - np.pi
        return np.asarray(self._previous + (target - self._previous) * (share * share * (3 - 2 * share)))


def ball_flight(near: list[Hit], far: list[Hit], rng: np.random.Generator) -> Callable[[float], Floats | None]:
    """Give a function of seconds that says where the ball is, (3,), or None while there is none.

    It comes to each hit of the near player from the far side and goes back there; the far player's hits count where
    the near one hits none.
    """
    legs: list[tuple[float, Floats, float, Floats]] = []
    for hits, side in ((far, -1.0), (near, 1.0)):
        for hit in hits:
            other = np.array([rng.uniform(-4, 4), side * rng.uniform(9, 12.5), 0.9])
            back = np.array([rng.uniform(-4, 4), side * rng.uniform(9, 12.5), 0.9])
            if not hit.serve:
                legs.append((hit.time - _FLIGHT, other, hit.time, hit.place))
            else:
                legs.append((hit.time - 0.75, hit.place - (0.1, 0.0, 1.3), hit.time, hit.place))
            legs.append((hit.time, hit.place, hit.time + _FLIGHT * (0.8 if hit.serve else 1.0), back))

    def at(time: float) -> Floats | None:
        for begin, start, end, stop in reversed(legs):
            if begin <= time < end:
                share = (time - begin) / (end - begin)
                return _along(start, stop, share)
        return None

    return at


def _along(start: Floats, stop: Floats, share: float) -> Floats:
    """A flight with one bounce at 3/4 of its way; a short one goes up and down (a serve's toss)."""
    place = start + (stop - start) * share
    if abs(stop[1] - start[1]) < 3:
        place[2] = start[2] + (stop[2] - start[2]) * share + 2.4 * share * (1 - share)
    elif share < 0.75:
        part = share / 0.75
        place[2] = start[2] * (1 - part) + 7.0 * part * (1 - part) * min(1.0, 1.6 / start[2])
    else:
        part = (share - 0.75) / 0.25
        place[2] = stop[2] * part + 1.2 * part * (1 - part)
    return np.asarray(place)
