"""Playing: load a bundle, give it a picture, and move what is in it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glass.core.errors import GlassError as PlaygroundError
    from playground.bundles.manifest import LocalAction, Manifest
    from playground.core.action import Action, Observation
    from playground.world.python_api import Engine
    from playground.world.world import Snapshot

__all__ = ["Action", "Engine", "LocalAction", "Manifest", "Observation", "PlaygroundError", "Snapshot"]

_HOMES = {
    "Action": "playground.core.action",
    "Engine": "playground.world.python_api",
    "LocalAction": "playground.bundles.manifest",
    "Manifest": "playground.bundles.manifest",
    "Observation": "playground.core.action",
    "Snapshot": "playground.world.world",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: the window opens before what plays in it is loaded."""
    if name == "PlaygroundError":
        from glass.core.errors import GlassError

        return GlassError
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
