"""Folk: characters drawn by code, with the actions and cell layout of sprite sheets."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from glass.data.core.clip import ACTIONS, Character
from glass.data.folk.body import draw_front, draw_left
from glass.data.folk.canvas import SIZE
from glass.data.folk.head import draw_head
from glass.data.folk.look import draw_look
from glass.data.folk.pose import FRONT_POSES, LEFT_POSES, Pose


def folk_character(seed: int) -> Character:
    """Draw the character of a seed; the same seed gives the same bytes.

    Args:
        seed: any whole number from 0 up.

    Returns:
        A character named `folk-SEED` with cells (9, 8, 64, 64, 4), alpha 0 or 255; the views from the right are the
        views from the left mirrored.
    """
    look = draw_look(np.random.default_rng(seed))
    front_head, side_head = draw_head(look, side=False), draw_head(look, side=True)

    @cache
    def seen_from_front(pose: Pose) -> NDArray[np.uint8]:
        return draw_front(look, front_head, pose).render(look.palette)

    @cache
    def seen_from_left(pose: Pose) -> NDArray[np.uint8]:
        return draw_left(look, side_head, pose).render(look.palette)

    cells = np.zeros((len(ACTIONS), 8, SIZE, SIZE, 4), dtype=np.uint8)
    for group in range(3):
        front, left, right = group * 3, group * 3 + 1, group * 3 + 2
        for k in range(8):
            cells[front, k] = seen_from_front(FRONT_POSES[group][k])
            cells[left, k] = seen_from_left(LEFT_POSES[group][k])
        cells[right] = cells[left, :, :, ::-1]
    return Character(name=f"folk-{seed:03d}", cells=cells)
