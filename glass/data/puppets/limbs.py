"""Limbs of puppets: which pixels of a puppet at rest belong to which limb, and how each limb turns in every action.

Bones of all kinds of builds are sorted into a few kinds of limbs that move alike, so that who looks at a picture can
tell them apart without knowing builds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glass.core.limbs import ACTIONS, BODY, LIMBS, MOVES
from glass.data.core.clip import CYCLE
from glass.data.puppets.motion import Build
from glass.data.puppets.skeleton import REST, Pose, place_bones

_BONES = {
    "biped": {
        "arm": "arm",
        "arm back": "arm back",
        "shield": "arm back",
        "leg": "leg a",
        "leg back": "leg b",
        "head": "head",
        "hat": "head",
        "cape": "tail",
        "tool": "tool",
    },
    "quadruped": {
        "leg 1": "leg d",
        "leg 2": "leg b",
        "leg 3": "leg c",
        "leg 4": "leg a",
        "tail": "tail",
        "head": "head",
        "ear": "head",
    },
    "flyer": {"wing": "wing", "wing back": "wing back", "tail": "tail"},
    "blob": {"arm": "arm", "arm back": "arm back"},
    "fish": {"tail": "tail", "fin": "fin"},
    "insect": {"head": "head", "feeler": "head", "claw": "arm"}
    | {f"leg {number}": "leg " + "abcd"[number % 2 + 2 * (number // 2 % 2)] for number in range(8)},
    "vehicle": {f"wheel {number}": "wheel" for number in range(4)},
    "ship": {"fin": "fin"},
}
"""Kinds of limbs by kind of build and bone; bones that are not named belong to the body."""
_TRUNKS = ("trunk", "hull")
"""Bones that a build's others hang at, most of them; without any it is the first one."""


@dataclass(frozen=True)
class Limbs:
    """The limbs of one puppet at rest, as it faces right, with L of `LIMBS` and A of `ACTIONS`."""

    mirrored: bool
    """Whether it faces left in the mirror: not if it is seen from the front."""

    seen: NDArray[np.uint8]
    """(64, 64): index of the limb that is seen at a pixel; of no meaning where nothing is."""
    covered: NDArray[np.bool_]
    """(L, 64, 64): what a limb covers, seen or behind others."""
    joints: NDArray[np.float32]
    """(2, 64, 64): the joint of the limb that is seen at a pixel, right and down from it in pixels; 0 for the body."""
    motions: NDArray[np.float32]
    """(A, 8, L, 5): how a limb moves at a time of an action, against rest and the bone that it hangs at: its turn in
    degrees, clockwise; how far its joint moves right and down, as a share of the puppet's longer side; and logarithms
    of the factors by which it grows across and along, 0 but for the body, which all else hangs at. The body's joint is
    the middle of the puppet's bounding box at rest."""


def limbs_of(
    build: Build,
    drawn: Mapping[str, NDArray[np.bool_]],
    joints: Mapping[str, tuple[float, float]],
    side: float,
    middle: tuple[float, float],
) -> Limbs:
    """Sort a build's bones into limbs.

    Args:
        build: the puppet.
        drawn: what each bone covers of the cell at rest, (64, 64), by name.
        joints: where each bone's joint lies in the cell, x and y in pixels, by name.
        side: of the puppet, its longer one, in pixels of the bones.
        middle: of its bounding box at rest, right and down from its root, in pixels of the bones.
    """
    names = _BONES.get(build.kind, {})
    rest = build.pose("rest", 0.0)
    seen = np.full(next(iter(drawn.values())).shape, BODY, np.uint8)
    covered = np.zeros((len(LIMBS), *seen.shape), bool)
    to_joint = np.zeros((2, *seen.shape), np.float32)
    rows, columns = np.indices(seen.shape) + 0.5
    parents = {bone.name: bone.parent for bone in build.bones}
    motions = np.zeros((len(ACTIONS), CYCLE, len(LIMBS), MOVES), np.float32)
    poses = [[build.pose(action, frame / CYCLE) for frame in range(CYCLE)] for action in ACTIONS]
    for bone in sorted(build.bones, key=lambda one: one.depth):
        limb = LIMBS.index(names.get(bone.name, "body"))
        seen[drawn[bone.name]] = limb
        covered[limb] |= drawn[bone.name]
        if limb == BODY:
            to_joint[:, drawn[bone.name]] = 0
            continue
        first = bone.name  # Who hangs at a bone of the same limb moves with it.
        while names.get(parents[first]) == names[first]:
            first = parents[first]
        x, y = joints[first]
        to_joint[:, drawn[bone.name]] = np.stack([x - columns, y - rows])[:, drawn[bone.name]]
        if first != bone.name:
            continue
        still = rest.get(bone.name, REST)
        for action, frames in enumerate(poses):
            for frame, pose in enumerate(frames):
                turn = pose.get(bone.name, REST)
                away = (turn.angle - still.angle, (turn.x - still.x) / side, (turn.y - still.y) / side)
                motions[action, frame, limb, :3] = away
    motions[:, :, BODY] = [[_whole_motion(build, pose, rest, side, middle) for pose in frames] for frames in poses]
    return Limbs(build.mirrored, seen, covered, to_joint, motions)


def _whole_motion(
    build: Build, pose: Pose, rest: Pose, side: float, middle: tuple[float, float]
) -> NDArray[np.float64]:
    """Return how the bone that a build's others hang at moves from rest into a pose, as the body of `Limbs.motions`."""
    names = [bone.name for bone in build.bones]
    last = next((names.index(trunk) for trunk in _TRUNKS if trunk in names), 0)
    now, before = (place_bones(build.bones[: last + 1], one, (0.0, 0.0))[names[last]] for one in (pose, rest))
    motion = now @ np.linalg.inv(before)
    across, along = motion[:2, 0], motion[:2, 1]
    turn = np.arctan2(across[1] - along[0], across[0] + along[1])
    away = (motion @ (*middle, 1.0))[:2] - middle
    return np.array(
        [np.degrees(turn), *away / side, *np.log([np.hypot(*across), np.hypot(*along)])],
    )
