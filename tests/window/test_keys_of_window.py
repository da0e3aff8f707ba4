"""All other rows of the help, and what a mouse does, shown in a real window to do what they say."""

import shutil
import subprocess
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from pygame import Surface

from playground.input.controls import Command
from playground.input.keymap import DEFAULT_KEYMAP, KeyTableRow
from playground.ui.game.help_overlay import POINTED, HelpOverlay
from playground.ui.toolkit import theme
from playground.ui.toolkit.layout import key_caps
from tests.playground.conftest import painted_frame
from tests.window.desktop import PATIENCE, SCREEN, missing, stays, wait_until
from tests.window.player import CARDS, FRAME, SPEED, Player

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "has all it needs")]

ROWS = [row for row in (*DEFAULT_KEYMAP.for_game([CARDS]).rows(), *POINTED) if row.group not in ("Play", "Time")]


def records(player: Player) -> None:
    player.desktop.tap("r")
    mark = np.array(theme.RECORDING)
    part = player.desktop.place()[2] // 3  # the button beyond has that colour, too
    wait_until(lambda: bool((player.top()[:, :part] == mark).all(2).any()), "the mark of recording")
    player.walk("Right", SPEED, 0, ticks=2)
    player.desktop.tap("r")
    wait_until(lambda: len(player.files("*.gif")) == 1, "a recording")
    with Image.open(player.files("*.gif")[0]) as recording:
        assert recording.is_animated
    player.files("*.gif")[0].unlink()


def clips(player: Player) -> None:
    player.walk("Right", SPEED, 0, ticks=2)
    player.desktop.tap("g")
    wait_until(lambda: len(player.files("*.gif")) == 1, "the last seconds")
    with Image.open(player.files("*.gif")[0]) as recording:
        assert recording.is_animated


def shoots(player: Player) -> None:
    player.desktop.tap("F12")
    wait_until(lambda: len(player.files("*.png")) == 1, "a picture")
    with Image.open(player.files("*.png")[0]) as picture:
        assert picture.size == (4 * FRAME[0], 4 * FRAME[1])


def exports(player: Player) -> None:
    player.desktop.tap("e")
    wait_until(lambda: len(player.files("glass-*/*.tres")) == 1, "a sprite sheet")
    (sheet,) = (path for path in player.files("glass-*/*.png"))
    with Image.open(sheet) as image:
        assert image.mode in ("RGBA", "P")
    player.home()


def hides(player: Player) -> None:
    plain = player.top()
    player.desktop.tap("h")
    wait_until(lambda: player.change(plain) > 0.01, "nothing but the picture")
    player.desktop.tap("h")
    wait_until(lambda: player.change(plain) < 0.01, "everything again")


def changes_text(player: Player) -> None:
    plain = player.top()
    player.desktop.tap("plus")
    wait_until(lambda: player.change(plain) > 0.01, "larger text")
    player.desktop.tap("minus")
    wait_until(lambda: player.change(plain) < 0.01, "the text as it was")


def fills_the_screen(player: Player) -> None:
    small = player.desktop.place()[2:]
    for size, what in ((SCREEN, "the whole screen"), (small, "the window again")):
        player.desktop.tap("F11")
        wait_until(lambda size=size: player.desktop.place()[2:] == size, what)  # type: ignore[misc]
        assert stays(lambda size=size: player.desktop.place()[2:] == size, 1.0)  # type: ignore[misc]
        player.desktop.find_window()  # the keyboard finds a new window, where nobody manages windows
        player.home()


def helps(player: Player) -> None:
    for key in ("F1", "question"):
        bright = player.top().mean()
        player.desktop.tap(key)
        wait_until(lambda bright=bright: player.top().mean() < 0.8 * bright, "the help")  # type: ignore[misc]
        player.desktop.tap("F1")
        wait_until(lambda bright=bright: player.top().mean() > 0.8 * bright, "the game again")  # type: ignore[misc]


def leaves(player: Player) -> None:
    player.desktop.tap("Escape")
    assert player.process.wait(timeout=PATIENCE) == 0


def drags(player: Player) -> None:
    world, scale = player.layout.world, player.layout.scale
    x, y = player.start
    player.desktop.point(world.left + round((x + 7) * scale), world.top + round(y * scale))
    player.desktop.do("mousedown", 1)
    wait_until(lambda: player.agent()[0] > x + 5, "the agent")
    player.desktop.do("mouseup", 1)
    wait_until(player.at_rest, "rest")


def opens(player: Player) -> None:
    heading = player.top()
    player.desktop.tap("ctrl+o")
    wait_until(lambda: player.change(heading) > 0.02, "the list of files")
    player.desktop.tap("Escape")
    wait_until(lambda: player.is_at(player.start), "the game again")


def drops(player: Player) -> None:
    picture = player.folder / "to drop.png"
    Image.fromarray(painted_frame((3, 8))).save(picture)
    player.desktop.drop(picture)
    player.start = (6.0, 12.0)
    wait_until(lambda: player.is_at(player.start), "the picture that was dropped")
    picture.unlink()


