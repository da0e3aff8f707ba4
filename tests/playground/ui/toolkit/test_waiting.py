"""The waiting screen: shows at once, passes questions on, gives the result or the error, and can be left."""

import threading
import time
from collections.abc import Callable

import pygame
import pytest
from pygame import Surface
from pygame.event import Event

from glass.core.errors import GlassError
from playground.ui.toolkit.waiting import Waiting

pytestmark = pytest.mark.usefixtures("dummy_display")
Ask = Callable[[str], int | None]


def until_it_stops(waiting: Waiting[str, str, int]) -> None:
    for _ in range(400):
        waiting.update(0.01)
        if not waiting.running:
            return
        time.sleep(0.01)
    raise AssertionError("still waiting")


def test_it_draws_while_the_work_goes_on_and_passes_a_question_on() -> None:
    go_on = threading.Event()

    def work(ask: Ask) -> str:
        go_on.wait(10)
        return f"{ask('how many?')} of them"

    waiting: Waiting[str, str, int] = Waiting(work, "looking for the agent in a.png ...")
    pictures = []
    for _ in range(2):
        surface = Surface((400, 300))
        waiting.draw(surface)
        pictures.append(pygame.image.tobytes(surface, "RGB"))
        waiting.update(0.3)
        assert waiting.running
    assert pictures[0] != pictures[1]
    go_on.set()
    until_it_stops(waiting)
    assert waiting.question == "how many?"
    waiting.answer(3)
    until_it_stops(waiting)
    assert waiting.question is None and waiting.result() == "3 of them"


def test_an_error_is_the_caller_s() -> None:
    def work(ask: Ask) -> str:
        raise GlassError("a.png: not a picture")

    waiting: Waiting[str, str, int] = Waiting(work, "")
    until_it_stops(waiting)
    with pytest.raises(GlassError, match="not a picture"):
        waiting.result()


@pytest.mark.parametrize("event", [Event(pygame.QUIT), Event(pygame.KEYDOWN, key=pygame.K_ESCAPE)])
def test_it_can_be_left_at_any_time(event: Event) -> None:
    answers: list[int | None] = []
    go_on = threading.Event()

    def work(ask: Ask) -> str:
        go_on.wait(10)
        answers.append(ask("how many?"))
        return ""

    waiting: Waiting[str, str, int] = Waiting(work, "")
    waiting.handle(event)
    assert waiting.left and not waiting.running
    go_on.set()
    waiting.result()
    assert answers == [None]
