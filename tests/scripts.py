"""The project's commands, found as an installer finds them."""

import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def entry_point(command: str) -> Callable[[], object]:
    """The function that pyproject.toml names for a command."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    module, _, function = scripts[command].partition(":")
    found: Callable[[], object] = getattr(import_module(module), function)
    return found
