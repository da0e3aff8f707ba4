"""Actions of a player: cycles of the feet, and strokes as key poses with a cubic spline between them."""

from dataclasses import dataclass

import numpy as np

from glass.data.tennis.skeleton import PLACES, Floats, pose

ACTIONS = ("wait", "split", "side-step", "run", "forehand", "backhand", "serve")
"""Names of the true actions. Running is for long ways, side-stepping, slower and facing the net, for short ones."""

WAIT, SPLIT, SIDE_STEP, RUN, FOREHAND, BACKHAND, SERVE = range(len(ACTIONS))

STROKES = (FOREHAND, BACKHAND, SERVE)
"""Actions in which the ball is hit."""

READY = pose(
    hips=0.80, lean=0.42, left_foot=(-0.34, 0.02, 0.0), right_foot=(0.34, -0.02, 0.0), left_hand=(-0.02, 0.40, -0.22),
    right_hand=(0.12, 0.36, -0.30), racket=(-0.35, 0.75, 0.50), grip=0.7,
)  # fmt: skip
"""Waiting for the ball: knees bent, both hands at the racket before the body."""

UPRIGHT = pose(
    READY, hips=0.93, lean=0.16, left_foot=(-0.17, 0.03, 0.0), right_foot=(0.17, -0.04, 0.0),
        left_hand=(-0.08, 0.30, -0.36),
    right_hand=(0.14, 0.26, -0.42), racket=(-0.30, 0.80, 0.20),
)  # fmt: skip
"""Standing at ease between two balls."""

CONTACT = {FOREHAND: 0.56, BACKHAND: 0.56, SERVE: 0.62}
"""When in a stroke the ball is hit, as a share of the stroke."""

STRIDE, SHUFFLE = 2.3, 1.0
"""Metres of a whole cycle of running and of side-stepping."""

_Keys = tuple[tuple[float, Floats], ...]


def _key(**fields: float | tuple[float, ...]) -> Floats:
    """Make a key pose by changing fields of `READY`."""
    return pose(READY, **fields)


_FOREHAND: _Keys = (
    (0.0, READY),
    (0.22, _key(hips=0.83, lean=0.22, pelvis=-0.65, twist=-0.65, right_foot=(0.36, -0.22, 0.0),
        left_foot=(-0.22, 0.12, 0.0),
        left_hand=(0.12, 0.42, -0.08), right_hand=(0.36, 0.10, 0.02), racket=(0.25, -0.15, 0.95), grip=0.0)),
    (0.42, _key(hips=0.77, lean=0.25, tilt=0.1, pelvis=-0.8, twist=-0.75, right_foot=(0.40, -0.25, 0.0),
        left_foot=(-0.25, 0.20, 0.0), left_hand=(-0.05, 0.50, -0.10), right_hand=(0.52, -0.22, -0.22),
        racket=(0.55, -0.75, -0.10), grip=0.0)),
    (0.56, _key(hips=0.86, lean=0.18, pelvis=0.05, twist=0.05, right_foot=(0.40, -0.22, 0.0),
        left_foot=(-0.25, 0.24, 0.0),
        left_hand=(-0.30, 0.18, -0.12), right_hand=(0.50, 0.34, -0.26), racket=(0.92, 0.28, -0.05), grip=0.0)),
    (0.70, _key(hips=0.90, lean=0.12, pelvis=0.45, twist=0.45, right_foot=(0.34, -0.05, 0.06),
        left_foot=(-0.26, 0.22, 0.0),
        left_hand=(-0.32, 0.10, -0.05), right_hand=(0.02, 0.50, 0.10), racket=(-0.55, 0.45, 0.65), grip=0.0)),
    (0.84, _key(hips=0.90, lean=0.14, pelvis=0.5, twist=0.6, right_foot=(0.32, 0.10, 0.05),
        left_foot=(-0.28, 0.12, 0.0),
        left_hand=(-0.20, 0.25, 0.02), right_hand=(-0.22, 0.26, 0.12), racket=(-0.45, -0.75, 0.25), grip=0.3)),
    (1.0, READY),
)  # fmt: skip

