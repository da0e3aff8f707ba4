"""Stances: other ways to stand at rest, since pictures show arms held out, wings half open, legs apart."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from glass.core.limbs import GAITS
from glass.data.puppets.motion import Build
from glass.data.puppets.skeleton import REST, Pose

SHARE = 0.6
"""How often a limb stands otherwise than its build lets it."""
REACHED = 80.0
"""Degrees of an act's turn from which on a limb is where the act has it, from whichever stance."""

_TURNS: Mapping[str, tuple[float, float]] = {
    "arm": (-130, 25),
    "arm back": (-25, 130),
    "leg": (-22, 22),
    "head": (-12, 12),
    "tail": (-50, 50),
    "wing": (-60, 60),
    "tool": (-60, 60),
    "fin": (-40, 40),
    "claw": (-60, 60),
    "top": (-20, 20),
    "ear": (-20, 20),
    "feeler": (-20, 20),
    "cape": (-12, 12),
    "sail": (-8, 8),
}
"""Degrees that bones are turned by, by the beginnings of their names, the longest that fits; arms from the front."""


def in_stance(build: Build, rng: np.random.Generator) -> Build:
    """Return a build that stands otherwise. Gaits swing about its stance, acts lead from it to where they always do."""
    turns = {bone.name: _turn(bone.name, build.mirrored, rng) for bone in build.bones}
    rest = build.pose("rest", 0.0)

    def pose(act: str, time: float) -> Pose:
        posed = dict(build.pose(act, time))
        for name, degrees in turns.items():
            turn = posed.get(name, REST)
            away = abs(turn.angle - rest.get(name, REST).angle)
            left = 1.0 if act in GAITS else 1 - min(1.0, away / REACHED)
            posed[name] = replace(turn, angle=turn.angle + left * degrees)
        return posed

    return replace(build, pose=pose)


def _turn(name: str, side: bool, rng: np.random.Generator) -> float:
    kind = max((kind for kind in _TURNS if name.startswith(kind)), key=len, default="")
    low, high = _TURNS.get(kind, (0.0, 0.0))
    if kind.startswith("arm") and side:  # Both swing forwards and back.
        low, high = -110.0, 60.0
    return float(rng.uniform(low, high)) if rng.random() < SHARE else 0.0
