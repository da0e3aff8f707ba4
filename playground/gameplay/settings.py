"""Settings of a player, for all games of a window."""

from dataclasses import dataclass, field
from pathlib import Path

from playground.gameplay.kept_settings import SettingsFile
from playground.input.keymap import DEFAULT_KEYMAP, Keymap
from playground.recording.recorder import Recorder, open_recorders, recording_scale


@dataclass(frozen=True)
class GameSettings:
    """Settings of a player, for all games of a window."""

    scale: int | None = None
    """Whole number by which the window, and recordings, enlarge the frame; None: as the desktop allows, and recordings
    as `recording_scale` says."""
    record: Path | None = None
    """GIF to record into from the first frame on; until the script ends, where there is one."""
    frames: Path | None = None
    """Folder to write frames into, likewise."""
    keymap: Keymap = DEFAULT_KEYMAP
    """Which keys do what."""
    autoplay: int | None = None
    """Seed of the random walk that plays while the player asks for nothing; None lets the agent stand."""

    kept: SettingsFile = field(default_factory=SettingsFile)
    """What the player changes in the window, and is kept."""

    @property
    def text_size(self) -> float:
        """How large the text is, in what suits the window: one of TEXT_SIZES."""
        return self.kept.now.text_size

    def recorders(self, tick_rate: float, own_size: bool) -> list[Recorder]:
        """Return what records to `record` and `frames`, as far as they are given, a world of its own size or not.

        Raises:
            GlassError: they cannot be written.
        """
        scale = recording_scale(self.scale, own_size)
        return open_recorders(self.record, self.frames, tick_rate, scale)