_TWO_HANDED: _Keys = (
    (0.0, READY),
    (0.24, _key(hips=0.82, lean=0.25, pelvis=0.75, twist=0.6, left_foot=(-0.32, -0.18, 0.0),
        right_foot=(0.15, 0.22, 0.0),
        right_hand=(-0.12, 0.34, -0.18), racket=(-0.35, -0.20, 0.90), grip=1.0)),
    (0.42, _key(hips=0.76, lean=0.30, tilt=-0.1, pelvis=0.9, twist=0.75, left_foot=(-0.34, -0.20, 0.0),
        right_foot=(0.12, 0.32, 0.0), right_hand=(-0.24, 0.24, -0.36), racket=(-0.45, -0.85, -0.25), grip=1.0)),
    (0.56, _key(hips=0.85, lean=0.20, pelvis=0.2, twist=0.1, left_foot=(-0.34, -0.16, 0.0),
        right_foot=(0.14, 0.34, 0.0),
        right_hand=(-0.20, 0.42, -0.26), racket=(-0.92, 0.35, -0.08), grip=1.0)),
    (0.72, _key(hips=0.90, lean=0.12, pelvis=-0.35, twist=-0.45, left_foot=(-0.30, 0.05, 0.05),
        right_foot=(0.18, 0.28, 0.0),
        right_hand=(0.22, 0.40, 0.14), racket=(0.50, 0.20, 0.75), grip=1.0)),
    (0.84, _key(hips=0.89, lean=0.14, pelvis=-0.4, twist=-0.5, left_foot=(-0.30, 0.12, 0.03),
        right_foot=(0.22, 0.15, 0.0),
        right_hand=(0.28, 0.18, 0.16), racket=(0.35, -0.80, 0.20), grip=1.0)),
    (1.0, READY),
)  # fmt: skip

_ONE_HANDED: _Keys = (
    *_TWO_HANDED[:2],
    (0.42, _key(hips=0.78, lean=0.28, pelvis=1.0, twist=0.8, left_foot=(-0.34, -0.22, 0.0),
        right_foot=(0.12, 0.36, 0.0),
        right_hand=(-0.26, 0.20, -0.20), racket=(-0.25, -0.80, 0.35), grip=0.8)),
    (0.56, _key(hips=0.85, lean=0.22, pelvis=0.75, twist=0.25, left_foot=(-0.34, -0.20, 0.0),
        right_foot=(0.12, 0.40, 0.0),
        left_hand=(-0.30, -0.05, -0.32), right_hand=(0.05, 0.56, -0.22), racket=(-0.80, 0.55, -0.05), grip=0.0)),
    (0.74, _key(hips=0.89, lean=0.10, pelvis=0.6, twist=-0.15, left_foot=(-0.32, -0.20, 0.03),
        right_foot=(0.12, 0.40, 0.0),
        left_hand=(-0.40, -0.30, -0.22), right_hand=(0.50, 0.22, 0.30), racket=(0.45, 0.10, 0.88), grip=0.0)),
    (1.0, READY),
)  # fmt: skip

_STANCE = _key(hips=0.90, lean=0.15, pelvis=-0.8, left_foot=(0.02, 0.28, 0.0), right_foot=(0.12, -0.24, 0.0),
    left_hand=(0.02, 0.40, -0.30), right_hand=(0.14, 0.36, -0.32), racket=(-0.15, 0.95, 0.15), grip=0.0,
)  # fmt: skip

