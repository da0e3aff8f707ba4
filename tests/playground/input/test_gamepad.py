from pathlib import Path

import pygame
import pytest
from numpy import uint8
from numpy.typing import NDArray
from pygame.event import Event

from playground import Engine
from playground.gameplay.session import Session
from playground.input.controls import Command, Intent
from playground.input.gamepad import Gamepads, GamepadSignal
from playground.ui.game.game import Game
from playground.world.world import World

pytestmark = pytest.mark.usefixtures("dummy_display")
PERIOD = 0.08
FULL = 32767


def button(number: int, down: bool = True, pad: int = 0) -> Event:
    kind = pygame.CONTROLLERBUTTONDOWN if down else pygame.CONTROLLERBUTTONUP
    return Event(kind, button=number, instance_id=pad)


def axis(number: int, value: float, pad: int = 0) -> Event:
    return Event(pygame.CONTROLLERAXISMOTION, axis=number, value=round(value * FULL), instance_id=pad)


def intents(signals: list[GamepadSignal]) -> list[Intent | None]:
    return [signal.intent for signal in signals]


def test_face_buttons_act_and_shoulders_reach_further_numbers() -> None:
    pads = Gamepads()
    assert intents(pads.handle(button(pygame.CONTROLLER_BUTTON_B))) == [2]
    pads.handle(button(pygame.CONTROLLER_BUTTON_RIGHTSHOULDER))
    assert intents(pads.handle(button(pygame.CONTROLLER_BUTTON_B))) == [6]
    pads.handle(button(pygame.CONTROLLER_BUTTON_RIGHTSHOULDER, down=False))
    pads.handle(button(pygame.CONTROLLER_BUTTON_LEFTSHOULDER))
    assert intents(pads.handle(button(pygame.CONTROLLER_BUTTON_A))) == [9]


def test_a_stick_has_a_dead_middle_and_reaches_full_lean() -> None:
    pads = Gamepads()
    (rest,) = pads.handle(axis(pygame.CONTROLLER_AXIS_LEFTX, 0.2))
    assert rest.tilt == (0, 0)
    (full,) = pads.handle(axis(pygame.CONTROLLER_AXIS_LEFTX, 1.0))
    assert full.tilt == pytest.approx((1.0, 0.0))
    (diagonal,) = pads.handle(axis(pygame.CONTROLLER_AXIS_LEFTY, -1.0))
    assert diagonal.tilt == pytest.approx((0.707, -0.707), abs=0.01)


def test_a_trigger_rewinds_while_it_is_pulled() -> None:
    pads = Gamepads()
    assert intents(pads.handle(axis(pygame.CONTROLLER_AXIS_TRIGGERLEFT, 0.9))) == [Command.REWIND]
    assert pads.handle(axis(pygame.CONTROLLER_AXIS_TRIGGERLEFT, 1.0)) == []
    assert intents(pads.handle(axis(pygame.CONTROLLER_AXIS_TRIGGERLEFT, 0.1))) == [None]


def test_the_right_stick_looks_around() -> None:
    pads = Gamepads()
    assert intents(pads.handle(axis(pygame.CONTROLLER_AXIS_RIGHTX, -1.0))) == [None, Command.PAN_LEFT]
    assert pads.handle(axis(pygame.CONTROLLER_AXIS_RIGHTX, -0.8)) == []
    assert intents(pads.handle(axis(pygame.CONTROLLER_AXIS_RIGHTX, 0.0))) == [None]


def test_events_of_other_devices_say_nothing() -> None:
    assert Gamepads().handle(Event(pygame.MOUSEWHEEL, x=0, y=1)) == []


class FakePad:
    """A gamepad as SDL shows it."""

    def __init__(self, index: int) -> None:
        self.number = index + 10

    def as_joystick(self) -> "FakePad":
        return self

    def get_instance_id(self) -> int:
        return self.number

    def quit(self) -> None:
        self.number = -1


@pytest.fixture
def game(painted_bundle: Path, paint: object, monkeypatch: pytest.MonkeyPatch) -> Game:
    engine = Engine.load(painted_bundle)
    frames: list[NDArray[uint8]] = [paint((4, 8)), paint((20, 8))]  # type: ignore[operator]
    world = World([engine, engine])
    world.open([engine.find_agent(frame) for frame in frames])
    monkeypatch.setattr("playground.input.gamepad.sdl_controller.Controller", FakePad)
    return Game(Session(world))


def test_gamepads_come_and_go_and_each_player_has_one(game: Game) -> None:
    for index in (0, 1):
        game.handle(Event(pygame.CONTROLLERDEVICEADDED, device_index=index))
    game.handle(axis(pygame.CONTROLLER_AXIS_LEFTX, 1.0, pad=10))
    game.handle(button(pygame.CONTROLLER_BUTTON_Y, pad=11))
    game.update(PERIOD)
    game.update(PERIOD)
    assert game.session.acting == (1, 4)
    game.handle(Event(pygame.CONTROLLERDEVICEREMOVED, instance_id=11))
    for _ in range(5):
        game.update(PERIOD)
    assert game.session.acting == (1, None)
    game.handle(Event(pygame.CONTROLLERDEVICEREMOVED, instance_id=10))
    game.update(PERIOD)
    assert game.session.controls[0].idle


def test_start_pauses(game: Game) -> None:
    game.handle(button(pygame.CONTROLLER_BUTTON_START))
    assert game.session.paused
