"""Figures of global and local actions: what each does to start frames."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from export.figures.figure import Figure, broken, draw_grid
from playground import Action, Engine, Observation, Snapshot
from playground.pictures.picture import Picture
from playground.scripts.language import parse_script
from playground.world.frame_bounds import FrameBounds

COLUMNS = ("right", "left", "down", "up", "stay")
"""Columns of the figure of global actions."""
PLAY_TICKS = 9
"""Ticks of an animation."""
MOVING_ROWS = 3
"""Start frames in the animation of local actions; its file grows with them."""
START_REPEATS = 3
"""Pictures of the start before it."""
LARGEST_CUT_SHARE = 0.5
"""Share of the frame from which on a cut around the agent would show less than the frame does."""
CUT_MARGIN = 2
"""Pixels left around an agent that is cut out."""

Pixels = NDArray[np.uint8]


def global_actions(engine: Engine, starts: Sequence[Picture]) -> Figure:
    """Animate every direction from every start frame."""
    plays = [[_walk(engine, moment, direction) for direction in COLUMNS] for moment in _moments(engine, starts)]
    frames = [draw_grid(COLUMNS, [[play[tick] for play in row] for row in plays]) for tick in range(PLAY_TICKS + 1)]
    return Figure(
        "global_actions",
        "Global actions",
        f"Rows are start frames, columns what is asked for: {engine.manifest.speed:g} pixels a tick to one side, or "
        f"none, each with the local action that goes with it. {PLAY_TICKS} ticks; an agent that would leave the frame "
        "walks on at its edge.",
        [frames[0]] * START_REPEATS + frames,
        engine.tick_rate,
    )


def local_actions(engine: Engine, starts: Sequence[Picture]) -> list[Figure]:
    """Show every local action from every start frame, as a picture and as an animation."""
    codes = range(1, engine.manifest.codes + 1)
    plays = [[_hold(engine, moment, code) for code in codes] for moment in _moments(engine, starts)]
    looks = _looks(engine, plays)
    labels = [action.label for action in engine.manifest.local_actions]
    titles = ["start", *("\n".join([str(code), *broken(label)]) for code, label in zip(codes, labels, strict=True))]
    moving = looks[:MOVING_ROWS]
    frames = [
        draw_grid(titles, [[row[0][0], *(play[tick] for play in row)] for row in moving])
        for tick in range(PLAY_TICKS + 1)
    ]
    moments = [min(PLAY_TICKS, max(2, action.length)) for action in engine.manifest.local_actions]
    picture = draw_grid(
        titles, [[row[0][0], *(play[moment] for play, moment in zip(row, moments, strict=True))] for row in looks]
    )
    made = "Rows are start frames, columns the local actions, each done without moving. "
    return [
        Figure(
            "local_actions",
            "Local actions",
            f"{made}Every picture is taken when the action has been held for its natural length.",
            [picture],
        ),
        Figure(
            "local_actions_moving",
            "Local actions, moving",
            f"{made}{PLAY_TICKS} ticks of holding it.",
            [frames[0]] * START_REPEATS + frames,
            engine.tick_rate,
        ),
    ]


def _moments(engine: Engine, starts: Sequence[Picture]) -> Iterator[Snapshot]:
    """Give the moment before the first tick of each start frame."""
    for start in starts:
        engine.reset(start)
        yield engine.snapshot()


def _walk(engine: Engine, start: Snapshot, direction: str) -> list[Pixels]:
    """Return a start frame and the ticks of going one way, held inside the frame."""
    seen = [engine.restore(start).frame]
    bounds = FrameBounds.of(engine.world)
    for action in parse_script(f"{direction}*{PLAY_TICKS}", engine.manifest):
        asked = Action(action.shift, local_action=engine.manifest.default_local_action(action.shift))
        seen.append(engine.step(bounds.clamp(engine.world, asked)).frame)
    return seen


def _hold(engine: Engine, start: Snapshot, code: int) -> list[Observation]:
    """Return a start and the ticks of doing a local action on the spot."""
    return [engine.restore(start), *(engine.step(Action(local_action=code)) for _ in range(PLAY_TICKS))]


def _looks(engine: Engine, plays: list[list[list[Observation]]]) -> list[list[list[Pixels]]]:
    """Cut all observations to the one box around the agent that shows all of all of them; leave them whole if large."""
    corners: list[NDArray[np.int64]] = []
    for seen in (seen for row in plays for play in row for seen in play):
        places = np.argwhere(seen.mask)[:, ::-1]
        if len(places):
            middle = np.floor(seen.position).astype(int)
            corners += [places.min(0) - middle, places.max(0) - middle + 1]
    low, high = np.array(corners).min(0) - CUT_MARGIN, np.array(corners).max(0) + CUT_MARGIN
    if np.prod(high - low) > LARGEST_CUT_SHARE * np.prod(engine.frame_size):
        return [[[seen.frame for seen in play] for play in row] for row in plays]
    return [[[_cut(seen, low, high) for seen in play] for play in row] for row in plays]


def _cut(seen: Observation, low: NDArray[np.int64], high: NDArray[np.int64]) -> Pixels:
    """Cut the box from ``low`` to ``high`` (x, y) around an agent's position, moved into the frame where it is not."""
    size = np.array(seen.frame.shape[1::-1])
    width, height = np.minimum(high - low, size)
    left, top = np.clip(np.floor(seen.position).astype(int) + low, 0, size - (width, height))
    return seen.frame[top : top + height, left : left + width]
