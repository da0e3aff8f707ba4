"""Limbs: cut out of a picture, turned about their joints, and nothing but them."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from glass.core.limbs import ACTIONS, BODY, LIMBS, MOVES
from playground.engine.compositing import to_bytes
from playground.engine.layered_warp import WarpLayers, WarpSource, render_layers
from playground.engine.limbs.acting import STANDING, LimbAct, gait_of, limbs_between
from playground.engine.limbs.rig import Rig

SIDE = 48
ARM, LEG, FAR_LEG, WHEEL = (LIMBS.index(limb) for limb in ("arm", "leg a", "leg b", "wheel"))
RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)

Box = tuple[int, int, int, int]


def picture(body: Box, limb: Box, rounded: bool = False) -> NDArray[np.uint8]:
    """A red body, and a blue limb before it; boxes are left, top, right and bottom."""
    pixels = np.zeros((SIDE, SIDE, 4), np.uint8)
    for (left, top, right, bottom), colour in ((body, RED), (limb, BLUE)):
        pixels[top:bottom, left:right] = colour
    if rounded:
        left, top, right, bottom = limb
        y, x = np.indices((SIDE, SIDE)) + 0.5
        away = np.hypot(x - (left + right) / 2, y - (top + bottom) / 2)
        corners = (away > (right - left) / 2) & (pixels == BLUE).all(2)
        pixels[corners] = 0
    return pixels


def rig(pixels: NDArray[np.uint8], limb: int, joint: tuple[float, float], sure: float = 1.0, under: int = BODY) -> Rig:
    """What is blue is the limb, with its joint at a place; `under` covers what is blue, too."""
    blue = ((pixels == BLUE).all(2)).astype(np.float32)
    seen = np.zeros((len(LIMBS), SIDE, SIDE), np.float32)
    seen[limb], seen[BODY] = sure * blue, 1 - sure * blue
    covered = seen.copy()
    covered[under] = np.maximum(covered[under], blue)
    rows, columns = np.indices((SIDE, SIDE)) + 0.5
    joints = np.stack([joint[0] - columns, joint[1] - rows]).astype(np.float32)
    return Rig(seen, covered, joints, np.zeros((len(ACTIONS), 8, len(LIMBS), MOVES), np.float32))


def turned(limb: int, degrees: float) -> NDArray[np.float32]:
    limbs = np.zeros((len(LIMBS), MOVES), np.float32)
    limbs[limb, 0] = degrees
    return limbs


def is_colour(pixels: NDArray[np.uint8], x: int, y: int, colour: tuple[int, int, int, int]) -> bool:
    return bool(np.abs(pixels[y, x].astype(int) - colour).max() < 40)


def test_a_limb_turns_about_its_joint() -> None:
    pixels = picture((16, 10, 26, 34), (26, 12, 30, 26))
    cut = rig(pixels, ARM, (28, 14), under=ARM).cut(pixels)
    posed = cut.posed(turned(ARM, -90), SIDE)  # anticlockwise: what hung down points right
    assert is_colour(posed, 37, 14, BLUE)
    assert posed[24, 29, 3] == 0
    assert is_colour(posed, 20, 30, RED)


def test_what_is_fetched_is_what_is_posed() -> None:
    pixels = picture((16, 10, 26, 34), (26, 12, 30, 26))
    cut = rig(pixels, ARM, (28, 14)).cut(pixels)
    limbs, line = turned(ARM, -50), np.arange(SIDE, dtype=np.float32)
    x, y = np.meshgrid(line[10:40], line[4:44])
    assert np.array_equal(cut.fetched(limbs, x, y, cv2.INTER_NEAREST), cut.posed(limbs, SIDE)[4:44, 10:40])
    smooth = cut.fetched(limbs, x, y).astype(int)
    assert np.abs(smooth - cut.posed(limbs, SIDE)[4:44, 10:40]).mean() < 12
    mirrored = cut.fetched(limbs, SIDE - 1 - x, y)
    assert np.abs(mirrored[:, ::-1].astype(int) - cut.fetched(limbs, SIDE - 1 - x[:, ::-1], y)).max() == 0


def test_a_picture_at_rest_is_exactly_as_it_was() -> None:
    pixels = picture((16, 10, 26, 34), (20, 12, 24, 26))
    source = WarpSource(pixels.astype(np.float32) / 255, False, rig(pixels, ARM, (22, 14)))
    rest = WarpLayers(
        False, *(np.float32(part) for part in (np.zeros((1, 2, 12, 12)), np.ones((1, 48, 48)), np.zeros((4, 48, 48))))
    )
    still, moved = (replace(rest, limbs=turned(ARM, degrees)) for degrees in (0, 60))
    assert np.array_equal(to_bytes(render_layers(still, source)), pixels)
    assert not np.array_equal(to_bytes(render_layers(moved, source)), pixels)


def test_what_an_arm_hid_is_filled_with_the_body() -> None:
    pixels = picture((16, 10, 26, 34), (20, 12, 24, 26))
    cut = rig(pixels, ARM, (22, 13)).cut(pixels)
    posed = cut.posed(turned(ARM, -150), SIDE)
    assert is_colour(posed, 22, 24, RED)


def test_a_far_leg_that_is_hidden_is_a_copy_of_the_near_one() -> None:
    pixels = picture((16, 6, 26, 24), (19, 24, 23, 40))
    cut = rig(pixels, LEG, (21, 25), under=FAR_LEG).cut(pixels)
    posed = cut.posed(turned(LEG, 40) + turned(FAR_LEG, -40), SIDE)
    left, right = (int((posed[34, side, 2] > 200).sum()) for side in (slice(0, 20), slice(22, SIDE)))
    assert left
    assert right


def test_who_is_not_sure_of_a_limb_moves_none() -> None:
    pixels = picture((16, 10, 26, 34), (26, 12, 30, 26))
    assert not rig(pixels, ARM, (28, 14), sure=0.45).cut(pixels).pieces


def test_only_round_wheels_turn() -> None:
    long, round_one = (picture((8, 10, 40, 30), limb, limb[3] == 40) for limb in ((10, 30, 34, 36), (12, 30, 22, 40)))
    assert not rig(long, WHEEL, (22, 33)).cut(long).pieces
    cut = rig(round_one, WHEEL, (0, 0)).cut(round_one)
    assert cut.pieces[0].joint == pytest.approx((17, 35), abs=0.6)  # its middle, whatever is told


def test_all_goes_along_with_the_body() -> None:
    pixels = picture((16, 10, 26, 34), (26, 12, 30, 26))  # Its box is 14 wide and 24 high, about (23, 22).
    cut = rig(pixels, ARM, (28, 14), under=ARM).cut(pixels)
    places = np.meshgrid(*(np.arange(SIDE, dtype=np.float32),) * 2)
    lying = cut.fetched(turned(BODY, 90), *places)  # clockwise: what was above is on the right
    assert is_colour(lying, 34, 20, RED) and is_colour(lying, 28, 28, BLUE) and lying[33, 23, 3] == 0
    away = turned(BODY, 0)
    away[BODY, 1:] = 0.25, 0, 0, np.log(0.5)
    low = cut.fetched(away, *places)  # 6 pixels to the right, half as high
    assert is_colour(low, 23, 17, RED) and is_colour(low, 34, 18, BLUE)
    assert not low[:15, :, 3].any() and not low[30:, :, 3].any() and not low[:, :21, 3].any()


def test_limbs_turn_the_shorter_way_between_two_ticks() -> None:
    between = limbs_between(turned(WHEEL, 350), turned(WHEEL, 10), 0.5)
    assert between[WHEEL, 0] % 360 == pytest.approx(0)


def motions(action: str, limb: int) -> NDArray[np.float32]:
    """Motions in which a limb turns by ten degrees a time of an action's cycle."""
    cycle = np.zeros((len(ACTIONS), 8, len(LIMBS), MOVES), np.float32)
    cycle[ACTIONS.index(action), :, limb, 0] = 10 * np.arange(8)
    return cycle


