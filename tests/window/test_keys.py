"""Every row of the help, shown to do what it says: a real window, real keys, and what the screen shows."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

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
from tests.window.desktop import PATIENCE, SCREEN, Desktop, desktop, missing, stays, wait_until
from tests.window.player import CARDS, FRAME, START, Player

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "has all it needs")]

SPEED = 2
"""Pixels of the frame that the agent walks a tick."""
ROWS = [*DEFAULT_KEYMAP.for_game([CARDS]).rows(), *POINTED]


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    with desktop(tmp_path_factory.mktemp("screen")) as one:
        yield one


@pytest.fixture(scope="module")
def sit_down(
    screen: Desktop, painted_bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Player]]:
    """A function that opens a window and returns the player before it; called again, the same while it is there."""
    seated: list[Player] = []
    processes: list[subprocess.Popen[bytes]] = []

    def sit() -> Player:
        if seated and seated[-1].process.poll() is None:
            return seated[-1]
        folder = tmp_path_factory.mktemp("play")
        picture = str(painted_bundle / "starts" / "0.png")
        line = [sys.executable, "-m", "playground.commands.play", picture, "--model", str(painted_bundle)]
        environment = screen.environment | {
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_PICTURES_DIR": str(folder),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "OMP_NUM_THREADS": "1",
        }
        process = subprocess.Popen(line, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        processes.append(process)
        screen.find_window()
        player = Player(screen, folder, process)
        wait_until(lambda: player.is_at(START), "the game, after it looked for the agent")
        seated.append(player)
        return seated[-1]

    yield sit
    for process in processes:
        process.terminate()
        process.wait(timeout=PATIENCE)


@pytest.fixture
def player(sit_down: Callable[[], Player]) -> Player:
    one = sit_down()
    one.home()
    return one


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


def tells_of_sides(player: Player) -> None:
    box = player.layout.world
    before = player.world()
    player.desktop.tap("u")  # this model paints, and cannot be told, which it says
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
    "the picture faces the other way, or the front": tells_of_sides,
    "see how learning from a clip goes": tells_of_learning,
    "show the last file in its folder": shows_the_folder,
    "hide and show the buttons": folds_the_buttons,
}
"""What shows that a row of the help is true."""
NOT_BY_HAND = {"choose another cell of a sprite sheet"}
"""What is played is no sheet; that is tested with events."""


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.description not in NOT_BY_HAND], ids=lambda row: row.description
)
def test_help_tells_the_truth(player: Player, row: KeyTableRow) -> None:
    CHECKS[row.description](player)
