"""What glass-play was asked for."""

from dataclasses import dataclass
from pathlib import Path

from glass.core.errors import GlassError
from glass.core.output_places import check_folder_place, check_spares
from playground.recording.recorder import check_recording


@dataclass(frozen=True)
class Order:
    """What glass-play was asked for."""

    image: str | None
    """The picture's file; None asks for a choice of start frames."""
    second: str | None
    """The second player's picture, if there is one."""
    replay: Path | None
    """A saved game to play again instead of a picture."""
    background: str | None
    """Picture to put a cut-out one before; None takes a plain colour."""
    paint: bool
    """Whether the player may paint the agent in a picture in which no model finds one."""
    model: str | None
    """Name or path of a bundle; None leaves the choice to the picture."""
    script: str
    """What to play, in the script language."""
    script_source: str
    """What errors call it: "script", or the file it came from."""
    second_script: str
    """What the second player plays."""
    record: Path | None
    """Animation to write."""
    frames: Path | None
    """Folder of pictures to write."""
    scale: int | None
    """Enlargement of the window and of recordings; None leaves it to them."""
    seed: int | None
    """Chooses the start frame where there is neither picture nor window, and the autoplay; None takes the first."""
    autoplay: bool
    """Whether the agent plays by itself while nobody asks for anything."""
    keymap: Path | None
    """File that says which keys do what; None takes the usual ones."""
    text_size: float
    """How large the window's text is at first."""
    headless: bool
    """Whether to do without a window."""

    def check(self) -> None:
        """Refuse what does not go together, and places that cannot be written to.

        Raises:
            GlassError: in a sentence that names the option.
        """
        if self.replay is not None:
            others = (self.image, self.script, self.second_script, self.background, self.paint, self.autoplay)
            if any(others) or self.seed is not None:
                raise GlassError("--replay plays a saved game as it was; give no picture, script or seed with it")
        elif self.second is None and self.second_script:
            raise GlassError("--script2 is for a second player; give two pictures")
        elif self.second is not None and self.paint:
            raise GlassError("--paint is for one picture alone; paint the agents first, one by one")
        if self.autoplay and self.headless:
            raise GlassError("--autoplay needs a window; without one, play --script 'random(1)*200'")
        if self.headless and self.record is None and self.frames is None:
            raise GlassError("--headless shows nothing by itself; add --record FILE or --frames DIR")
        self._check_places()

    def _check_places(self) -> None:
        """Refuse places that cannot be written to, or that hold what is read."""
        if self.record is not None:
            check_recording(self.record)
        if self.frames is not None:
            check_folder_place(self.frames, "--frames")
        read = (self.image, self.second, self.replay, self.background, self.keymap)
        for what, place in (("--record", self.record), ("--frames", self.frames)):
            if place is not None:
                check_spares(place, what, read)
