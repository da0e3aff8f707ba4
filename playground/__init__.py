"""Playing: load a bundle, give it a picture, and move what is in it."""

from playground.bundles.manifest import LocalAction, Manifest
from playground.core.action import Action, Observation
from playground.core.errors import PlaygroundError
from playground.engine.agent_state import Snapshot
from playground.engine.engine import Engine

__all__ = ["Action", "Engine", "LocalAction", "Manifest", "Observation", "PlaygroundError", "Snapshot"]
