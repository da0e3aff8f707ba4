"""The game screen: pygame events to the session, time to ticks, the view state to pictures."""

import math
import re
from collections.abc import Hashable
from pathlib import Path

import pygame
from pygame import Surface
from pygame.event import Event

from glass.core.errors import GlassError
from playground.gameplay.action_cards import ActionCards
from playground.gameplay.scene import GameScene, StatusMark
from playground.gameplay.session import Session
from playground.gameplay.settings import TEXT_SIZES
from playground.input.controls import MOVES, PANS, Command, Intent
from playground.input.gamepad import Gamepads, GamepadSignal
from playground.spritesheets.background_export import BackgroundExport
from playground.ui.game.view import GameView
from playground.ui.toolkit.timed_message import TimedMessage
from playground.ui.toolkit.window import BY_HAND, REST_SECONDS, key_names, toggle_full_screen

_SPARE_SECONDS = 0.012
"""Previews are computed only while the next tick is farther than this."""
_MOUSE = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION)
_TEXT_STEPS = {Command.LARGER_TEXT: 1, Command.SMALLER_TEXT: -1}
_WINDOW_COMMANDS = (
    Command.LEAVE,
    Command.HELP,
    Command.HUD,
    Command.MASK,
    Command.CELL,
    Command.FULL_SCREEN,
    Command.SHEET,
    *_TEXT_STEPS,
)


class Game:
    """The screen of a session.

    It needs no window: `handle` takes pygame events, `update` lets time pass and `draw` paints on any surface.
    """

    def __init__(self, session: Session, picture: str = "", gamepads: Gamepads | None = None) -> None:
        """Show a session that has just begun, of a picture of that name."""
        self.running = True
        self.painting = False
        """Whether the player left to paint what moves."""
        self.choosing_cell = False
        """Whether the player left to choose another cell of a sheet."""
        self.dropped: Path | None = None
        """A picture that was dropped onto the window, to be opened instead."""
        engines = session.world.engines
        self._model = " and ".join(dict.fromkeys(engine.manifest.name for engine in engines))
        self.picture = picture
        """The name of what it animates."""
        self.title = " - ".join(filter(None, (picture, self._model)))
        """A name for the window."""
        self._message = TimedMessage()
        self._keymap = session.settings.keymap.for_game([engine.manifest.codes for engine in engines])
        self._view = GameView(engines[0].frame_size, self._keymap, session.world.grid)
        self.session = session
        self._action_cards = ActionCards(session.world, self._keymap)
        self._gamepads = gamepads or Gamepads()
        self._sheet_export = BackgroundExport()
        self._hud, self._help, self._text_size = True, False, TEXT_SIZES.index(session.settings.text_size)
        self._time = self._alone = 0.0

    @property
    def message(self) -> str:
        """What is shown to the player for a while; empty when there is nothing."""
        return self._message.text

    def tell(self, message: str) -> None:
        """Show a message to the player for a while."""
        self._message.tell(message)

    def handle(self, event: Event) -> None:
        """Handle one pygame event."""
        if event.type in BY_HAND:
            self._alone = 0.0
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type == pygame.KEYDOWN:
            binding = self._keymap.binding(key_names(event))
            if binding is not None:
                self._press(binding.intent, ("key", event.key), binding.player)
        elif event.type == pygame.KEYUP:
            self.session.release(("key", event.key))
        elif event.type in _MOUSE:
            self._handle_mouse(event)
        elif event.type == pygame.DROPFILE:
            self.dropped, self.running = Path(event.file), False
        elif event.type == pygame.WINDOWFOCUSLOST:
            self._alone = REST_SECONDS
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
        try:
            message = self.session.recordings.next_message() or self._sheet_export.next_message()
        except GlassError as error:
            message = str(error)
        if message:
            self.tell(message)
        if self._help:
            self.session.halt(dt)
        else:
            try:
                self.session.update(dt)
            except GlassError as error:
                self.tell(str(error))
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
        session = self.session
        return GameScene(
            now=session.now,
            before=None if session.stands else session.before,
            fraction=1.0 if session.stands else session.clock.fraction,
            model=self._model,
            picture=self.picture,
            figures=f"speed {session.controls[0].speed:g}   {session.meter.text}",
            pressed=tuple(controls.pressed for controls in session.controls),
            cards=self._action_cards.cards(session, None if self._resting else self._time),
            marks=marks(session),
            hud=self._hud,
            text_size=TEXT_SIZES[self._text_size],
            help=self._help,
            message=self.message,
        )

    def close(self) -> None:
        """Write what is still recorded.

        Raises:
            GlassError: it cannot be written.
        """
        self.running = False
        self._sheet_export.close()
        self.session.recordings.close()

    def _press(self, intent: Intent, source: Hashable, player: int = 0) -> None:
        """Let `source` hold an intent of a player."""
        if not isinstance(intent, Command) or intent in MOVES or intent in PANS:
            self.session.press(intent, source, player)
        elif intent in _WINDOW_COMMANDS:
            self._execute(intent)
        elif not self._help:
            try:
                message = self.session.execute(intent, source)
            except GlassError as error:
                message = str(error)
            if message:
                self.tell(message)

    def _execute(self, command: Command) -> None:
        """Do what a command says that concerns the window only."""
        if command is Command.LEAVE and not self._help:
            self.running = False
        elif command in (Command.HELP, Command.LEAVE):
            self._help = not self._help
        elif command is Command.HUD:
            self._hud = not self._hud
            if not self._hud:
                self.tell(f"{self._keymap.shown(Command.HUD)} shows everything again")
        elif command is Command.MASK:
            self.painting, self.running = True, False
        elif command is Command.CELL:
            self.choosing_cell, self.running = True, False
        elif command is Command.FULL_SCREEN:
            toggle_full_screen()
        elif command is Command.SHEET:
            self.tell(self._export_sheet())
        else:
            self._text_size = max(0, min(self._text_size + _TEXT_STEPS[command], len(TEXT_SIZES) - 1))
            self.tell(f"text size {TEXT_SIZES[self._text_size]:g}")

    def _export_sheet(self) -> str:
        """Begin to make a sprite sheet of the first player's agent, in a folder of its own; returns what to tell."""
        world = self.session.world
        name = re.sub(r"[^\w-]+", "-", Path(self.picture).stem).strip("-") or "agent"
        folder = self.session.recordings.new_file("")
        return self._sheet_export.begin(world.engines[0], world.starts[0], folder / f"{name}.png")

    def _handle_mouse(self, event: Event) -> None:
        if event.type == pygame.MOUSEMOTION:
            if self.session.pointer is not None:
                self.session.pointer = self._view.place_at(event.pos)
        elif event.button != pygame.BUTTON_LEFT:
            return
        elif event.type == pygame.MOUSEBUTTONUP:
            self.session.pointer = None
            self.session.release("mouse")
        elif (index := self._view.card_at(event.pos)) is not None:
            card = self._action_cards.at(index)
            self._press(card.number, "mouse", card.player)
        elif self._view.shows_world_at(event.pos):
            self.session.pointer = self._view.place_at(event.pos)
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


def marks(session: Session) -> tuple[StatusMark, ...]:
    """Return the indicators of a session's state."""
    found = {
        StatusMark(session.recordings.status, "disc", recording=True): session.recordings.running,
        StatusMark("rewinding", "back"): session.rewinding,
        StatusMark("paused", "bars"): session.paused,
        StatusMark("turns", "wait"): session.clock.turn,
        StatusMark(session.scripted, "triangle"): bool(session.scripted),
    }
    return tuple(mark for mark, shown in found.items() if shown)
