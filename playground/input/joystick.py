"""Joysticks that are not known as gamepads: their events told as those of a gamepad with the usual order of buttons."""

from collections.abc import Mapping

import pygame
from pygame.event import Event

_FULL = 32767
_AXES: Mapping[int, int] = {0: pygame.CONTROLLER_AXIS_LEFTX, 1: pygame.CONTROLLER_AXIS_LEFTY}
_BUTTONS: Mapping[int, int] = dict(
    enumerate(
        (
            pygame.CONTROLLER_BUTTON_A,
            pygame.CONTROLLER_BUTTON_B,
            pygame.CONTROLLER_BUTTON_X,
            pygame.CONTROLLER_BUTTON_Y,
            pygame.CONTROLLER_BUTTON_LEFTSHOULDER,
            pygame.CONTROLLER_BUTTON_RIGHTSHOULDER,
            pygame.CONTROLLER_BUTTON_BACK,
            pygame.CONTROLLER_BUTTON_START,
        )
    )
)
_CROSS: Mapping[tuple[int, int], int] = {
    (0, -1): pygame.CONTROLLER_BUTTON_DPAD_LEFT,
    (0, 1): pygame.CONTROLLER_BUTTON_DPAD_RIGHT,
    (1, -1): pygame.CONTROLLER_BUTTON_DPAD_DOWN,
    (1, 1): pygame.CONTROLLER_BUTTON_DPAD_UP,
}
"""The button of each way, on an axis (0 across, 1 up), that a hat leans."""


class Joysticks:
    """Translates the events of joysticks."""

    def __init__(self) -> None:
        """Begin with every hat upright."""
        self._hats: dict[int, tuple[int, int]] = {}

    def translate(self, event: Event) -> list[Event]:
        """Return what an event of a joystick would be on a gamepad; nothing for what gamepads do not have."""
        if event.type == pygame.JOYAXISMOTION and event.axis in _AXES:
            value = round(event.value * _FULL)
            return [
                Event(pygame.CONTROLLERAXISMOTION, axis=_AXES[event.axis], value=value, instance_id=event.instance_id)
            ]
        if event.type in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP) and event.button in _BUTTONS:
            return [_button(event.instance_id, _BUTTONS[event.button], event.type == pygame.JOYBUTTONDOWN)]
        if event.type == pygame.JOYHATMOTION and event.hat == 0:
            before = self._hats.get(event.instance_id, (0, 0))
            self._hats[event.instance_id] = event.value
            return [
                _button(event.instance_id, _CROSS[axis, way], down)
                for axis in (0, 1)
                if before[axis] != event.value[axis]
                for way, down in ((before[axis], False), (event.value[axis], True))
                if way
            ]
        return []


def _button(number: int, button: int, down: bool) -> Event:
    return Event(pygame.CONTROLLERBUTTONDOWN if down else pygame.CONTROLLERBUTTONUP, button=button, instance_id=number)
