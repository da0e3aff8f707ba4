import pytest

from playground.gameplay.clock import Clock
from playground.input.controls import Command, Controls

RATE = 10.0


@pytest.fixture
def controls() -> Controls:
    return Controls(speed=2, lengths=(1, 3))


def played(clock: Clock, controls: Controls, seconds: float, *, idle: bool = False) -> int:
    """How many ticks fall due while so many seconds pass, sixty pictures a second."""
    count = 0
    for _ in range(round(seconds * 60)):
        clock.advance(1 / 60)
        while clock.should_tick([controls], idle=idle, busy=False, script=False):
            controls.next_action()
            count += 1
    return count


def test_ticks_come_at_the_rate_however_long_it_lasts(controls: Controls) -> None:
    clock = Clock(RATE)
    controls.press(Command.RIGHT, "key")
    assert played(clock, controls, 100.0) == 1000


def test_a_wish_cuts_the_waiting_of_an_idle_world_short_once(controls: Controls) -> None:
    clock = Clock(RATE)
    played(clock, controls, 1.05, idle=True)
    controls.press(Command.RIGHT, "key")
    clock.press()
    assert clock.should_tick([controls], idle=True, busy=False, script=False)
    assert not clock.should_tick([controls], idle=False, busy=False, script=False)
    assert clock.fraction == 0


def test_a_busy_world_keeps_its_rate_whatever_is_pressed(controls: Controls) -> None:
    clock = Clock(RATE)
    count = 0
    for binding in range(600):
        controls.press(Command.RIGHT, binding)
        clock.press()
        controls.release(binding)
        clock.advance(1 / 60)
        count += clock.should_tick([controls], idle=False, busy=False, script=False)
    assert count == 100


def test_turns_wait_and_a_long_press_goes_on(controls: Controls) -> None:
    clock = Clock(RATE)
    clock.turn = True
    assert played(clock, controls, 5.0) == 0
    controls.press(2, "key")
    clock.press()
    assert played(clock, controls, 0.3) == 1
    assert played(clock, controls, 1.0) >= 8
    controls.release("key")
    assert played(clock, controls, 5.0) == 0


def test_a_tapped_number_takes_all_its_turns(controls: Controls) -> None:
    clock = Clock(RATE)
    clock.turn = True
    controls.press(2, "key")
    clock.press()
    controls.release("key")
    assert played(clock, controls, 5.0) == 3


def test_the_picture_goes_from_tick_to_tick(controls: Controls) -> None:
    clock = Clock(RATE)
    assert clock.fraction == 1
    controls.press(Command.RIGHT, "key")
    played(clock, controls, 1.0)
    clock.advance(0.05)
    assert clock.fraction == pytest.approx(0.5)
    clock.glide(1.0)
    assert clock.fraction == 1
    clock.show_now()
    assert not clock.should_tick([controls], idle=False, busy=False, script=False)
