"""The game's toolbar: a button for each thing that people look for; a button does what its key does."""

from pygame import Rect, Surface

from playground.gameplay.scene import GameScene
from playground.input.controls import Command
from playground.input.keymap import KeyBinding, Keymap
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

    def at(self, point: tuple[int, int]) -> KeyBinding | None:
        """What the button at a point of the window last drawn asks for, else None."""
        found = self._row.at(point)
        return found if isinstance(found, KeyBinding) else None

    def box(self, command: Command, player: int = 0) -> Rect:
        """Return where the button of a command was drawn last."""
        return self._row.box(KeyBinding(command, player))

    def hide(self) -> None:
        """Have no buttons."""
        self._row.hide()

    def _buttons(self, scene: GameScene) -> list[Button]:
        shown = BUTTONS if scene.buttons else _FOLDED
        players: dict[Command, tuple[int, ...]] = {
            Command.CELL: (0,) if scene.cells else (),
            Command.FACES: scene.faces,
            Command.LEARNING: (0,) if scene.learning else (),
        }
        return [
            Button(
                KeyBinding(command, player),
                icons[command in scene.lit],
                scene.learning if command is Command.LEARNING else self._keymap.description(command, player),
                self._keymap.shown(command, player),
                command in scene.lit and command in _SWITCHES,
                command is Command.RECORD,
            )
            for command, icons in shown.items()
            for player in players.get(command, (0,))
        ]
