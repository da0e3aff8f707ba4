"""The options of glass-learn: declared once, for the command line and for what carries it out; needs no torch."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from glass.core.errors import GlassError

if TYPE_CHECKING:
    from export.learn.folders import LearnFolders


@dataclass(frozen=True)
class LearnOptions:
    """What glass-learn was asked for; the help of a field says what it is. What is None is chosen from the footage."""

    clips: Annotated[
        list[Path],
        typer.Argument(metavar="CLIP...", help="Videos, GIFs, folders of frames, or folders of any of these."),
    ]
    name: Annotated[str, typer.Option(help="Name of the model; one that was learned before is gone on with.")]
    minutes: Annotated[float, typer.Option(min=1, max=100_000, help="How long all of it may take.")] = 10.0
    from_scratch: Annotated[bool, typer.Option("--from-scratch", help="Begin with nothing, whatever is known.")] = False
    warm_start: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL", help="Model to begin with; by default one that comes with the program, by trial."
        ),
    ] = None
    restart: Annotated[bool, typer.Option("--restart", help="Forget what was learned under this name.")] = False
    only_look: Annotated[bool, typer.Option("--look", help="Only look at the clips and report.")] = False
    agent: Annotated[
        str | None,
        typer.Option(
            metavar="X,Y[@SECONDS]", help="Where the agent is, in pixels of the clip; by default the likeliest."
        ),
    ] = None
    anyway: Annotated[bool, typer.Option("--anyway", help="Learn even from clips that look hopeless.")] = False
    frame_size: Annotated[str | None, typer.Option(metavar="WxH", help="Frame size; multiples of 8.")] = None
    tick_rate: Annotated[float | None, typer.Option(min=0.1, max=60, help="Ticks a second.")] = None
    picture_rate: Annotated[
        float | None, typer.Option(min=0.1, max=240, help="Frames a second of folders of frames.")
    ] = None
    mask_size: Annotated[
        float | None, typer.Option(min=0.001, max=0.9, help="Share of the picture that the agent covers.")
    ] = None
    window: Annotated[
        int | None, typer.Option(min=16, max=256, help="Side of the window around the agent; a multiple of 8.")
    ] = None
    local_actions: Annotated[int | None, typer.Option(min=2, max=64, help="How many local actions to learn.")] = None
    licence: Annotated[str | None, typer.Option(help="Licence of model and start frames.")] = None
    models: Annotated[
        Path | None, typer.Option(help="Folder that the model goes into; by default where glass-play finds it.")
    ] = None
    json: Annotated[bool, typer.Option("--json", help="Print JSON objects, one a line, for another program.")] = False
    seed: Annotated[int, typer.Option(min=0, help="Decides everything random.")] = 0

    def __post_init__(self) -> None:
        """Check what the command line does not.

        Raises:
            GlassError: a window that is no multiple of 8, a frame size or an agent that is none or cannot be, or two
                beginnings.
        """
        if self.from_scratch and self.warm_start:
            raise GlassError("--from-scratch begins with nothing, --warm-start with a model; give one of them")
        if self.window and self.window % 8:
            raise GlassError(f"--window {self.window}: must be a multiple of 8")
        _ = self.size, self.agent_place

    @property
    def size(self) -> tuple[int, int] | None:
        """Frame size (W, H) in pixels."""
        if self.frame_size is None:
            return None
        found = re.fullmatch(r"(\d{2,3})x(\d{2,3})", self.frame_size, re.ASCII)
        size = (int(found[1]), int(found[2])) if found else (0, 0)
        if any(side % 8 or not 16 <= side <= 512 for side in size):
            raise GlassError(
                f"--frame-size {self.frame_size}: must be WxH in pixels, both multiples of 8 from 16 to 512, as 128x96"
            )
        return size

    @property
    def agent_place(self) -> tuple[float, float, float | None] | None:
        """Where the agent is: x and y in pixels of the clip, and seconds from the beginning, None for any time."""
        if self.agent is None:
            return None
        number = r"(\d{1,5}(?:\.\d+)?)"
        found = re.fullmatch(rf"{number},{number}(?:@{number})?", self.agent, re.ASCII)
        if found is None:
            raise GlassError(f"--agent {self.agent}: must be X,Y or X,Y@SECONDS, in pixels of the clip, as 120,80@2.5")
        return float(found[1]), float(found[2]), None if found[3] is None else float(found[3])

    @property
    def folders(self) -> "LearnFolders":
        """Folders of frames, training and bundle."""
        from export.learn.folders import LearnFolders

        return LearnFolders.of(self.name, self.models)
