"""The learning screen: how far learning from a clip is, what was found in it, and at the end the new model.

In the report's frames the player can point at another agent, and learning begins anew with that one.
"""

from collections.abc import Hashable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Rect, Surface
from pygame.event import Event

from glass.core.errors import GlassError
from glass.core.images import flatten, open_image, upright
from playground.learning.background import BackgroundLearning
from playground.learning.process import LearningState
from playground.ui.toolkit import theme
from playground.ui.toolkit.buttons import Button, ButtonRow
from playground.ui.toolkit.interpolation import smoothly_resized
from playground.ui.toolkit.layout import text_unit

_LOOK_SECONDS = 0.2
"""How often the process is listened to."""
_PLAY_ON = Button("back", "back", "do something else meanwhile; learning goes on", "Esc")
_STOP = Button("stop", "stop", "stop now, and keep what was learned, if it can be played", warm=True)
_STOPPING = Button("stop", "stop", "do not wait for it", lit=True)
_AGENT = Button("agent", "done", "learn this one: begin anew with the agent that is marked", "Enter", lit=True)
_BACK = Button("back", "back", "go back", "Esc")
_PLAY = Button("play", "play", "play it", "Enter", lit=True)
_ADVICE = "the wrong one? click on the right one, where it stands by itself, and then on the tick above"


