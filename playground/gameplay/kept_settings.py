"""Settings that the window keeps from one time to the next: a JSON file in the user's data folder."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
from platformdirs import user_data_path, user_pictures_path

from glass.core.atomic_files import output_file
from glass.core.errors import GlassError
from playground.input.controls import SPEEDS

TEXT_SIZES = (0.8, 1.0, 1.25, 1.5, 2.0)
"""Sizes of the window's text, relative to what suits the window."""
MOST_RECENT = 12
"""Own pictures that are remembered."""
_LEAST_SIDE = 120


@dataclass(frozen=True)
class KeptSettings:
    """What is kept."""

    text_size: float = 1.0
    """One of TEXT_SIZES."""
    window: tuple[int, int] | None = None
    """Width and height in pixels of the window when it does not fill the screen; None: what suits the game."""
    corner: tuple[int, int] | None = None
    """Its left top on the screen then; None leaves that to the desktop."""
    full_screen: bool = False
    """Whether it fills the screen."""
    speed: float = 1.0
    """Speed of walking, one of SPEEDS."""
    buttons: bool = True
    """Whether the buttons are shown."""
    recent: tuple[str, ...] = ()
    """The player's own pictures, clips and saved games, the last one first."""
    folder: str | None = None
    """Where recordings go; None: the user's folder of pictures."""

    def checked(self) -> "KeptSettings":
        """Return what can be used of this, such as after somebody has written into the file."""
        return replace(
            self,
            text_size=min(TEXT_SIZES, key=lambda size: abs(size - self.text_size)),
            speed=min(SPEEDS, key=lambda speed: abs(speed - self.speed)),
            window=None if self.window is None or min(self.window) < _LEAST_SIDE else self.window,
            recent=self.recent[:MOST_RECENT],
        )


DEFAULT_KEPT = KeptSettings()


class SettingsFile:
    """Kept settings, and the file they are kept in, which is written with each change."""

    def __init__(self, path: Path | None = None, **given: Any) -> None:
        """Read a file, if there is one; without a path all stays in memory. What is `given` counts, but is not kept.

        A file that cannot be read is left as it is, and nothing is kept: `problem` says so.
        """
        self._path, self._in_memory = path, path is None
        self.problem = ""
        """One sentence that says why nothing is kept; empty where all is well."""
        try:
            self._kept = KeptSettings() if path is None else _read(path)
        except GlassError as error:
            self._kept, self._path, self.problem = KeptSettings(), None, str(error)
        self.now = replace(self._kept, **given)
        """The settings as they are."""

    @property
    def folder(self) -> Path:
        """Where recordings go: where the player said, else Pictures; the current folder where nothing is kept."""
        if self.now.folder is not None:
            return Path(self.now.folder)
        return Path.cwd() if self._in_memory else user_pictures_path()

    def change(self, **values: Any) -> None:
        """Set some settings, and keep them.

        Raises:
            GlassError: they cannot be written; they are set all the same.
        """
        self.now = replace(self.now, **values)
        kept = replace(self._kept, **values)
        if kept == self._kept:
            return
        self._kept = kept
        if self._path is not None:
            _write(self._path, kept)

    def opened(self, files: tuple[Path, ...]) -> None:
        """Remember files that were opened.

        Raises:
            GlassError: as for `change`.
        """
        names = [str(path.absolute()) for path in files]
        self.change(recent=tuple(dict.fromkeys([*names, *self.now.recent]))[:MOST_RECENT])


def settings_file() -> Path:
    """Return where the settings are kept."""
    return user_data_path("glass-playground") / "settings.json"


def _read(path: Path) -> KeptSettings:
    try:
        return msgspec.json.decode(path.read_bytes(), type=KeptSettings).checked()
    except FileNotFoundError:
        return KeptSettings()
    except OSError as error:
        raise GlassError(f"{path}: cannot be read ({error.strerror}); settings are not kept") from None
    except (ValueError, RecursionError):
        raise GlassError(f"{path}: holds no settings, and none are kept; mend or delete it") from None


def _write(path: Path, kept: KeptSettings) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GlassError(f"{path}: cannot be written ({error.strerror}); settings are not kept") from None
    with output_file(path, "make room or allow writing there; settings are not kept") as part:
        part.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n")
