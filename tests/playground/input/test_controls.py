import subprocess
import sys

import pytest

from playground import Action
from playground.input.controls import PAN_SPEED, Command, Controls

LENGTHS = (1, 3, 5)


@pytest.fixture
def controls() -> Controls:
    return Controls(speed=2.5, lengths=LENGTHS, max_shift=(4.0, 3.0))


def local_actions(controls: Controls, ticks: int) -> list[int | None]:
    return [controls.next_action().local_action for _ in range(ticks)]


def test_nothing_pressed_stands_still(controls: Controls) -> None:
    assert controls.next_action() == Action()


@pytest.mark.parametrize(
    ("command", "shift"),
    [
        (Command.LEFT, (-2.5, 0)),
        (Command.RIGHT, (2.5, 0)),
        (Command.UP, (0, -2.5)),
        (Command.DOWN, (0, 2.5)),
    ],
)
def test_a_held_direction_moves_every_tick_until_released(
    controls: Controls, command: Command, shift: tuple[float, float]
) -> None:
    controls.press(command, "key")
    assert [controls.next_action() for _ in range(3)] == [Action(shift=shift)] * 3
    controls.release("key")
    assert controls.next_action() == Action()


def test_two_directions_make_a_diagonal(controls: Controls) -> None:
    controls.press(Command.RIGHT, 1)
    controls.press(Command.UP, 2)
    assert controls.next_action().shift == (2.5, -2.5)


def test_of_opposite_directions_the_last_counts_and_the_first_comes_back(controls: Controls) -> None:
    controls.press(Command.LEFT, 1)
    controls.press(Command.RIGHT, 2)
    assert controls.next_action().shift == (2.5, 0)
    controls.release(2)
    assert controls.next_action().shift == (-2.5, 0)


def test_a_direction_held_by_two_keys_needs_both_released(controls: Controls) -> None:
    controls.press(Command.LEFT, "left")
    controls.press(Command.LEFT, "a")
    controls.next_action()
    controls.release("a")
    assert controls.next_action().shift == (-2.5, 0)


def test_a_tap_between_two_ticks_moves_one_tick(controls: Controls) -> None:
    controls.press(Command.DOWN, "key")
    controls.release("key")
    assert [controls.next_action().shift[1] for _ in range(2)] == [2.5, 0]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_tapped_number_plays_its_natural_length(controls: Controls, number: int) -> None:
    controls.press(number, "key")
    controls.release("key")
    length = LENGTHS[number - 1]
    assert local_actions(controls, length + 2) == [number] * length + [None] * 2


def test_a_number_released_late_stops_at_once(controls: Controls) -> None:
    controls.press(2, "key")
    assert local_actions(controls, 7) == [2] * 7
    controls.release("key")
    assert local_actions(controls, 1) == [None]


def test_a_number_released_within_its_length_plays_to_its_end(controls: Controls) -> None:
    controls.press(3, "key")
    controls.next_action()
    controls.release("key")
    assert local_actions(controls, 6) == [3] * 4 + [None] * 2


def test_a_second_number_replaces_a_tapped_one_for_good(controls: Controls) -> None:
    for number in (3, 2):
        controls.press(number, number)
        controls.release(number)
    assert local_actions(controls, 5) == [2, 2, 2, None, None]


def test_a_tap_over_a_held_number_comes_back_to_it(controls: Controls) -> None:
    controls.press(3, 3)
    controls.press(2, 2)
    controls.release(2)
    assert local_actions(controls, 5) == [2, 2, 2, 3, 3]


def test_moving_ends_what_is_left_of_a_tapped_number(controls: Controls) -> None:
    controls.press(3, 3)
    controls.release(3)
    controls.next_action()
    controls.press(Command.RIGHT, "key")
    assert controls.next_action() == Action(shift=(2.5, 0))


def test_a_number_tapped_while_moving_acts_on_the_way(controls: Controls) -> None:
    controls.press(Command.RIGHT, "key")
    controls.press(2, 2)
    controls.release(2)
    assert controls.next_action() == Action(shift=(2.5, 0), local_action=2)


def test_a_tapped_number_acts_even_when_a_move_follows_in_the_same_tick(controls: Controls) -> None:
    controls.press(3, 3)
    controls.release(3)
    controls.press(Command.RIGHT, "key")
    assert controls.next_action() == Action(shift=(2.5, 0), local_action=3)


@pytest.mark.parametrize("number", [0, 4, -1])
def test_numbers_the_model_does_not_have_are_ignored(controls: Controls, number: int) -> None:
    controls.press(number, "key")
    assert controls.next_action() == Action()
    assert not controls.pressed


def test_release_all_lets_go_of_everything(controls: Controls) -> None:
    controls.press(Command.LEFT, 1)
    controls.press(2, 2)
    local_actions(controls, 4)
    controls.release_all()
    assert controls.next_action() == Action()


def test_pressed_shows_what_still_acts(controls: Controls) -> None:
    controls.press(2, 2)
    controls.release(2)
    controls.press(Command.UP, "key")
    assert controls.pressed == {2, Command.UP}
    controls.forget_taps()
    assert controls.pressed == {Command.UP}


def test_releasing_what_was_never_pressed_is_harmless(controls: Controls) -> None:
    controls.release("nothing")
    assert controls.next_action() == Action()


def test_controls_and_package_do_not_import_pygame() -> None:
    code = (
        "import sys, playground, playground.input.controls, playground.input.keymap; sys.exit('pygame' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_speed_has_bounds_and_scales_directions(controls: Controls) -> None:
    controls.press(Command.RIGHT, "key")
    controls.change_speed(1)
    assert controls.next_action().shift == (2.5 * 1.25, 0)
    controls.change_speed(100)
    assert controls.next_action().shift == (5, 0)
    controls.change_speed(-100)
    assert controls.speed == 0.25


def test_looking_one_way_moves_the_background_the_other(controls: Controls) -> None:
    controls.press(Command.PAN_RIGHT, 1)
    controls.press(Command.PAN_UP, 2)
    assert controls.next_action() == Action(pan=(-PAN_SPEED, PAN_SPEED))
    assert not controls.idle


def test_a_stick_moves_by_as_much_as_it_leans_and_keys_come_first(controls: Controls) -> None:
    controls.tilt(0.5, -1)
    assert controls.next_action().shift == (1.25, -2.5)
    controls.press(Command.LEFT, "key")
    assert controls.next_action().shift == (-2.5, 0)
    controls.release("key")
    controls.tilt(0, 0)
    assert controls.idle


def test_steering_goes_straight_and_no_farther_than_was_seen_in_training(controls: Controls) -> None:
    controls.move_towards((1.0, -2.0))
    assert controls.next_action().shift == (1.0, -2.0)
    controls.move_towards((30.0, -30.0))
    assert controls.next_action().shift == pytest.approx((3.0, -3.0))
    controls.move_towards(None)
    assert controls.idle