def pastes(player: Player) -> None:
    if shutil.which("xclip") is None:
        pytest.skip("no xclip: apt-get install xclip")
    picture = player.folder / "to paste.png"
    Image.fromarray(painted_frame((5, 8))).save(picture)
    copy = ["xclip", "-selection", "clipboard", "-t", "image/png", "-i", str(picture)]
    subprocess.run(copy, env=player.desktop.environment, check=True, stdout=subprocess.DEVNULL, timeout=30)
    picture.unlink()
    player.desktop.tap("ctrl+v")
    player.start = (8.0, 12.0)
    wait_until(lambda: player.is_at(player.start), "the picture that was pasted")
    assert not player.files("data/glass-playground/pictures/*")


def chooses_a_model(player: Player) -> None:
    heading = player.top()
    player.desktop.tap("ctrl+m")
    wait_until(lambda: player.change(heading) > 0.02, "the list of models")
    player.desktop.tap("Escape")
    wait_until(lambda: player.is_at(player.start), "the game again")


def tells_of_pairs(player: Player) -> None:
    box = player.layout.world
    before = player.world()
    player.desktop.tap("Tab")
    wait_until(lambda: (player.world() != before)[-box.height // 3 :].any(), "an answer")


def tells_of_learning(player: Player) -> None:
    box = player.layout.world
    before = player.world()
    player.desktop.tap("ctrl+l")  # nothing is learned, which it says
    wait_until(lambda: (player.world() != before)[-box.height // 3 :].any(), "an answer")


def chooses_from_the_help(player: Player) -> None:
    plain = player.top()
    player.desktop.tap("F1")
    wait_until(lambda: player.top().mean() < 0.8 * plain.mean(), "the help")
    keymap = DEFAULT_KEYMAP.for_game([CARDS])
    table = HelpOverlay(theme.Lettering(), keymap, f"{keymap.shown(Command.HELP)} closes this")
    table.draw(Surface(player.desktop.place()[2:]), player.layout.unit)
    player.click(table.box(Command.TURN).center)
    wait_until(lambda: player.top().mean() > 0.8 * plain.mean(), "the game again")
    wait_until(lambda: player.change(plain) > 0, "the mark of turns")
    player.desktop.tap("t")


def shows_the_folder(player: Player) -> None:
    box = player.layout.world
    before = player.world()
    player.desktop.tap("ctrl+f")  # no file manager is there, which it says
    wait_until(lambda: (player.world() != before)[-box.height // 3 :].any(), "an answer")


def folds_the_buttons(player: Player) -> None:
    plain = player.top()
    player.desktop.tap("ctrl+b")
    wait_until(lambda: player.change(plain) > 0.01, "fewer buttons")
    player.desktop.tap("ctrl+b")
    wait_until(lambda: player.change(plain) < 0.01, "all buttons again")


def names(player: Player) -> None:
    player.desktop.click(*player.layout.cards[0].center, times=2)
    player.desktop.tap(*"wave", "Return")
    wait_until(lambda: len(player.files("data/glass-playground/names/*.json")) == 1, "the name")
    assert '"wave"' in player.files("data/glass-playground/names/*.json")[0].read_text()


def clicks(player: Player) -> None:
    player.desktop.click(*key_caps(player.layout.arrows[0])["left"].center)
    wait_until(lambda: player.is_at((player.start[0] - SPEED, player.start[1])), "a step to the left")
    player.desktop.point(*player.layout.cards[1].center)
    player.desktop.do("mousedown", 1)
    wait_until(lambda: abs(player.redness() - 255 / 1.5) < 3, "act 2")
    player.desktop.do("mouseup", 1)


CHECKS: dict[str, Callable[[Player], None]] = {
    "start and stop recording a GIF": records,
    "save the last 10 seconds": clips,
    "save a picture": shoots,
    "export a sprite sheet": exports,
    "hide and show everything but the picture": hides,
    "larger text": changes_text,
    "smaller text": changes_text,
    "full screen and back": fills_the_screen,
    "show and hide this help": helps,
    "leave": leaves,
    "the agent comes to the pointer": drags,
    "a card acts, a drawn arrow moves": clicks,
    "a card gets another name": names,
    "a row of this table does what its key does": chooses_from_the_help,
    "open a picture, a clip or a saved game": opens,
    "pictures, clips or a saved game are opened": drops,
    "play the picture on the clipboard": pastes,
    "choose another model": chooses_a_model,
    "two players: choose the second one, too": tells_of_pairs,
    "see how learning from a clip goes": tells_of_learning,
    "show the last file in its folder": shows_the_folder,
    "hide and show the buttons": folds_the_buttons,
}
"""What shows that a row of the help is true."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.description)
def test_help_tells_the_truth(player: Player, row: KeyTableRow) -> None:
    CHECKS[row.description](player)
