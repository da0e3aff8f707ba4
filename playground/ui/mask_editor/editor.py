"""Mask editor: the player paints the agent's mask by mouse or keyboard."""

from collections.abc import Hashable

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Rect, Surface
from pygame.event import Event

from glass.core.directions import DIRECTIONS
from glass.core.masks import SOLID
from playground.ui.mask_editor.box_tool import BoxTool
from playground.ui.mask_editor.brush import Brush, Levels
from playground.ui.mask_editor.layout import EditorLayout
from playground.ui.mask_editor.masked_picture import masked_picture
from playground.ui.toolkit import theme
from playground.ui.toolkit.buttons import Button, ButtonRow
from playground.ui.toolkit.message_box import MessageBox
from playground.ui.toolkit.surface_cache import Identity
from playground.ui.toolkit.timed_message import TimedMessage
from playground.ui.toolkit.window import key_names

_CURSOR_SPEED = 40.0
"""Pixels of the frame a second that a held direction moves the cursor, after `_CURSOR_DELAY` seconds."""
_CURSOR_DELAY = 0.25
_DIRECTIONS = {**DIRECTIONS, **dict(zip("daws", DIRECTIONS.values(), strict=False))}


class MaskEditor:
    """The screen on which a frame's mask is painted; once confirmed it is `painted`.

    Like a game it has `handle`, `update` and `draw`, and `running` turns false when the player is done. Then `painted`
    is the mask for `Engine.reset(frame, mask=painted)`, or None if the player went back.
    """

    def __init__(
        self, frame: NDArray[np.uint8], mask: Levels | None = None, text_size: float = 1.0, *, boxes: bool = False
    ) -> None:
        """Show a frame (H, W, 3), and a mask (H, W) in [0, 1] to begin with; none when None.

        `text_size` is by how much letters are larger than usual; `boxes` says to begin with the tool that cuts out what
        stands in a box.
        """
        self.running = True
        self.painted: Levels | None = None
        self._frame = frame
        self._brush = Brush(np.zeros(frame.shape[:2], np.float32) if mask is None else mask)
        self._box = BoxTool(frame, boxes)
        self._lettering = theme.Lettering()
        self._erasing = self._alone = self._finishing = False
        self._cursor = (frame.shape[1] / 2, frame.shape[0] / 2)
        self._held: dict[int, tuple[int, int]] = {}
        self._waiting = 0.0
        self._message = TimedMessage()
        self._message_box = MessageBox(self._lettering)
        self._buttons = ButtonRow(self._lettering)
        self._pointed: Hashable = None
        self._text_size = text_size
        self._layout = self._arrange((0, 0))
        self._shown: tuple[tuple[Levels, bool, EditorLayout], Surface] | None = None

    @property
    def mask(self) -> Levels:
        """The mask as it is now, (H, W) in [0, 1]."""
        return self._brush.levels

    def handle(self, event: Event) -> None:
        """Handle one pygame event."""
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type == pygame.KEYDOWN:
            self._handle_key(event)
        elif event.type == pygame.KEYUP:
            self._held.pop(event.key, None)
            if event.key == pygame.K_SPACE:
                self._tool.end()
        elif event.type == pygame.WINDOWFOCUSLOST:
            self._held.clear()
            self._tool.end()
        else:
            self._handle_mouse(event)

    def _handle_mouse(self, event: Event) -> None:
        tools = (pygame.BUTTON_LEFT, pygame.BUTTON_RIGHT)
        if event.type == pygame.MOUSEBUTTONDOWN and event.button in tools:
            self._message.tell("")
            if (button := self._buttons.at(event.pos)) is not None:
                self._press(button)
                return
            self._cursor = self._layout.frame_point(event.pos)
            self._begin(erases=event.button == pygame.BUTTON_RIGHT)
        elif event.type == pygame.MOUSEMOTION:
            self._pointed = self._buttons.at(event.pos)
            self._cursor = self._layout.frame_point(event.pos)
            self._tool.move(self._cursor)
        elif event.type == pygame.MOUSEBUTTONUP and event.button in tools:
            self._tool.end()
        elif event.type == pygame.MOUSEWHEEL:
            self._brush.resize((event.y > 0) - (event.y < 0))

    def update(self, dt: float) -> float:
        """Let `dt` seconds pass; held directions move the cursor.

        Returns for how many seconds nothing changes unless an event comes.
        """
        self._message.advance(dt)
        if (cut := self._box.take()) is not None:
            self._brush.put(cut)
            if self._finishing:
                self._finish()
        self._waiting = max(0.0, self._waiting - dt) if self._held else _CURSOR_DELAY
        if self._waiting == 0:
            for direction in self._held.values():
                self._move_cursor(direction, _CURSOR_SPEED * dt)
        return 0.0 if self._held or self._box.busy else self._message.left

    def seen(self) -> object:
        """Return what it shows."""
        tool = self._box.active, self._box.busy, self._box.box, self._brush.size, self._erasing
        return Identity(self.mask), self._cursor, *tool, self._alone, self._message.text, self._pointed

    def draw(self, surface: Surface) -> None:
        """Draw over the whole of `surface`."""
        if surface.get_size() != self._layout.window:
            self._layout = self._arrange(surface.get_size())
        surface.fill(theme.BACKGROUND)
        surface.blit(self._picture(), self._layout.picture)
        pygame.draw.rect(surface, theme.EDGE, self._layout.picture.inflate(2, 2), width=1)
        if self._box.active:
            self._draw_box(surface)
        else:
            self._draw_brush(surface)
        if self._layout.hints:
            self._draw_text(surface)
            self._buttons.draw_tip(surface, self._layout.unit, self._shown_buttons(), self._pointed)
        else:
            self._buttons.hide()
        foot = (self._layout.picture.centerx, self._layout.picture.bottom - self._layout.unit // 2)
        self._message_box.draw(surface, foot, self._layout.unit, self._message.notice)

    @property
    def _tool(self) -> Brush | BoxTool:
        return self._box if self._box.active else self._brush

    def _begin(self, erases: bool = False) -> None:
        """Put the tool down."""
        if self._box.active:
            self._box.begin(self._cursor)
        else:
            self._brush.begin(self._cursor, self._erasing or erases)

    def _arrange(self, window: tuple[int, int]) -> EditorLayout:
        return EditorLayout(window, self._frame.shape[:2], self._lettering, self._text_size)

    def _press(self, button: Hashable) -> None:
        """Do what a button says, which is named as its key is."""
        if button == "escape":
            self.running = False
        elif button == "return":
            self._finish()
        else:
            self._execute((str(button),))

    def _shown_buttons(self) -> list[Button]:
        box = self._box.active
        tool = Button("b", "brush" if box else "box", "paint with a brush" if box else "drag a box instead", "B")
        undo = Button("u", "rewind", "undo", "U")
        return [Button("escape", "back", "go back", "Esc"), undo, tool, Button("return", "done", "play this", "Enter")]

    def _handle_key(self, event: Event) -> None:
        self._message.tell("")  # whoever goes on has read it
        names = key_names(event)
        direction = next((_DIRECTIONS[name] for name in names if name in _DIRECTIONS), None)
        if event.key == pygame.K_ESCAPE:
            self.running = False
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self._finish()
        elif event.key == pygame.K_SPACE:
            self._begin()
        elif direction is not None:
            self._held[event.key] = direction
            self._waiting = _CURSOR_DELAY
            self._move_cursor(direction, 1.0)
        else:
            self._execute(names)

    def _execute(self, names: tuple[str, ...]) -> None:
        """Do what a key of the hints says; Ctrl+Z and Ctrl+Y are known too."""
        if "y" in names or "ctrl+y" in names:
            self._tell_unless(self._brush.redo(), "nothing to do again")
        elif "u" in names or "backspace" in names or "ctrl+z" in names:
            self._tell_unless(self._brush.undo(), "nothing to undo")
        elif "e" in names:
            self._erasing, self._box.active = not self._erasing, False
        elif "b" in names:
            self._tool.end()
            self._box.active = not self._box.active
        elif "[" in names or "-" in names:
            self._brush.resize(-1)
        elif "]" in names or "+" in names or "=" in names:
            self._brush.resize(1)
        elif "c" in names:
            self._brush.clear()
        elif "o" in names:
            self._brush.restore()
        elif "tab" in names:
            self._alone = not self._alone

    def _finish(self) -> None:
        """Take the mask, once nothing is being cut out any more."""
        self._finishing = self._box.busy
        if self._finishing:
            return
        self._brush.end()
        some = bool((self.mask > SOLID).any())
        self._tell_unless(some, "nothing is painted yet: paint what shall move")
        if some:
            self.painted, self.running = self.mask.copy(), False

    def _tell_unless(self, done: bool, message: str) -> None:
        if not done:
            self._message.tell(message, error=True)

    def _move_cursor(self, direction: tuple[int, int], distance: float) -> None:
        """Move the cursor, and a brush that is down, by `distance` pixels, within the frame."""
        height, width = self._frame.shape[:2]
        x, y = (at + distance * step for at, step in zip(self._cursor, direction, strict=True))
        self._cursor = (min(max(x, 0.0), width - 0.5), min(max(y, 0.0), height - 0.5))
        self._tool.move(self._cursor)

    def _picture(self) -> Surface:
        """The frame enlarged: dark where there is no mask, with a line around the mask; or the agent alone."""
        seen = (self.mask, self._alone, self._layout)
        if self._shown is None or any(new is not old for new, old in zip(seen, self._shown[0], strict=True)):
            self._shown = (seen, masked_picture(self._frame, self.mask, self._layout, self._alone))
        return self._shown[1]

    def _draw_box(self, surface: Surface) -> None:
        """The box that is being dragged, or a cross where it may begin."""
        layout = self._layout
        box = self._box.box
        if box is not None:
            left, top, right, bottom = (round(at * layout.factor) for at in box)
            shown = pygame.Rect(left, top, right - left, bottom - top).move(layout.picture.topleft)
            for colour, width in ((theme.DARK_TEXT, 4), (theme.PRESSED, 2)):
                pygame.draw.rect(surface, colour, shown, width)
            return
        x, y = (layout.picture.topleft[axis] + at * layout.factor for axis, at in enumerate(self._cursor))
        for colour, width in ((theme.DARK_TEXT, 4), (theme.TEXT, 2)):
            for way in ((layout.unit, 0), (0, layout.unit)):
                pygame.draw.line(surface, colour, (x - way[0], y - way[1]), (x + way[0], y + way[1]), width)

    def _draw_brush(self, surface: Surface) -> None:
        """A ring as wide as the brush: whole for the brush, crossed out for the eraser."""
        layout = self._layout
        scale = layout.picture.width / self._frame.shape[1]
        x, y = (layout.picture.topleft[axis] + (int(at) + 0.5) * scale for axis, at in enumerate(self._cursor))
        radius = max(4.0, self._brush.size * scale / 2)
        surface.set_clip(layout.picture.inflate(8, 8))
        for colour, width in ((theme.DARK_TEXT, 4), (theme.TEXT, 2)):
            pygame.draw.circle(surface, colour, (x, y), radius + width / 2, width=width)
            if self._erasing:
                reach = radius * 0.7
                pygame.draw.line(surface, colour, (x - reach, y + reach), (x + reach, y - reach), width)
        surface.set_clip(None)

    def _draw_text(self, surface: Surface) -> None:
        layout, unit = self._layout, self._layout.unit
        write, place = self._lettering.write, (unit, layout.top // 2)
        words = "Drag a box around what shall move" if self._box.active else "Paint what shall move"
        bar = Rect(0, 0, layout.window[0], layout.top)
        right = self._buttons.draw(surface, bar, unit, self._shown_buttons(), self._pointed).left - unit
        heading = write(surface, words, round(1.3 * unit), theme.TEXT, right - unit, midleft=place)
        tool = "eraser" if self._erasing else "brush"
        share = np.count_nonzero(self.mask > SOLID) / self.mask.size
        tool = "box" if self._box.active else f"{tool} {self._brush.size} px"
        state = "cutting it out ..." if self._box.busy else f"{tool}   agent {share:.1%} of the picture"
        room = max(0, right - heading.right - unit)
        write(surface, state, unit, theme.MUTED, room, midright=(right, layout.top // 2))
        for key, description, place in layout.hints:
            right = write(surface, key, unit, theme.TEXT, topleft=place).right
            write(surface, description, unit, theme.MUTED, topleft=(right + unit // 2, place[1]))
