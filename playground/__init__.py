"""Playing: load a bundle, give it a picture, and move what is in it."""

from glass.core.errors import GlassError as PlaygroundError
from playground.bundles.manifest import LocalAction, Manifest
from playground.core.action import Action, Observation
from playground.world.python_api import Engine
from playground.world.world import Snapshot

__all__ = ["Action", "Engine", "LocalAction", "Manifest", "Observation", "PlaygroundError", "Snapshot"]
