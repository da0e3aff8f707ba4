"""What the robot is told besides where to move: every grip with every lift is an action."""

from enum import IntEnum


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


ACTIONS = tuple(f"{grip.name.lower()} {lift.name.lower()}" for grip in Grip for lift in Lift)
"""Names of the true actions: every grip with every lift."""


def action_of(grip: Grip, lift: Lift) -> int:
    """Give the index into `ACTIONS`."""
    return int(grip) * len(Lift) + int(lift)
