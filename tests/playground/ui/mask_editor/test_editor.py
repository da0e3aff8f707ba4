"""Painting a mask in a window: every key and the mouse, by synthetic events."""

import time
from collections.abc import Callable

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray
from pygame import Surface
from pygame.event import Event

from glass.core.masks import SOLID
from playground.ui.mask_editor.editor import MaskEditor
from tests.playground.keys import mouse_down, mouse_up, press, release, tap

pytestmark = pytest.mark.usefixtures("dummy_display")
WINDOW = (640, 480)


@pytest.fixture(name="painting")
def make_painting(paint: Callable[..., NDArray[np.uint8]]) -> MaskEditor:
    frame = paint()
    painting = MaskEditor(frame, (frame[:, :, 0] > 200).astype(np.float32))
    draw(painting)
    return painting


def draw(painting: MaskEditor, size: tuple[int, int] = WINDOW) -> NDArray[np.uint8]:
    surface = Surface(size)
    painting.draw(surface)
    return pygame.surfarray.array3d(surface).transpose(1, 0, 2)


def at(painting: MaskEditor, x: float, y: float) -> tuple[int, int]:
    """The point of the window that shows a place of the frame."""
    box, scale = painting._layout.picture, painting._layout.scale
    return round(box.left + x * scale), round(box.top + y * scale)


def drag(painting: MaskEditor, *places: tuple[float, float], button: int = pygame.BUTTON_LEFT) -> None:
    points = [at(painting, *place) for place in places]
    painting.handle(Event(pygame.MOUSEBUTTONDOWN, button=button, pos=points[0]))
    for point in points[1:]:
        painting.handle(Event(pygame.MOUSEMOTION, pos=point, rel=(0, 0), buttons=(1, 0, 0)))
    painting.handle(Event(pygame.MOUSEBUTTONUP, button=button, pos=points[-1]))


def solid(painting: MaskEditor) -> int:
    return int((painting.mask > SOLID).sum())


def test_it_begins_with_the_mask_given_or_none(painting: MaskEditor) -> None:
    assert solid(painting) == 48
    assert solid(MaskEditor(np.zeros((24, 32, 3), np.uint8))) == 0


def test_the_left_button_paints_and_the_right_erases(painting: MaskEditor) -> None:
    drag(painting, (2.5, 3.5), (28.5, 3.5))
    assert (painting.mask[3, 2:29] == 1).all()
    drag(painting, (2.5, 3.5), (28.5, 3.5), button=pygame.BUTTON_RIGHT)
    assert not painting.mask[3, 2:29].any()


def test_moving_without_a_button_paints_nothing(painting: MaskEditor) -> None:
    painting.handle(Event(pygame.MOUSEMOTION, pos=at(painting, 3, 3), rel=(0, 0), buttons=(0, 0, 0)))
    assert solid(painting) == 48


def test_the_eraser_is_for_the_left_button_too(painting: MaskEditor) -> None:
    tap(painting, pygame.K_e)
    drag(painting, (12, 8), (18, 16))
    assert solid(painting) < 48
    tap(painting, pygame.K_e)
    drag(painting, (12, 8), (18, 16))
    assert solid(painting) > 48


def test_brackets_and_wheel_change_the_size(painting: MaskEditor) -> None:
    tap(painting, pygame.K_c)
    drag(painting, (5, 5))
    plain = solid(painting)
    for grow, shrink in (
        (Event(pygame.MOUSEWHEEL, x=0, y=1), Event(pygame.MOUSEWHEEL, x=0, y=-1)),
        (Event(pygame.KEYDOWN, key=pygame.K_RIGHTBRACKET, unicode="]"), None),
    ):
        tap(painting, pygame.K_c)
        painting.handle(grow)
        drag(painting, (5, 5))
        assert solid(painting) > plain
        painting.handle(shrink or Event(pygame.KEYDOWN, key=pygame.K_LEFTBRACKET, unicode="["))
        tap(painting, pygame.K_c)
        drag(painting, (5, 5))
        assert solid(painting) == plain


