"""The actions of a sheet, one a row: walks, acts played standing, and idle."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import Enum

from glass.core.directions import DIRECTIONS
from glass.core.errors import GlassError
from playground.acts.performer import has_card
from playground.bundles.action_names import script_name
from playground.bundles.manifest import Manifest

IDLE = "idle"


class ActionKind(Enum):
    """How an action is played."""

    WALK = "walk"
    """In a direction, over and over."""
    ACT = "act"
    """Standing, once, from the first pose and back."""
    IDLE = "idle"
    """Standing, asked for nothing, over and over."""


@dataclass(frozen=True)
class SheetAction:
    """An action of a sheet."""

    name: str
    """What its tag and its files are called."""
    kind: ActionKind
    """How it is played."""
    local_action: int
    """1..K."""
    shift: tuple[float, float] = (0.0, 0.0)
    """How the agent moves in a tick, (x, y) in pixels of the model's frame."""


def sheet_actions(manifest: Manifest) -> tuple[SheetAction, ...]:
    """Return all actions of a model: idle, a walk in each direction, and its other local actions as acts.

    A local action that is the default of a direction is seen in that direction's walk, one that shows the same as
    another in that one's row, one that shows rest in that of idle; the one of standing still is an act as well, since
    its look may be far from rest.
    """
    found = [SheetAction(IDLE, ActionKind.IDLE, manifest.default_local_actions["stay"])]
    for way, (x, y) in DIRECTIONS.items():
        if way != "stay":
            code, speed = manifest.default_local_actions[way], manifest.speed
            found.append(SheetAction(f"walk_{way}", ActionKind.WALK, code, (x * speed, y * speed)))
    walking = {action.local_action for action in found if action.kind is ActionKind.WALK}
    for code, action in enumerate(manifest.local_actions, start=1):
        if code not in walking and has_card(manifest, code):
            name = _free(script_name(action.label) or f"act_{code}", [one.name for one in found])
            found.append(SheetAction(name, ActionKind.ACT, code))
    return tuple(found)


def choose_actions(actions: Sequence[SheetAction], text: str) -> tuple[SheetAction, ...]:
    """Return the actions that a text asks for, in its order: names, or NEW=NAME to call one otherwise.

    Names are separated by commas or spaces; the number of a local action is one too, `walk` all four directions.

    Raises:
        GlassError: a name is unknown, is no name for a file, or is given twice.
    """
    chosen: list[SheetAction] = []
    for word in text.replace(",", " ").split():
        new, equals, name = word.rpartition("=")
        found = _find(actions, name)
        if equals:
            if len(found) != 1 or not script_name(new):
                raise GlassError(f"--actions {word!r}: give a new name of letters and one action, as in hit=slash_left")
            found = [replace(found[0], name=script_name(new))]
        chosen += found
    names = [action.name for action in chosen]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise GlassError(f"--actions: {doubled!r} is given twice; give it once, or another name as in hit={doubled}")
    if not chosen:
        raise GlassError("--actions: names no action; give some, as in 'idle walk_left'")
    return tuple(chosen)


def _find(actions: Sequence[SheetAction], name: str) -> list[SheetAction]:
    """Return the actions that a name stands for."""
    if name == "walk":
        return [action for action in actions if action.kind is ActionKind.WALK]
    if name.isdecimal():
        found = [action for action in actions if action.kind is ActionKind.ACT and str(action.local_action) == name]
        found = found or [action for action in actions if str(action.local_action) == name][:1]
    else:
        found = [action for action in actions if action.name == name]
    if not found:
        names = [action.name for action in actions]
        close = get_close_matches(name, names, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known are {' '.join(names)}"
        raise GlassError(f"--actions: unknown {name!r}; {hint}")
    return found


def _free(name: str, taken: Sequence[str]) -> str:
    """Return a name that is not taken: itself, or with a number behind it."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
