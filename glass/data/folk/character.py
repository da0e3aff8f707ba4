"""Folk: characters drawn by code, with the actions and cell layout of sprite sheets."""

from itertools import chain

import numpy as np

from glass.data.core.clip import ACTIONS, CYCLE, Character
from glass.data.folk.body import draw_front, draw_left
from glass.data.folk.canvas import SIZE
from glass.data.folk.head import draw_head
from glass.data.folk.look import draw_look
from glass.data.folk.pose import FRONT_POSES, LEFT_POSES


def folk_character(seed: int) -> Character:
    """Draw the character of a seed; the same seed gives the same bytes.

    Args:
        seed: any whole number from 0 up.

    Returns:
        A character named `folk-SEED` with cells (9, 8, 64, 64, 4), alpha 0 or 255; the views from the right are the
        views from the left mirrored.
    """
    look = draw_look(np.random.default_rng(seed))
    cells = np.zeros((len(ACTIONS), CYCLE, SIZE, SIZE, 4), dtype=np.uint8)
    for view, draw, actions in ((0, draw_front, FRONT_POSES), (1, draw_left, LEFT_POSES)):
        head = draw_head(look, side=draw is draw_left)
        drawn = {pose: draw(look, head, pose).render(look.palette) for pose in set(chain.from_iterable(actions))}
        cells[view::3] = [[drawn[pose] for pose in poses] for poses in actions]
    cells[2::3] = cells[1::3, :, :, ::-1]
    return Character(name=f"folk-{seed:03d}", cells=cells)
