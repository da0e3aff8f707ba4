"""Actions of the robot: every command to the gripper with every command to the hand's height."""

from enum import IntEnum

TICK_RATE = 10.0
"""Frames a second."""


class Grip(IntEnum):
    """What the gripper is told."""

    OPEN = 0
    CLOSE = 1
    HOLD = 2


class Lift(IntEnum):
    """What the hand is told about its height."""

    LIFT = 0
    LOWER = 1
    LEVEL = 2


def _name(grip: Grip, lift: Lift) -> str:
    """Name an action by what changes: "close lift", "lift" where the gripper holds, "hold" where nothing changes."""
    words = [word.name.lower() for word in (grip, lift) if word is not Grip.HOLD and word is not Lift.LEVEL]
    return " ".join(words) or "hold"


ACTIONS = tuple(_name(grip, lift) for grip in Grip for lift in Lift)
"""Names of the true actions: every grip with every lift."""


def action_of(grip: Grip, lift: Lift) -> int:
    """Give the index into `ACTIONS`."""
    return int(grip) * len(Lift) + int(lift)
