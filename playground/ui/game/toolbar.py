"""The game's toolbar: a button for each thing that people look for; a button does what its key does."""

from pygame import Rect, Surface

from playground.gameplay.scene import GameScene
from playground.input.controls import Command
from playground.input.keymap import Keymap
from playground.ui.toolkit import theme
from playground.ui.toolkit.buttons import Button, ButtonRow

BUTTONS: dict[Command, tuple[str, str]] = {
    Command.LEAVE: ("pictures", "pictures"),
    Command.OPEN: ("folder", "folder"),
    Command.PASTE: ("clipboard", "clipboard"),
    Command.PAUSE: ("pause", "play"),
    Command.REWIND: ("rewind", "rewind"),
    Command.RECORD: ("record", "stop"),
    Command.SAVE: ("save", "save"),
    Command.SHEET: ("sheet", "sheet"),
    Command.MASK: ("brush", "brush"),
    Command.CELL: ("cells", "cells"),
    Command.FACES: ("sides", "sides"),
    Command.MODEL: ("model", "model"),
    Command.LEARNING: ("learn", "learn"),
    Command.HELP: ("help", "help"),
    Command.BUTTONS: ("fold", "fold"),
}
"""The icon of each command, and the one while it goes on; from the left."""
_FOLDED: dict[Command, tuple[str, str]] = {
    Command.LEARNING: ("learn", "learn"),
    Command.HELP: ("help", "help"),
    Command.BUTTONS: ("unfold", "unfold"),
}
"""What is left when the buttons are hidden."""
_SWITCHES = (Command.HELP, Command.PAUSE, Command.RECORD, Command.REWIND, Command.LEARNING)


class Toolbar:
    """Draws the buttons of a game."""

    def __init__(self, lettering: theme.Lettering, keymap: Keymap) -> None:
        """Use these letters and keys."""
        self._keymap = keymap
        self._row = ButtonRow(lettering)

    def draw(self, surface: Surface, bar: Rect, unit: int, scene: GameScene) -> Rect:
        """Draw the buttons at the right of a bar; returns their place."""
        return self._row.draw(surface, bar, unit, self._buttons(scene), scene.pointed)

    def draw_tip(self, surface: Surface, unit: int, scene: GameScene) -> None:
        """Draw the tooltip of the button that is pointed at, if any."""
        self._row.draw_tip(surface, unit, self._buttons(scene), scene.pointed)

    def at(self, point: tuple[int, int]) -> Command | None:
        """The command of the button at a point of the window last drawn, else None."""
        found = self._row.at(point)
        return found if isinstance(found, Command) else None

    def box(self, command: Command) -> Rect:
        """Return where the button of a command was drawn last."""
        return self._row.box(command)

    def hide(self) -> None:
        """Have no buttons."""
        self._row.hide()

    def _buttons(self, scene: GameScene) -> list[Button]:
        shown = BUTTONS if scene.buttons else _FOLDED
        missing = {
            Command.CELL: not scene.cells,
            Command.FACES: not scene.faces,
            Command.LEARNING: not scene.learning,
        }
        return [
            Button(
                command,
                icons[command in scene.lit],
                scene.learning if command is Command.LEARNING else self._keymap.description(command),
                self._keymap.shown(command),
                command in scene.lit and command in _SWITCHES,
                command is Command.RECORD,
            )
            for command, icons in shown.items()
            if not missing.get(command)
        ]