class LearningScreen:
    """Shows what is learned until the player goes back, which stops nothing; `plays` says whether to play the model."""

    def __init__(self, learning: BackgroundLearning, text_size: float = 1.0) -> None:
        """Show what is learned."""
        self.running = True
        self.plays = False
        self._learning, self._text_size = learning, text_size
        self._clip = "" if learning.request is None else learning.request.clip.name
        self._lettering = theme.Lettering()
        self._row = ButtonRow(self._lettering)
        self._pointed: Hashable = None
        self._picture = lru_cache(1)(_read_picture)
        self._shown = Rect(0, 0, 0, 0)
        self._scale = 1.0
        self._marked: tuple[float, float] | None = None
        self.state = learning.state()
        """How far it is."""

    def handle(self, event: Event) -> None:
        """Handle one pygame event."""
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            self._press(self._buttons()[0].name)
        elif event.type == pygame.KEYDOWN and event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            for button in self._buttons():
                if button.key == "Enter":
                    self._press(button.name)
        elif event.type == pygame.MOUSEMOTION:
            self._pointed = self._row.at(event.pos)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT:
            button_name = self._row.at(event.pos)
            if button_name is None:
                self._mark(event.pos)
            self._press(button_name)

    def update(self, dt: float) -> float:
        """Let `dt` seconds pass; returns for how many seconds nothing changes unless an event comes."""
        self.state = self._learning.state()
        return _LOOK_SECONDS

    def seen(self) -> object:
        """Return what it shows."""
        return self.state, self._pointed, self._marked

    def button(self, name: Hashable) -> Rect:
        """Return where a button was drawn last."""
        return self._row.box(name)

    def draw(self, surface: Surface) -> None:
        """Draw over the whole of `surface`."""
        window = surface.get_rect()
        unit = text_unit(window.size, self._text_size)
        surface.fill(theme.BACKGROUND)
        bar = Rect(0, unit // 2, window.width, 2 * unit + 2)
        left = self._row.draw(surface, bar, unit, self._buttons(), self._pointed).left
        heading = f"Learning to play {self._clip}" if not self.state.ended else f"Learned from {self._clip}"
        if self.state.problem:
            heading = f"Nothing was learned from {self._clip}"
        place = (unit, bar.centery)
        self._lettering.write(surface, heading, round(1.3 * unit), theme.TEXT, left - 2 * unit, midleft=place)
        y = bar.bottom + unit
        y = self._draw_progress(surface, Rect(unit, y, window.width - 2 * unit, round(2.6 * unit)), unit)
        lines = self._lines()
        foot = window.bottom - round((1.3 * len(lines) + 1) * unit)
        self._draw_picture(surface, Rect(unit, y, window.width - 2 * unit, foot - y - unit))
        for number, (line, colour) in enumerate(lines):
            corner = (unit, foot + round(1.3 * unit * number))
            self._lettering.write(surface, line, unit, colour, window.width - 2 * unit, topleft=corner)
        self._row.draw_tip(surface, unit, self._buttons(), self._pointed)

    def _press(self, name: Hashable) -> None:
        """Do what a button says."""
        if name == "stop":
            self._learning.stop()
            self.state = self._learning.state()
        elif name == "agent" and (agent := self._agent()):
            self._marked = None
            self._learning.take_agent(agent)
            self.state = self._learning.state()
        elif name in ("play", "back"):
            self.plays, self.running = name == "play", False

    def _buttons(self) -> Sequence[Button]:
        """Return the buttons; Esc does what the first does."""
        agent = (_AGENT,) if self._marked is not None else ()
        if not self.state.ended:
            return (_PLAY_ON, *agent, _STOPPING if self.state.stopping else _STOP)
        return (_BACK, *agent) if self.state.model is None or agent else (_BACK, _PLAY)

    def _mark(self, point: tuple[int, int]) -> None:
        """Mark what is at a point of the window in one of the report's frames, or nothing."""
        x, y = (point[0] - self._shown.left) / self._scale, (point[1] - self._shown.top) / self._scale
        self._marked = (x, y) if self._place(x, y) else None

    def _place(self, x: float, y: float) -> str:
        """Return what is at a point of the report's picture as `--agent` says it; empty where no frame is."""
        for view in () if self.state.report is None else self.state.report.views:
            if (place := view.place(x, y)) is not None:
                return f"{max(0.0, place[0]):.1f},{max(0.0, place[1]):.1f}@{view.seconds:.2f}"
        return ""

    def _agent(self) -> str:
        """Return the agent that is marked."""
        return "" if self._marked is None else self._place(*self._marked)

    def _draw_progress(self, surface: Surface, box: Rect, unit: int) -> int:
        """Draw what is being done, or what came of it; returns where that ends."""
        words, figures, share = _told(self.state)
        colour = theme.RECORDING if self.state.problem else theme.TEXT
        for line in self._lettering.wrap(words, unit, box.width):
            self._lettering.write(surface, line, unit, colour, topleft=box.topleft)
            box.move_ip(0, round(1.3 * unit))
        if not self.state.ended:
            way = Rect(box.left, box.top, box.width, max(4, unit // 2))
            theme.panel(surface, way)
            theme.panel(surface, Rect(way.topleft, (round(share * way.width), way.height)), theme.PRESSED, None)
            box.move_ip(0, unit)
            self._lettering.write(surface, figures, unit, theme.MUTED, box.width, topleft=box.topleft)
        return box.top + 2 * unit

    def _lines(self) -> list[tuple[str, theme.Colour]]:
        """Return what is told below the picture, each line with its colour."""
        report = self.state.report
        if report is None:
            return [(note, theme.MUTED) for note in self.state.notes]
        lines = [] if self._picture(report.picture) is not None else [(line, theme.TEXT) for line in report.lines]
        advice = [(_ADVICE, theme.MUTED)] if report.views else []
        return [*lines, *((f"! {warning}", theme.RECORDING) for warning in report.warnings), *advice]

    def _draw_picture(self, surface: Surface, room: Rect) -> None:
        """Draw what a look at the clip found."""
        pixels = None if self.state.report is None else self._picture(self.state.report.picture)
        if pixels is None or min(room.size) < 1:
            return
        height, width = pixels.shape[:2]
        scale = min(room.width / width, room.height / height)
        place = Rect(0, 0, max(1, round(width * scale)), max(1, round(height * scale)))
        place.center = room.center
        surface.blit(smoothly_resized(pixels, place.size), place)
        self._shown, self._scale = place, scale
        if self._marked is not None:
            x, y = (round(start + scale * at) for start, at in zip(place.topleft, self._marked, strict=True))
            for radius, colour in ((11, theme.DARK_TEXT), (9, theme.PRESSED)):
                pygame.draw.circle(surface, colour, (x, y), radius, 3)


def _told(state: LearningState) -> tuple[str, str, float]:
    """Return what is being done or came of it, figures of that, and the share of the time that is over, in 0..1."""
    if state.problem:
        return state.problem, "", 1.0
    if state.model is not None:
        words = f"{state.model.name} stands among the other models from now on; Enter, or the button above, plays it"
        return words, "", 1.0
    progress = state.progress
    if progress is None:
        return "starting, which takes some seconds ...", "", 0.0
    minutes, seconds = divmod(int(progress.seconds_left), 60)
    left = f"{minutes}:{seconds:02d} left" if minutes or seconds else "longer than planned"
    words = "stopping, and keeping what was learned ..." if state.stopping else f"{progress.doing} ...   {left}"
    return words, progress.figures, progress.share


def _read_picture(path: str) -> NDArray[np.uint8] | None:
    try:
        with open_image(Path(path)) as image:
            return np.asarray(flatten(upright(image)))
    except GlassError:
        return None
