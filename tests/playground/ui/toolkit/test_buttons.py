from itertools import pairwise

import pygame
import pytest
from pygame import Rect, Surface

from playground.gameplay.scene import Notice
from playground.input.controls import Command
from playground.ui.toolkit import theme
from playground.ui.toolkit.button_icons import ICONS, button_icon
from playground.ui.toolkit.buttons import Button, ButtonRow
from playground.ui.toolkit.double_clicks import DoubleClicks
from playground.ui.toolkit.message_box import MessageBox
from playground.ui.toolkit.timed_message import TimedMessage

PATH = "/home/somebody/Pictures/" + "a_long_name_" * 12 + ".gif"


def test_every_icon_is_seen_and_unlike_the_others() -> None:
    shown = [pygame.image.tobytes(button_icon(name, 24, theme.TEXT), "RGBA") for name in ICONS]
    assert len(set(shown)) == len(ICONS)
    assert all(max(pixels[3::4]) == 255 for pixels in shown)


@pytest.mark.parametrize("width", [200, 640, 1920])
def test_buttons_stand_side_by_side_in_their_bar_and_are_found_by_the_mouse(width: int) -> None:
    row, surface = ButtonRow(theme.Lettering()), Surface((width, 300))
    buttons = [Button(index, icon, "a tip") for index, icon in enumerate(ICONS[:11])]
    place = row.draw(surface, Rect(0, 0, width, 30), 13, buttons)
    boxes = [row.box(index) for index in range(11)]
    assert all(place.contains(box) and row.at(box.center) == index for index, box in enumerate(boxes))
    assert all(one.right <= other.left for one, other in pairwise(boxes))
    assert place.right <= width and place.width < 0.7 * width
    assert row.at((0, 299)) is None
    row.hide()
    assert row.at(boxes[0].center) is None


@pytest.mark.parametrize("bar", [Rect(0, 0, 400, 30), Rect(0, 270, 400, 30)])
def test_a_tooltip_stands_inside_the_window_and_beside_its_button(bar: Rect) -> None:
    row, surface = ButtonRow(theme.Lettering()), Surface((400, 300))
    buttons = [Button("a", "folder", "a long tip that says what it does", "Ctrl+O"), Button("b", "help", "help")]
    row.draw(surface, bar, 13, buttons)
    before = pygame.surfarray.array3d(surface)
    row.draw_tip(surface, 13, buttons, "b")
    row.draw_tip(surface, 13, buttons, "nothing")
    changed = (pygame.surfarray.array3d(surface) != before).any(2)
    assert changed.any()
    box = row.box("b")
    assert not changed[box.left : box.right, box.top : box.bottom].any()


def test_messages_are_whole_and_links_are_found() -> None:
    surface, box = Surface((640, 480)), MessageBox(theme.Lettering())
    lettering = theme.Lettering()
    lines = lettering.wrap(f"saved {PATH} (11 kB)", 13, 300)
    assert "".join(lines).replace(" ", "") == f"saved{PATH}(11kB)"
    assert all(lettering.width(line, 13) <= 300 for line in lines)
    box.draw(surface, (320, 470), 13, Notice(f"saved {PATH}", link="show in folder", command=Command.FOLDER))
    assert box.link is not None and box.command_at(box.link.center) is Command.FOLDER
    assert box.command_at((1, 1)) is None
    box.draw(surface, (320, 470), 13, Notice(""))
    assert box.link is None


def test_errors_have_a_colour_and_a_sign_of_their_own() -> None:
    shown = []
    for error in (False, True):
        surface = Surface((640, 480))
        MessageBox(theme.Lettering()).draw(surface, (320, 470), 13, Notice("it cannot be", error))
        shown.append((pygame.surfarray.array3d(surface) == theme.RECORDING).all(2).sum())
    assert shown[0] == 0 and shown[1] > 100


def test_a_message_goes_with_all_it_is() -> None:
    message = TimedMessage()
    message.tell("not a picture", error=True)
    assert message.notice == Notice("not a picture", True)
    message.advance(5)
    assert message.notice == Notice("")


def test_two_presses_within_a_moment_are_a_double_click() -> None:
    now = [0.0]
    clicks = DoubleClicks(lambda: now[0])
    assert not clicks.second("a", (5, 5))
    now[0] = 0.2
    assert not clicks.second("b", (5, 5))
    now[0] = 0.4
    assert clicks.second("b", (6, 5))
    now[0] = 0.5
    assert not clicks.second("b", (6, 5))
    now[0] = 2.0
    assert not clicks.second("b", (6, 5))
    now[0] = 2.1
    assert not clicks.second("b", (40, 5))
