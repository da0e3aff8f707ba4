"""Playing: load a bundle, give it a picture, and move what is in it."""

from playground.action import Action, Observation
from playground.engine import Engine, Snapshot
from playground.errors import PlaygroundError
from playground.manifest import LocalAction, Manifest

__all__ = ["Action", "Engine", "LocalAction", "Manifest", "Observation", "PlaygroundError", "Snapshot"]
