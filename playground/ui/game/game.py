"""The game screen: pygame events to the session, time to ticks, the view state to pictures."""

import math
from collections.abc import Callable, Hashable
from pathlib import Path

import pygame
from pygame import Surface
from pygame.event import Event

from glass.core.errors import GlassError
from playground.gameplay.action_cards import ActionCards
from playground.gameplay.kept_settings import TEXT_SIZES
from playground.gameplay.scene import GameScene, Notice
from playground.gameplay.session import Session
from playground.input.controls import MOVES, PANS, Command, Intent
from playground.input.gamepad import Gamepads, GamepadSignal
from playground.input.keymap import KeyBinding
from playground.ui.desktop.dropped_files import DroppedFiles
from playground.ui.desktop.file_manager import show_in_folder
from playground.ui.game.indicators import lit, marks
from playground.ui.game.name_box import NameEntry
from playground.ui.game.view import GameView
from playground.ui.meanwhile import Meanwhile, written
from playground.ui.toolkit.double_clicks import DoubleClicks
from playground.ui.toolkit.timed_message import TimedMessage
from playground.ui.toolkit.window import BY_HAND, REST_SECONDS, key_names, toggle_full_screen

_SPARE_SECONDS = 0.012
"""Previews are computed only while the next tick is farther than this."""
_MOUSE = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION)
_TEXT_STEPS = {Command.LARGER_TEXT: 1, Command.SMALLER_TEXT: -1}
_LEAVING = (Command.MASK, Command.CELL, Command.OPEN, Command.PASTE, Command.MODEL, Command.LEARNING)
"""What is done on another screen."""
_WINDOW_COMMANDS = (
    *(*_LEAVING, *_TEXT_STEPS),
    *(Command.LEAVE, Command.HELP, Command.HUD, Command.BUTTONS, Command.FULL_SCREEN),
    *(Command.SHEET, Command.FOLDER, Command.PAIR),
)