def test_all_by_keyboard(painting: MaskEditor) -> None:
    tap(painting, pygame.K_c)
    for _ in range(20):
        press(painting, pygame.K_LEFTBRACKET, unicode="[")
    tap(painting, pygame.K_SPACE)
    assert np.argwhere(painting.mask).tolist() == [[12, 16]]
    tap(painting, pygame.K_RIGHT, pygame.K_RIGHT, pygame.K_UP)
    press(painting, pygame.K_SPACE)
    tap(painting, pygame.K_RIGHT, pygame.K_RIGHT)
    release(painting, pygame.K_SPACE)
    tap(painting, pygame.K_RIGHT)
    assert np.argwhere(painting.mask).tolist() == [[11, 18], [11, 19], [11, 20], [12, 16]]
    tap(painting, pygame.K_RETURN)
    assert not painting.running
    assert painting.painted is not None
    assert painting.painted.sum() == 4


def test_a_held_arrow_goes_on_after_a_while(painting: MaskEditor) -> None:
    press(painting, pygame.K_LEFT)
    painting.update(0.1)
    assert painting._cursor == (15, 12)
    for _ in range(20):
        painting.update(0.05)
    assert painting._cursor[0] == 0
    release(painting, pygame.K_LEFT)
    press(painting, pygame.K_s)
    painting.handle(Event(pygame.WINDOWFOCUSLOST))
    for _ in range(20):
        painting.update(0.05)
    assert painting._cursor == (0, 13)


def test_undo_and_redo_by_all_their_keys(painting: MaskEditor) -> None:
    undo = [(pygame.K_u, 0), (pygame.K_BACKSPACE, 0), (pygame.K_z, pygame.KMOD_CTRL)]
    for key, mod in undo:
        drag(painting, (3, 3))
        painted = solid(painting)
        painting.handle(Event(pygame.KEYDOWN, key=key, unicode="", mod=mod))
        assert solid(painting) == 48
        tap(painting, pygame.K_y)
        assert solid(painting) == painted
        tap(painting, pygame.K_u)
    drag(painting, (3, 3))
    tap(painting, pygame.K_o)
    assert solid(painting) == 48


def test_an_empty_mask_is_not_agreed_on(painting: MaskEditor) -> None:
    tap(painting, pygame.K_c, pygame.K_RETURN)
    assert painting.running
    assert "nothing is painted" in painting._message.text
    draw(painting)
    painting.update(5)
    assert painting._message.text == ""
    tap(painting, pygame.K_RETURN)
    assert painting._message.text
    drag(painting, (3, 3))  # whoever paints has read it
    assert painting._message.text == ""


@pytest.mark.parametrize("event", [Event(pygame.QUIT), Event(pygame.KEYDOWN, key=pygame.K_ESCAPE, unicode="")])
def test_going_back_gives_no_mask(painting: MaskEditor, event: Event) -> None:
    drag(painting, (3, 3))
    painting.handle(event)
    assert not painting.running
    assert painting.painted is None


def test_what_is_drawn(painting: MaskEditor) -> None:
    """Bright inside the mask, dark outside, and a line between; nothing but the agent when it is alone."""
    painting.handle(Event(pygame.MOUSEMOTION, pos=(0, 0), rel=(0, 0), buttons=(0, 0, 0)))
    shown = draw(painting)
    inside, outside = at(painting, 15.5, 12.5)[::-1], at(painting, 3.5, 3.5)[::-1]
    assert shown[inside].tolist() == [255, 0, 0]
    assert shown[outside].tolist() == (painting._frame[3, 3] * np.float32(0.45)).astype(np.uint8).tolist()
    assert shown[at(painting, 12, 12.5)[::-1]].tolist() == [240, 175, 30]
    tap(painting, pygame.K_c)
    assert draw(painting)[outside].tolist() == painting._frame[3, 3].tolist()
    tap(painting, pygame.K_u, pygame.K_TAB)
    alone = draw(painting)
    assert alone[inside].tolist() == [255, 0, 0]
    assert len(set(alone[outside].tolist())) == 1


