"""Box of a message: whole, in as many lines as the window holds; errors by colour and sign, and a link to act on it."""

from pygame import Rect, Surface

from playground.gameplay.scene import Notice
from playground.input.controls import Command
from playground.ui.toolkit import theme

_WIDEST = 48
"""Width of the text in lines of text, where the window is wide enough."""


class MessageBox:
    """Draws messages, and knows where the link of the last one stands."""

    def __init__(self, lettering: theme.Lettering) -> None:
        """Use these letters."""
        self._lettering = lettering
        self._link: Rect | None = None
        self._command: Command | None = None

    def draw(self, surface: Surface, foot: tuple[int, int], unit: int, message: Notice) -> None:
        """Draw a message whose middle below is at `foot`, or higher where the window ends."""
        self._link, self._command = None, message.command
        if not message.text:
            return
        window, step = surface.get_rect(), round(1.3 * unit)
        sign = 2 * unit if message.error else 0
        room = min(window.width - 3 * unit, _WIDEST * unit) - sign
        words = self._lettering.wrap(message.text, unit, room)
        most = max(1, (window.height - 2 * unit) // step - bool(message.link))
        if len(words) > most:  # more than the window holds
            words = [*words[: most - 1], self._lettering.shorten(words[most - 1] + "……", unit, room)]
        lines = [self._lettering.render(line, unit, theme.TEXT) for line in words]
        if message.link:
            lines.append(self._lettering.render(message.link, unit, theme.ACTING))
        box = Rect(0, 0, max(line.get_width() for line in lines) + 2 * unit + sign, len(lines) * step + unit)
        box.midbottom = foot
        box.clamp_ip(window)
        theme.panel(surface, box, edge=theme.RECORDING if message.error else theme.EDGE, thickness=2)
        if message.error:
            disc = Rect(0, 0, 2 * unit, 2 * unit)
            disc.midleft = (box.left + unit // 2, box.centery)
            theme.circle(surface, disc.inflate(-unit // 4, -unit // 4), theme.RECORDING)
            self._lettering.write(surface, "!", round(1.2 * unit), theme.DARK_TEXT, center=disc.center)
        middle = box.centerx + sign // 2
        for index, line in enumerate(lines):
            place = line.get_rect(center=(middle, box.top + unit // 2 + index * step + step // 2))
            surface.blit(line, place)
            if message.link and index == len(lines) - 1:
                self._link = place.inflate(unit, unit // 2)
                underline = Rect(place.left, place.bottom - 1, place.width, max(1, unit // 12))
                surface.fill(theme.ACTING, underline)

    def command_at(self, point: tuple[int, int]) -> Command | None:
        """What the link of the message last drawn does, if it is at a point of the window."""
        return self._command if self._link is not None and self._link.collidepoint(point) else None

    @property
    def link(self) -> Rect | None:
        """Where the link of the message last drawn stands."""
        return self._link