_SERVE: _Keys = (
    (0.0, _STANCE),
    (0.22,
        pose(_STANCE, hips=0.87, left_hand=(0.0, 0.35, -0.50), right_hand=(0.35, -0.05, -0.48),
        racket=(0.2, -0.6, -0.7))),
    (0.42, pose(
        _STANCE, hips=0.76, lean=-0.22, tilt=0.15, pelvis=-1.0, twist=-0.35, right_foot=(0.06, -0.10, 0.0),
        left_hand=(-0.18, 0.22, 0.48), right_hand=(0.40, -0.12, 0.02), racket=(0.10, 0.10, 1.0))),
    (0.53, pose(
        _STANCE, hips=0.90, lean=-0.15, tilt=0.05, pelvis=-0.6, twist=-0.3, right_foot=(0.08, -0.05, 0.04),
        left_hand=(-0.15, 0.30, 0.20), right_hand=(0.34, -0.20, 0.16), racket=(0.15, -0.40, -0.90))),
    (0.62, pose(
        _STANCE, hips=1.06, lean=0.10, tilt=-0.20, pelvis=-0.1, twist=0.1, left_foot=(0.0, 0.25, 0.14),
        right_foot=(0.12, -0.15, 0.16), left_hand=(-0.12, 0.22, -0.25), right_hand=(0.20, 0.16, 0.52),
        racket=(0.05, 0.22, 1.0))),
    (0.74, pose(
        _STANCE, hips=0.86, lean=0.70, pelvis=0.4, twist=0.45, left_foot=(-0.02, 0.30, 0.0),
        right_foot=(0.18, -0.45, 0.30),
        left_hand=(-0.05, 0.22, -0.35), right_hand=(-0.18, 0.45, -0.36), racket=(-0.50, 0.25, -0.75))),
    (0.86, _key(hips=0.84, lean=0.45, pelvis=0.2, twist=0.3, left_foot=(-0.15, 0.10, 0.0),
        right_foot=(0.25, 0.15, 0.05),
        right_hand=(-0.15, 0.32, -0.32), racket=(-0.60, 0.40, -0.20))),
    (1.0, READY),
)  # fmt: skip

_SPLIT: _Keys = (
    (0.0, READY),
    (0.3, _key(hips=0.76, lean=0.48)),
    (0.55, _key(hips=0.98, lean=0.32, left_foot=(-0.30, 0.0, 0.14), right_foot=(0.30, 0.0, 0.14))),
    (0.8, _key(hips=0.72, lean=0.50, left_foot=(-0.48, 0.0, 0.0), right_foot=(0.48, 0.0, 0.0))),
    (1.0, READY),
)


@dataclass(frozen=True)
class PlayingStyle:
    """What is particular about how somebody plays."""

    two_handed: bool
    """Whether both hands hold the racket at a backhand."""
    reach: float
    """0.85 to 1.15: how far out the arms go."""
    crouch: float
    """-0.04 to 0.05 m: how much lower than usual the hips are."""
    ease: float
    """0..1: how upright the player waits."""


def spline(keys: _Keys, phase: float) -> Floats:
    """Give the pose at a phase (0..1) of a cubic Hermite spline through key poses, with zero speed at its ends."""
    times = [time for time, _ in keys]
    after = min(max(int(np.searchsorted(times, phase, side="right")), 1), len(keys) - 1)
    before = after - 1
    span = times[after] - times[before]
    share = min(max((phase - times[before]) / span, 0.0), 1.0)
    start, end = keys[before][1], keys[after][1]
    leaving, arriving = _slope(keys, before) * span, _slope(keys, after) * span
    square, cube = share**2, share**3
    return np.asarray(
        start * (2 * cube - 3 * square + 1)
        + leaving * (cube - 2 * square + share)
        + end * (3 * square - 2 * cube)
        + arriving * (cube - square)
    )


def _slope(keys: _Keys, index: int) -> Floats:
    if index in (0, len(keys) - 1):
        return np.zeros_like(keys[0][1])
    (early, before), (late, after) = keys[index - 1], keys[index + 1]
    return np.asarray((after - before) / (late - early) * 0.8)


