"""Preparing a game while the window says so. It imports little: the window opens before what plays in it is loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.gameplay.settings import GameSettings
from playground.ui.toolkit.layout import default_scale, window_size
from playground.ui.toolkit.waiting import Waiting
from playground.ui.toolkit.window import WindowPlace, close_window, desktop_size, open_window, show, window_place

if TYPE_CHECKING:
    from playground.pictures.box_cut import AgentQuestion, Asker, Levels
    from playground.world.prepared_game import PreparedGame

_FRAME, _CARDS = (128, 96), 12
"""Width and height of a frame, and cards, that a window has room for before the model is known."""


@dataclass(frozen=True)
class OpenTask:
    """A game to be prepared, in a thread of its own."""

    name: str
    """What it is called meanwhile."""
    prepare: "Callable[[Asker], PreparedGame]"
    """Prepares it; raises GlassError."""


def prepare_in_window(task: OpenTask, settings: GameSettings) -> tuple["PreparedGame | None", bool]:
    """Prepare a game in a thread, while the window says so and asks the player where the agent is.

    Returns the game, None where the player did not wait for it, and whether the window stays.

    Raises:
        GlassError: there is no display, or it cannot be prepared.
    """
    scale = settings.scale or default_scale(_FRAME, _CARDS, desktop_size())
    open_as_kept(window_size(_FRAME, _CARDS, scale), task.name, settings)
    waiting: Waiting[PreparedGame, AgentQuestion, Levels] = Waiting(
        task.prepare, f"looking for the agent in {task.name} ...", settings.text_size
    )
    stays = show(waiting)
    while stays and waiting.question is not None:
        from playground.ui.mask_editor.editor import MaskEditor

        question = waiting.question
        marking = MaskEditor(question.pixels, question.guess, settings.text_size, boxes=True)
        stays = show(marking)
        waiting.answer(marking.painted)
        stays = stays and show(waiting)
    if not stays or waiting.left:
        waiting.leave()
        return None, stays
    return waiting.result(), True


def leave_window(settings: GameSettings) -> None:
    """Close the window, if there is one, and keep its size and place for the next time.

    Raises:
        GlassError: that cannot be kept.
    """
    place = window_place()
    close_window()
    if place is not None and settings.scale is None:
        settings.kept.change(window=place.size, corner=place.corner, full_screen=place.full_screen)


def open_as_kept(size: tuple[int, int], title: str, settings: GameSettings) -> None:
    """Open a window as it was last, or of a size that suits the game where a scale was asked for."""
    kept, free = settings.kept.now, settings.scale is None
    place = WindowPlace(kept.window or size, kept.corner, kept.full_screen) if free else WindowPlace(size)
    open_window(place, title, keep=free)
