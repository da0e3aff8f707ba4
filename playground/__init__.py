"""Playing: load a bundle, give it a picture, and move what is in it."""

from playground.action import Action, Observation
from playground.engine import Engine
from playground.errors import PlaygroundError
from playground.manifest import LocalAction, Manifest
from playground.puppet import Snapshot

__all__ = ["Action", "Engine", "LocalAction", "Manifest", "Observation", "PlaygroundError", "Snapshot"]