def test_a_stroke_is_seen_at_once(painting: MaskEditor) -> None:
    before = draw(painting)
    mouse_down(painting, at(painting, 3, 3))
    assert not np.array_equal(draw(painting), before)
    mouse_up(painting, at(painting, 3, 3))


@pytest.mark.parametrize("size", [(1, 1), (60, 400), (400, 60), (2000, 300)])
def test_any_window_can_be_drawn_on(painting: MaskEditor, size: tuple[int, int]) -> None:
    draw(painting, size)
    tap(painting, pygame.K_e, pygame.K_TAB)
    draw(painting, size)


def test_larger_text_leaves_the_picture_in_sight(painting: MaskEditor) -> None:
    large = MaskEditor(painting._frame, painting.mask, text_size=2.0)
    assert not np.array_equal(draw(large), draw(painting))
    assert large._layout.unit == 2 * painting._layout.unit
    assert large._layout.scale >= 1


def test_what_stands_in_a_dragged_box_is_cut_out_and_can_be_undone(paint: Callable[..., NDArray[np.uint8]]) -> None:
    painting = MaskEditor(paint(), boxes=True)
    before = draw(painting)
    painting.handle(Event(pygame.MOUSEBUTTONDOWN, button=pygame.BUTTON_LEFT, pos=at(painting, 9, 5)))
    painting.handle(Event(pygame.MOUSEMOTION, pos=at(painting, 21, 19), rel=(0, 0), buttons=(1, 0, 0)))
    assert (draw(painting) != before).any()
    painting.handle(Event(pygame.MOUSEBUTTONUP, button=pygame.BUTTON_LEFT, pos=at(painting, 21, 19)))
    for _ in range(300):
        painting.update(0.01)
        if solid(painting):
            break
        pygame.time.wait(10)
    assert painting.mask[8:16, 12:18].all() and solid(painting) == 48
    tap(painting, pygame.K_u)
    assert not solid(painting)
    tap(painting, pygame.K_b)
    drag(painting, (2.5, 3.5), (28.5, 3.5))
    assert (painting.mask[3, 2:29] == 1).all()


def test_a_large_picture_is_shown_smaller_with_its_hints(paint: Callable[..., NDArray[np.uint8]]) -> None:
    painting = MaskEditor(np.full((360, 480, 3), 90, np.uint8))
    draw(painting, (480, 400))
    assert 0 < painting._layout.factor < 1 and painting._layout.hints
    assert painting._layout.picture.width <= 480


def test_who_confirms_while_it_is_cut_out_waits_for_that() -> None:
    frame = np.full((60, 80, 3), 200, np.uint8)
    frame[20:40, 30:50] = (200, 30, 30)
    painting = MaskEditor(frame, boxes=True)
    draw(painting)
    place = painting._layout.picture
    factor = painting._layout.factor
    mouse_down(painting, (place.left + round(24 * factor), place.top + round(14 * factor)))
    end = (place.left + round(56 * factor), place.top + round(46 * factor))
    painting.handle(Event(pygame.MOUSEMOTION, pos=end, rel=(0, 0), buttons=(1, 0, 0)))
    mouse_up(painting, end)
    press(painting, pygame.K_RETURN)
    assert painting.running or painting.painted is not None
    until = time.monotonic() + 30
    while painting.running:
        assert time.monotonic() < until
        painting.update(0.02)
        time.sleep(0.02)
    assert painting.painted is not None
    assert painting.painted[22:38, 32:48].mean() > 0.9 and painting.painted[:10].max() == 0


def test_a_large_picture_is_as_large_as_fits() -> None:
    painting = MaskEditor(np.zeros((300, 450, 3), np.uint8))
    painting.draw(Surface((1000, 800)))
    assert painting._layout.factor > 1.9 and painting._layout.picture.width > 900
