"""Rows of the help about play and time, shown to do what they say: a real window, real keys, what the screen shows."""

from collections.abc import Callable

import pytest

from playground.input.controls import Command
from playground.input.keymap import DEFAULT_KEYMAP, KeyTableRow
from playground.ui.toolkit import theme
from tests.window.desktop import missing, stays, wait_until
from tests.window.player import CARDS, FRAME, SPEED, Player

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "has all it needs")]

NOT_BY_HAND = {"choose another cell of a sprite sheet"}
"""What is played is no sheet; that is tested with events."""
ROWS = [
    row
    for row in DEFAULT_KEYMAP.for_game([CARDS]).rows()
    if row.group in ("Play", "Time") and row.description not in NOT_BY_HAND
]


def moves(player: Player) -> None:
    player.desktop.tap("f")  # the camera shall not move with it
    hands = (("Up", "w", 0, -1), ("Left", "a", -1, 0), ("Down", "s", 0, 1), ("Right", "d", 1, 0))
    for *keys, x, y in hands:
        for key in keys:
            player.walk(str(key), x * SPEED, y * SPEED)
    left, top = player.agent()
    player.desktop.tap("Right+Down")  # held, they would take it out of the picture before a busy machine looks
    wait_until(lambda: player.agent()[0] > left and player.agent()[1] > top, "a diagonal")
    player.desktop.tap("f")


def acts(player: Player) -> None:
    for number in range(1, CARDS + 1):
        card = player.layout.cards[number - 1]
        player.home()
        player.desktop.tap(str(number))  # and what it did is seen for as long as nothing else is asked for
        wait_until(lambda number=number: abs(player.redness() - 255 / (1 + number / 4)) < 3, f"act {number}")  # type: ignore[misc]
        with player.desktop.holding(str(number)):
            wait_until(
                lambda card=card: tuple(player.desktop.look()[card.bottom - 5, card.centerx]) == theme.PRESSED,  # type: ignore[misc]
                f"card {number}",
            )


def looks_around(player: Player) -> None:
    for key in ("Up", "Left", "Down", "Right"):
        before, place = player.background(), player.agent()
        player.desktop.tap(f"shift+{key}")
        wait_until(lambda before=before: (player.background() != before).any(), f"a look {key}")  # type: ignore[misc]
        assert abs(player.agent()[0] - place[0]) < 0.5


def walks_slower_and_faster(player: Player) -> None:
    for _ in range(3):
        player.desktop.tap("bracketright")
    player.walk("Right", 2 * SPEED, 0)
    player.home()
    for _ in range(4):
        player.desktop.tap("bracketleft")
    player.desktop.tap("bracketleft")
    player.walk("Right", SPEED / 2, 0, ticks=2)
    for _ in range(2):
        player.desktop.tap("bracketright")
    player.home()
    player.walk("Right", SPEED, 0)


def follows(player: Player) -> None:
    before = player.background()
    with player.desktop.holding("Right"):
        wait_until(lambda: (player.background() != before).any(), "the camera")
        assert stays(lambda: player.agent()[0] <= FRAME[0] - 6)
    player.home()
    player.desktop.tap("f")
    with player.desktop.holding("Right"):
        wait_until(lambda: player.agent()[0] > FRAME[0] - 5 or player.agent()[0] < 0, "the edge")
    player.desktop.tap("f")


def paints(player: Player) -> None:
    for ask in (lambda: player.desktop.tap("m"), lambda: player.click(player.button(Command.MASK))):
        heading = player.top()
        ask()
        wait_until(lambda heading=heading: player.change(heading) > 0.02, "the painting")  # type: ignore[misc]
        player.desktop.tap("Escape")
        wait_until(lambda: player.is_at(player.start), "the game again")


def pauses(player: Player) -> None:
    player.desktop.tap("p")
    with player.desktop.holding("Right"):
        assert stays(lambda: player.is_at(player.start))
        player.desktop.tap("p")
        wait_until(lambda: not player.is_at(player.start), "a step")


def steps(player: Player) -> None:
    player.desktop.tap("period")
    wait_until(lambda: abs(player.redness() - 255 / 2) < 3, "what the model does by default")
    with player.desktop.holding("Right"):
        assert stays(lambda: player.is_at(player.start))
        player.desktop.tap("period")
        wait_until(lambda: player.is_at((player.start[0] + SPEED, player.start[1])), "one step")
    player.desktop.tap("p")


def turns(player: Player) -> None:
    plain = player.top()
    player.desktop.tap("t")
    wait_until(lambda: player.change(plain) > 0, "the mark of turns")
    with player.desktop.holding("Right"):
        wait_until(lambda: player.agent()[0] > player.start[0], "a step")
    player.desktop.tap("t")


def rewinds(player: Player) -> None:
    player.walk("Right", SPEED, 0, ticks=3)
    with player.desktop.holding("BackSpace"):
        wait_until(lambda: player.is_at(player.start), "the way back")
    assert stays(lambda: player.is_at(player.start))


def resets(player: Player) -> None:
    player.walk("Down", 0, SPEED, ticks=2)
    player.home()


def saves(player: Player) -> None:
    there = player.walk("Right", SPEED, 0, ticks=2)
    player.desktop.tap("F5")
    wait_until(lambda: len(player.files("data/**/*.glass")) == 1, "the saved game")
    player.walk("Left", -SPEED, 0)
    player.desktop.tap("F9")
    wait_until(lambda: player.is_at(there), "the saved moment")


def tells_of_sides(player: Player) -> None:
    box = player.layout.world
    before = player.world()
    player.desktop.tap("u")  # this model paints, and cannot be told, which it says
    wait_until(lambda: (player.world() != before)[-box.height // 3 :].any(), "an answer")


CHECKS: dict[str, Callable[[Player], None]] = {
    "move; two together go diagonally": moves,
    "act: tap to do it once, hold to go on": acts,
    "look around": looks_around,
    "walk slower": walks_slower_and_faster,
    "walk faster": walks_slower_and_faster,
    "let the camera follow, or stand": follows,
    "paint what moves": paints,
    "pause and go on": pauses,
    "one tick, then pause": steps,
    "turn mode: the world waits for a key": turns,
    "hold to go back in time": rewinds,
    "back to the first picture": resets,
    "save this moment": saves,
    "go back to the saved moment": saves,
    "the picture faces the other way, or the front": tells_of_sides,
}
"""What shows that a row of the help is true."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.description)
def test_help_tells_the_truth(player: Player, row: KeyTableRow) -> None:
    CHECKS[row.description](player)