class Game:
    """The screen of a session.

    It needs no window: `handle` takes pygame events, `update` lets time pass and `draw` paints on any surface.
    """

    def __init__(
        self,
        session: Session,
        picture: str = "",
        gamepads: Gamepads | None = None,
        cells: bool = False,
        meanwhile: Meanwhile | None = None,
    ) -> None:
        """Show a session that has just begun, of a picture of that name, be it one of a sheet's `cells` or not.

        `meanwhile` is what goes on beside it, and after it.
        """
        self.running = True
        self.left_for: Command | None = None
        """What the player left to do on another screen, if anything."""
        self.dropped: tuple[Path, ...] = ()
        """Files that were dropped onto the window, to be opened instead."""
        engines = session.world.engines
        self._model = " and ".join(dict.fromkeys(engine.manifest.name for engine in engines))
        self.picture = picture
        """The name of what it animates."""
        self.title = " - ".join(filter(None, (picture, self._model)))
        """A name for the window."""
        self._message = TimedMessage()
        self._keymap = session.settings.keymap.for_game([engine.manifest.codes for engine in engines])
        self._view = GameView(session.world.extent, self._keymap, session.world.grid)
        self.session = session
        self._action_cards = ActionCards(session.world, self._keymap)
        self._gamepads = gamepads or Gamepads()
        self._meanwhile = meanwhile or Meanwhile()
        self._kept = session.settings.kept
        self._hud, self._help = True, False
        self._saved: Path | None = None
        self._pointed: KeyBinding | None = None
        self._name_entry = NameEntry(self._action_cards.rename)
        self._drops, self._clicks = DroppedFiles(), DoubleClicks()
        self._cells = cells
        self._faces = tuple(player for player, engine in enumerate(engines) if engine.takes_faces)
        self._time = self._alone = 0.0

    @property
    def message(self) -> str:
        """What is shown to the player for a while; empty when there is nothing."""
        return self._message.text

    def tell(self, message: str, error: bool = False) -> None:
        """Show a message to the player for a while; one of a file that was written can be clicked to see it."""
        self._show(Notice(message, error) if error else written(message, self.session.recordings.saved))

    def _show(self, notice: Notice) -> None:
        self._saved = notice.file or self._saved
        self._message.show(notice)

    def resume(self) -> None:
        """Go on after another screen."""
        self.running, self.left_for, self.dropped, self._pointed = True, None, (), None
        self.session.release_all()

    def handle(self, event: Event) -> None:
        """Handle one pygame event."""
        if event.type in BY_HAND:
            self._alone = 0.0
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type == pygame.KEYDOWN:
            self._handle_key(event)
        elif event.type == pygame.KEYUP:
            self.session.release(("key", event.key))
        elif event.type in _MOUSE:
            self._handle_mouse(event)
        elif dropped := self._drops.handle(event):
            self.dropped, self.running = dropped, False
        elif event.type == pygame.WINDOWFOCUSLOST:
            self._alone, self._pointed = REST_SECONDS, None
            self.session.release_all()
        else:
            for signal in self._gamepads.handle(event):
                self._handle_gamepad(signal)

    def update(self, dt: float) -> float:
        """Let `dt` seconds pass, and play the ticks that fall due.

        Returns for how many seconds nothing changes unless an event comes.
        """
        if self.session.stands:
            self._alone += dt
        else:
            self._alone = 0.0
            self.session.meter.picture(dt)
        self._time += dt
        self._message.advance(dt)
        self._tell_of_files()
        if self._help or self._name_entry.naming is not None:
            self.session.halt(dt)
        else:
            try:
                self.session.update(dt)
            except GlassError as error:
                self.tell(str(error), error=True)
            self._action_cards.follow(self.session.first_agents)
            if self._hud and self.session.clock.left > _SPARE_SECONDS:
                self._action_cards.compute_some()
        return self._still()

    def _still(self) -> float:
        """Return for how many seconds nothing changes unless an event comes."""
        world = self.session.still() if not self._help or not self.session.stands else math.inf
        if not self._hud or self._help:
            return min(world, self._message.left)
        if not self._action_cards.complete and not self.session.paused:
            return 0.0
        cards = math.inf if self._resting else self._action_cards.still(self._time)
        return min(world, self._message.left, cards)

    @property
    def _resting(self) -> bool:
        """Whether the previews rest, because nobody is there to look at them."""
        return self._alone >= REST_SECONDS

    def draw(self, surface: Surface) -> None:
        """Draw over the whole of `surface`."""
        self._view.draw(surface, self.seen())

    def seen(self) -> GameScene:
        """Return what it shows."""
        session, learning = self.session, self._meanwhile.learning.words
        return GameScene(
            now=session.now,
            before=None if session.stands else session.before,
            fraction=1.0 if session.stands else session.clock.fraction,
            model=self._model,
            picture=self.picture,
            figures=f"speed {session.controls[0].speed:g}   {session.meter.text}",
            pressed=tuple(controls.pressed for controls in session.controls),
            cards=self._action_cards.cards(session, None if self._resting else self._time),
            marks=marks(session, self._meanwhile.words),
            hud=self._hud,
            text_size=self._kept.now.text_size,
            help=self._help,
            message=self._message.notice,
            buttons=self._kept.now.buttons,
            lit=lit(session, self._help, learning),
            pointed=self._pointed,
            naming=self._name_entry.naming,
            cells=self._cells,
            faces=self._faces,
            learning=learning,
        )

    def close(self) -> None:
        """Write what is still recorded; what goes on meanwhile goes on.

        Raises:
            GlassError: it cannot be written.
        """
        self.running = False
        self.session.recordings.close()

    def _press(self, intent: Intent, source: Hashable, player: int = 0) -> None:
        """Let `source` hold an intent of a player."""
        if not isinstance(intent, Command) or intent in MOVES or intent in PANS:
            self.session.press(intent, source, player)
        elif intent in _WINDOW_COMMANDS:
            self._tell_result(lambda: self._execute(intent))
        elif not self._help:
            self._tell_result(lambda: self.session.execute(intent, source, player))

    def _tell_result(self, work: Callable[[], str]) -> None:
        """Do something, and show what it has to tell, or why it cannot be done."""
        try:
            message = work()
        except GlassError as error:
            self.tell(str(error), error=True)
        else:
            if message:
                self.tell(message)

    def _execute(self, command: Command) -> str:
        """Do what a command says that concerns the window only; returns what to tell.

        Raises:
            GlassError: it cannot be done.
        """
        if command is Command.LEAVE and not self._help:
            self.running = False
        elif command in (Command.HELP, Command.LEAVE):
            self._help = not self._help
        elif command is Command.HUD:
            self._hud = not self._hud
            return "" if self._hud else f"{self._keymap.shown(Command.HUD)} shows everything again"
        elif command in _LEAVING:
            self.left_for, self.running = command, False
        elif command is Command.BUTTONS:
            self._kept.change(buttons=not self._kept.now.buttons)
        elif command is Command.FULL_SCREEN:
            toggle_full_screen()
        elif command is Command.SHEET:
            return self._export_sheet()
        elif command is Command.PAIR:
            return "two players are chosen among the pictures"
        elif command is Command.FOLDER:
            show_in_folder(self._saved or self._kept.folder)
        else:
            index = TEXT_SIZES.index(self._kept.now.text_size) + _TEXT_STEPS[command]
            self._kept.change(text_size=TEXT_SIZES[max(0, min(index, len(TEXT_SIZES) - 1))])
            return f"text size {self._kept.now.text_size:g}"
        return ""

    def _export_sheet(self) -> str:
        """Begin to make a sprite sheet of the first player's agent, in a folder of its own; returns what to tell."""
        world, folder = self.session.world, self.session.recordings.new_file("")
        return self._meanwhile.export_sheet(world.engines[0], world.starts[0], folder, self.picture)

    def _tell_of_files(self) -> None:
        """Show what has become of files that were to be written, and of what goes on meanwhile."""
        self._tell_result(self.session.recordings.next_message)
        if (notice := self._meanwhile.next_notice()) is not None:
            self._show(notice)

    def _handle_key(self, event: Event) -> None:
        if self._name_entry.naming is not None:
            self._name_entry.handle_key(event)
        elif (binding := self._keymap.binding(key_names(event))) is not None:
            self._press(binding.intent, ("key", event.key), binding.player)

    def _handle_mouse(self, event: Event) -> None:
        if event.type == pygame.MOUSEMOTION:
            self._pointed = (self._view.help_row_at if self._help else self._view.button_at)(event.pos)
            if self.session.players.pointer is not None:
                self.session.players.pointer = self._view.place_at(event.pos)
        elif event.button != pygame.BUTTON_LEFT:
            return
        elif event.type == pygame.MOUSEBUTTONUP:
            self.session.players.pointer = None
            self.session.release("mouse")
        elif self._help:
            self._choose_from_help(event.pos)
        elif self._name_entry.naming is not None:
            self._name_entry.leave()
        else:
            self._click(event.pos)

    def _choose_from_help(self, point: tuple[int, int]) -> None:
        """Close the help, and do what the row at a point of it says, if one is there."""
        row = self._view.help_row_at(point)
        self._execute(Command.HELP)
        if row is not None and row.intent is not Command.HELP:
            self._press(row.intent, "mouse", row.player)

    def _click(self, point: tuple[int, int]) -> None:
        """Do what the button, direction key or card at a point does, or lead the agent there."""
        if (button := self._view.button_at(point)) is not None:
            self._press(button.intent, "mouse", button.player)
        elif (move := self._view.move_at(point)) is not None:
            self._press(move[0], "mouse", move[1])
        elif (index := self._view.card_at(point)) is not None:
            card = self._action_cards.at(index)
            if self._clicks.second(index, point):
                self.session.release_all()
                self._name_entry.begin(index, card.label)
            else:
                self._press(card.number, "mouse", card.player)
        elif self._view.shows_world_at(point):
            self.session.players.pointer = self._view.place_at(point)
            self.session.clock.press()

    def _handle_gamepad(self, signal: GamepadSignal) -> None:
        """Pass on a signal of a gamepad; with one player all gamepads are theirs."""
        player = min(signal.pad, len(self.session.controls) - 1)
        if signal.tilt is not None:
            self.session.tilt(signal.tilt, player)
        elif signal.intent is None:
            self.session.release(signal.source)
        else:
            self._press(signal.intent, signal.source, player)
