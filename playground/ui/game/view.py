"""The game's window: the world, the status line above it, the cards of local actions, the help.

`GameView` is a pure function of `GameScene`: the same scene always gives the same pixels.
"""

import pygame
from pygame import Rect, Surface

from playground.gameplay.scene import GameScene
from playground.input.controls import MOVES, Command, Intent
from playground.input.keymap import KeyBinding, Keymap
from playground.ui.game.cards import CardPanel
from playground.ui.game.help_overlay import HelpOverlay
from playground.ui.game.hud import Hud
from playground.ui.game.name_box import draw_name_box
from playground.ui.game.toolbar import Toolbar
from playground.ui.toolkit import theme
from playground.ui.toolkit.interpolation import WorldRenderer
from playground.ui.toolkit.layout import Layout, arrange, key_caps
from playground.ui.toolkit.message_box import MessageBox


class GameView:
    """Draws scenes of one game into a window of any size."""

    def __init__(self, extent: tuple[int, int], keymap: Keymap, grid: tuple[int, int] | None = None) -> None:
        """Draw a world of this size (width, height) with these keys, enlarged by a whole number from `grid`, or it."""
        self._extent = extent
        self._grid = grid or extent
        lettering = theme.Lettering()
        self._lettering = lettering
        self._hud = Hud(lettering)
        self._toolbar = Toolbar(lettering, keymap)
        self._message = MessageBox(lettering)
        self._cards = CardPanel(lettering, keymap)
        closing = " or ".join(filter(None, (keymap.shown(command) for command in (Command.HELP, Command.LEAVE))))
        self._help = HelpOverlay(lettering, keymap, f"{closing} closes this")
        self._world = WorldRenderer()
        self._layout: Layout = arrange(self._grid, self._grid, 0)

    def draw(self, surface: Surface, scene: GameScene) -> None:
        """Draw `scene` over the whole of `surface`."""
        cards = len(scene.cards) if scene.hud else 0
        layout = arrange(surface.get_size(), self._grid, cards, scene.text_size, len(scene.pressed))
        self._layout = layout
        surface.fill(theme.BACKGROUND)
        self._world.draw(surface, layout.world, scene.before, scene.now, scene.fraction)
        for position in scene.now.lost:
            self._draw_pointer(surface, layout, position)
        if layout.cards:
            pygame.draw.rect(surface, theme.EDGE, layout.world.inflate(2, 2), width=1)
            self._draw_top(surface, layout, scene)
            self._cards.draw(surface, layout, scene)
        else:
            self._toolbar.hide()
        foot = (layout.world.centerx, layout.world.bottom - layout.unit // 2)
        self._message.draw(surface, foot, layout.unit, scene.message)
        if scene.naming is not None and layout.cards:
            draw_name_box(surface, self._lettering, layout.cards[scene.naming.card], layout.unit, scene.naming)
        if scene.help:
            self._help.draw(surface, layout.unit, scene.pointed)
        elif layout.cards:
            self._toolbar.draw_tip(surface, layout.unit, scene)

    def card_at(self, point: tuple[int, int]) -> int | None:
        """Index of the card that stands at `point` of the window last drawn, else None."""
        return next((index for index, box in enumerate(self._layout.cards) if box.collidepoint(point)), None)

    def move_at(self, point: tuple[int, int]) -> tuple[Intent, int] | None:
        """The move, and whose it is, of the direction key at `point` of the window last drawn, else None."""
        for player, arrows in enumerate(self._layout.arrows):
            for move in MOVES:
                if key_caps(arrows)[str(move)].collidepoint(point):
                    return move, player
        return None

    def button_at(self, point: tuple[int, int]) -> KeyBinding | None:
        """What the button, or the message's link, that stands at `point` of the window last drawn asks for."""
        link = self._message.command_at(point)
        return self._toolbar.at(point) if link is None else KeyBinding(link)

    def help_row_at(self, point: tuple[int, int]) -> KeyBinding | None:
        """What the row of the help that stands at `point` of the window last drawn asks for."""
        return self._help.binding_at(point)

    def help_row(self, command: Command, player: int = 0) -> Rect:
        """Return where the help's row of a command was drawn last."""
        return self._help.box(command, player)

    def button(self, command: Command, player: int = 0) -> Rect:
        """Return where the button of a command, or the message's link, was drawn last."""
        link = self._message.link
        return link if command is Command.FOLDER and link is not None else self._toolbar.box(command, player)

    def place_at(self, point: tuple[int, int]) -> tuple[float, float]:
        """Return the point (x, y) in pixels of the model's frame that is shown at `point` of the window last drawn."""
        world = self._layout.world
        width, height = self._extent
        return (point[0] - world.left) * width / world.width, (point[1] - world.top) * height / world.height

    def shows_world_at(self, point: tuple[int, int]) -> bool:
        """Whether `point` of the window last drawn lies in the world."""
        return bool(self._layout.world.collidepoint(point))

    def _draw_top(self, surface: Surface, layout: Layout, scene: GameScene) -> None:
        """Draw the buttons at the right of the bar, and the status line in what they leave."""
        bar = layout.top.copy()
        bar.width = self._toolbar.draw(surface, bar, layout.unit, scene).left
        self._hud.draw(surface, bar, layout.unit, scene)

    def _draw_pointer(self, surface: Surface, layout: Layout, position: tuple[float, float]) -> None:
        """Draw a triangle at the picture's edge that points to an agent outside it."""
        size, side = self._extent, 2 * layout.unit
        beyond = [(value >= length) - (value < 0) for value, length in zip(position, size, strict=True)]
        world = layout.world
        box = Rect(0, 0, side, side)
        box.center = (
            world.left + round(position[0] * world.width / size[0]),
            world.top + round(position[1] * world.height / size[1]),
        )
        box.clamp_ip(world)
        theme.panel(surface, box, theme.DARK_TEXT, theme.PRESSED)
        theme.arrow(surface, box, (beyond[0], beyond[1]), theme.PRESSED)