def played(action: str, limb: int, ticks: int, backwards: bool = False) -> tuple[LimbAct, NDArray[np.float32]]:
    act, limbs = STANDING, turned(limb, 0)
    for _ in range(ticks):
        act = act.after(ACTIONS.index(action))
        limbs = act.limbs(motions(action, limb), limbs, backwards)
    return act, limbs


def test_an_act_begins_halfway_and_is_held_before_its_end() -> None:
    assert played("raise", ARM, 1)[1][ARM, 0] == pytest.approx(5)
    assert played("raise", ARM, 3)[1][ARM, 0] == pytest.approx(30)
    assert played("raise", ARM, 20)[1][ARM, 0] == pytest.approx(60)


def test_gaits_go_round() -> None:
    assert played("go", LEG, 9)[1][LEG, 0] == pytest.approx(10)


def test_limbs_come_back_to_rest() -> None:
    act, limbs = played("raise", ARM, 4)
    for _ in range(8):
        act = act.after(None)
        limbs = act.limbs(motions("raise", ARM), limbs, backwards=False)
    assert not limbs.any()


def test_wheels_roll_on_and_backwards() -> None:
    _, forwards = played("go", WHEEL, 5)
    _, back = played("go", WHEEL, 5, backwards=True)
    assert forwards[WHEEL, 0] == pytest.approx(50)
    assert back[WHEEL, 0] == pytest.approx(360 - 50)
    stopped = LimbAct(None, 1).limbs(motions("go", WHEEL), forwards, backwards=False)
    assert stopped[WHEEL, 0] == forwards[WHEEL, 0]


def test_two_legs_that_are_told_as_one_are_two() -> None:
    pixels = picture((14, 6, 34, 24), (16, 24, 32, 42))
    pixels[30:42, 22:26] = 0  # They are apart below the knees.
    told = rig(pixels, LEG, (24, 25), under=LEG)
    cut = told.cut(pixels)
    assert {piece.limb for piece in cut.pieces} == {LEG, FAR_LEG}
    pixels[24:42, 24:32] = (0, 200, 0, 255)
    pixels[30:42, 22:26] = BLUE
    coloured = Rig(told.seen, told.covered, told.joints, told.motions).cut(pixels)
    assert {piece.limb for piece in coloured.pieces} == {LEG, FAR_LEG}
    green = [int((piece.pixels == (0, 200, 0, 255)).all(2).sum()) for piece in coloured.pieces]
    assert min(green) == 0 and max(green) >= int((pixels == (0, 200, 0, 255)).all(2).sum())


def test_who_goes_somewhere_goes_so() -> None:
    ways = [gait_of(way) for way in ("left", "right", "up", "down", "stay")]
    assert ways == [*(ACTIONS.index(gait) for gait in ("go", "go", "go up", "go down")), None]