def _run(phase: float, direction: float, speed: float) -> Floats:
    """A stride; `phase` counts whole cycles, `direction` is the stance's yaw."""
    stretch = min(speed / 4.0, 1.25)
    feet = []
    for offset in (0.0, 0.5):
        part = (phase + offset) % 1.0
        if part < 0.4:
            feet.append((0.42 - part / 0.4 * 0.85, 0.0))
        else:
            swing = (part - 0.4) / 0.6
            feet.append((-0.43 + 0.85 * (1 - np.cos(np.pi * swing)) / 2, 0.34 * np.sin(np.pi * swing) ** 1.5))
    swing = float(np.sin(2 * np.pi * phase))
    (left_y, left_z), (right_y, right_z) = feet
    return _key(hips=0.87 + 0.03 * np.cos(4 * np.pi * phase), lean=0.20 + 0.08 * stretch, yaw=direction,
        twist=-0.3 * swing,
        left_foot=(-0.10, left_y * stretch, left_z * stretch), right_foot=(0.10, right_y * stretch, right_z * stretch),
        left_hand=(-0.26, 0.20 - 0.28 * swing, -0.32), right_hand=(0.26, 0.26 + 0.22 * swing, -0.30),
        racket=(-0.15, 0.75, 0.55), grip=0.0,
    )  # fmt: skip


def _side_step(phase: float, way: Floats, ease: float) -> Floats:
    """A side-step towards `way` (2,), a unit vector, facing the net; feet part and close."""
    opening = float(np.sin(2 * np.pi * phase))
    moved = READY + 0.5 * ease * (UPRIGHT - READY)
    for name, side in (("left_foot", -1), ("right_foot", 1)):
        place = moved[PLACES[name]]
        place[:2] += side * 0.17 * opening * np.array([abs(way[0]) + 0.2, 0.5 * abs(way[1])])
        place[1] += side * 0.16 * np.cos(2 * np.pi * phase) * abs(way[1])
        place[2] = 0.09 * max(0.0, side * float(np.cos(2 * np.pi * phase)))
    moved[PLACES["hips"]] += 0.05 - 0.05 * opening
    moved[PLACES["tilt"]] += 0.10 * way[0]
    return moved


def pose_of(action: int, phase: float, way: Floats, speed: float, style: PlayingStyle) -> Floats:
    """Give the pose of an action.

    Args:
        action: index into `ACTIONS`.
        phase: of strokes and splits 0..1, of gaits whole cycles, of waiting seconds.
        way: (2,) unit vector of the travel, x right, y to the net, as somebody right-handed on the near side sees it.
        speed: of the travel in metres a second.
        style: of the player.
    """
    if action == RUN:
        found = _run(phase, float(np.arctan2(-way[0], way[1])), speed)
    elif action == SIDE_STEP:
        found = _side_step(phase, way, style.ease)
    elif action == SPLIT:
        found = spline(_SPLIT, phase)
    elif action == FOREHAND:
        found = spline(_FOREHAND, phase)
    elif action == BACKHAND:
        found = spline(_TWO_HANDED if style.two_handed else _ONE_HANDED, phase)
    elif action == SERVE:
        found = spline(_SERVE, phase)
    else:
        sway = float(np.sin(2 * np.pi * 0.9 * phase))
        found = READY + style.ease * (UPRIGHT - READY)
        found[PLACES["hips"]] += 0.02 * np.cos(2 * np.pi * 1.8 * phase)
        found[PLACES["tilt"]] += 0.06 * sway
        found[PLACES["left_foot"]] += (0.0, 0.0, 0.03 * max(0.0, sway))
        found[PLACES["right_foot"]] += (0.0, 0.0, 0.03 * max(0.0, -sway))
    found = found.copy()
    found[PLACES["hips"]] -= style.crouch
    for name in ("left_hand", "right_hand"):
        found[PLACES[name]] *= style.reach
    return found
