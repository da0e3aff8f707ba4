"""Gamepads: plugging in and out, and mapping of buttons, sticks and triggers to intents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pygame
from pygame._sdl2 import controller as sdl_controller
from pygame.event import Event

from playground.input.controls import Command, Intent

_DEAD_ZONE = 0.25
"""Tilt of a stick, 0..1, below which it counts as centred."""
_THRESHOLD = 0.5
"""How far a trigger must be pulled, or the right stick tilted."""
_FULL = 32767

FACES: Mapping[int, int] = {
    pygame.CONTROLLER_BUTTON_A: 1,
    pygame.CONTROLLER_BUTTON_B: 2,
    pygame.CONTROLLER_BUTTON_X: 3,
    pygame.CONTROLLER_BUTTON_Y: 4,
}
"""The local action of each button below the right thumb, before what a shoulder button adds."""
SHOULDERS: Mapping[int, int] = {pygame.CONTROLLER_BUTTON_RIGHTSHOULDER: 4, pygame.CONTROLLER_BUTTON_LEFTSHOULDER: 8}
"""What a held shoulder button adds to that number."""
BUTTONS: Mapping[int, Command] = {
    pygame.CONTROLLER_BUTTON_DPAD_UP: Command.UP,
    pygame.CONTROLLER_BUTTON_DPAD_DOWN: Command.DOWN,
    pygame.CONTROLLER_BUTTON_DPAD_LEFT: Command.LEFT,
    pygame.CONTROLLER_BUTTON_DPAD_RIGHT: Command.RIGHT,
    pygame.CONTROLLER_BUTTON_START: Command.PAUSE,
    pygame.CONTROLLER_BUTTON_BACK: Command.RESET,
    pygame.CONTROLLER_BUTTON_GUIDE: Command.HELP,
}
TRIGGERS: Mapping[int, Command] = {
    pygame.CONTROLLER_AXIS_TRIGGERLEFT: Command.REWIND,
    pygame.CONTROLLER_AXIS_TRIGGERRIGHT: Command.RECORD,
}
_LOOKS: Mapping[tuple[int, int], Command] = {
    (pygame.CONTROLLER_AXIS_RIGHTX, -1): Command.PAN_LEFT,
    (pygame.CONTROLLER_AXIS_RIGHTX, 1): Command.PAN_RIGHT,
    (pygame.CONTROLLER_AXIS_RIGHTY, -1): Command.PAN_UP,
    (pygame.CONTROLLER_AXIS_RIGHTY, 1): Command.PAN_DOWN,
}
"""The pan of each axis and sign of the right stick."""


@dataclass(frozen=True)
class GamepadSignal:
    """An event of a gamepad, in terms of the game."""

    pad: int
    """Which gamepad, 0 for the one that was plugged in first."""
    source: tuple[str, int, int]
    """What holds the intent: its kind, the gamepad and its button or axis."""
    intent: Intent | None = None
    """What is asked for; None where the source lets go."""
    tilt: tuple[float, float] | None = None
    """Tilt of the left stick, x right and y down in -1..1; None where it did not move."""


class Gamepads:
    """The gamepads that are plugged in, and the mapping of their events to signals."""

    def __init__(self) -> None:
        """Begin without gamepads; those plugged in already announce themselves by events."""
        self._open: dict[int, Any] = {}
        self._order: list[int] = []
        self._tilts: dict[int, list[float]] = {}
        self._shoulders: dict[int, int] = {}
        self._looks: dict[tuple[int, int], Command | None] = {}
        self._pulled: set[tuple[int, int]] = set()

    def start(self) -> None:
        """Start SDL's gamepad support, which takes a moment."""
        if not sdl_controller.get_init():
            sdl_controller.init()
            pygame.joystick.init()

    def handle(self, event: Event) -> list[GamepadSignal]:
        """Return the signals of a pygame event; none for events of other devices."""
        if event.type == pygame.CONTROLLERDEVICEADDED:
            self._plug(event.device_index)
        elif event.type == pygame.CONTROLLERDEVICEREMOVED:
            return self._unplug(event.instance_id)
        elif event.type == pygame.CONTROLLERBUTTONDOWN:
            return self._press(event.instance_id, event.button)
        elif event.type == pygame.CONTROLLERBUTTONUP:
            return self._let_go(event.instance_id, event.button)
        elif event.type == pygame.CONTROLLERAXISMOTION:
            return self._move(event.instance_id, event.axis, event.value / _FULL)
        return []

    def _plug(self, index: int) -> None:
        pad = sdl_controller.Controller(index)
        number = pad.as_joystick().get_instance_id()
        self._open[number] = pad
        if number not in self._order:
            self._order.append(number)

    def _unplug(self, number: int) -> list[GamepadSignal]:
        """Release everything that a gamepad held."""
        pad = self._pad(number)
        pulled = self._open.pop(number, None)
        if pulled is not None:
            pulled.quit()
        self._order = [other for other in self._order if other != number]
        self._tilts.pop(number, None)
        self._shoulders.pop(number, None)
        sources = [("button", number, button) for button in (*FACES, *BUTTONS)]
        sources += [("axis", number, axis) for axis in (*TRIGGERS, *{axis for axis, _ in _LOOKS})]
        signals = [GamepadSignal(pad, source) for source in sources]
        return [*signals, GamepadSignal(pad, ("stick", number, 0), tilt=(0.0, 0.0))]

    def _press(self, number: int, button: int) -> list[GamepadSignal]:
        if button in SHOULDERS:
            self._shoulders[number] = SHOULDERS[button]
        intent: Intent | None = BUTTONS.get(button)
        if button in FACES:
            intent = FACES[button] + self._shoulders.get(number, 0)
        return [] if intent is None else [GamepadSignal(self._pad(number), ("button", number, button), intent)]

    def _let_go(self, number: int, button: int) -> list[GamepadSignal]:
        if self._shoulders.get(number) == SHOULDERS.get(button, 0):
            self._shoulders.pop(number, None)
        return [GamepadSignal(self._pad(number), ("button", number, button))]

    def _move(self, number: int, axis: int, value: float) -> list[GamepadSignal]:
        pad, source = self._pad(number), ("axis", number, axis)
        if axis in (pygame.CONTROLLER_AXIS_LEFTX, pygame.CONTROLLER_AXIS_LEFTY):
            tilt = self._tilts.setdefault(number, [0.0, 0.0])
            tilt[axis == pygame.CONTROLLER_AXIS_LEFTY] = value
            length = (tilt[0] ** 2 + tilt[1] ** 2) ** 0.5
            share = 0.0 if length < _DEAD_ZONE else min(1.0, (length - _DEAD_ZONE) / (1 - _DEAD_ZONE)) / length
            return [GamepadSignal(pad, ("stick", number, 0), tilt=(tilt[0] * share, tilt[1] * share))]
        if axis in TRIGGERS:
            key = (number, axis)
            if (value > _THRESHOLD) == (key in self._pulled):
                return []
            self._pulled ^= {key}
            return [GamepadSignal(pad, source, TRIGGERS[axis] if key in self._pulled else None)]
        way = 0 if abs(value) < _THRESHOLD else (1 if value > 0 else -1)
        look = _LOOKS.get((axis, way))
        if self._looks.get((number, axis)) == look:
            return []
        self._looks[number, axis] = look
        return [GamepadSignal(pad, source), *([GamepadSignal(pad, source, look)] if look else [])]

    def _pad(self, number: int) -> int:
        """Place of a gamepad in the order of plugging in, by SDL's number."""
        return self._order.index(number) if number in self._order else 0
