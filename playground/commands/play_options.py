"""The options of glass-play: declared once, for the command line and for what carries it out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from glass.core.errors import GlassError
from glass.core.output_places import check_folder_place, check_named, check_spares
from playground.commands.picture_options import MaskOption, ModelOption, SideOption
from playground.gameplay.kept_settings import TEXT_SIZES
from playground.pictures.faces import read_faces
from playground.pictures.picture import Box, Part
from playground.pictures.scenes.catalogue import SCENES
from playground.recording.recorder import check_recording

_SIZES = ", ".join(f"{size:g}" for size in TEXT_SIZES)


@dataclass(frozen=True)
class PlayOptions:
    """What glass-play was asked for; the help of a field says what it is."""

    images: Annotated[
        list[str] | None,
        typer.Argument(
            help="A picture, or two for two players in the first one; without any, choose a start frame.",
            metavar="[IMAGE] [IMAGE]",
        ),
    ] = None
    background: Annotated[
        str | None,
        typer.Option(help=f"Picture to put a cut-out one before, or a scene: {', '.join(SCENES)}.", metavar="FILE"),
    ] = None
    mask: MaskOption = None
    crop: Annotated[str | None, typer.Option(help="The part of the picture to play.", metavar="X,Y,W,H")] = None
    whole: Annotated[bool, typer.Option("--whole", help="See all of the picture: no nearer view of it.")] = False
    paint: Annotated[
        bool, typer.Option("--paint", help="Mark the agent yourself, whatever a model finds; needs a window.")
    ] = False
    cell: Annotated[
        str | None,
        typer.Option(help="Cell of a sheet of sprites, counted from 0; else one that stands.", metavar="COLUMN,ROW"),
    ] = None
    frame: Annotated[
        int | None, typer.Option(min=0, help="Frame of an animation, counted from 0; else the first.", metavar="N")
    ] = None
    view: Annotated[
        list[str] | None,
        typer.Option(help="A picture of the same character from another side; may be given again.", metavar="FILE"),
    ] = None
    faces: SideOption = None
    model: ModelOption = None
    script: Annotated[str, typer.Option(help="Actions to play, such as 'right*10 3*8 left+up+2'.")] = ""
    script_file: Annotated[
        str | None, typer.Option(help="Text file of actions; '#' begins a remark.", metavar="FILE")
    ] = None
    script2: Annotated[str, typer.Option(help="Actions of the second player.")] = ""
    replay: Annotated[str | None, typer.Option(help="Saved game to play again.", metavar="FILE")] = None
    headless: Annotated[bool, typer.Option("--headless", help="Run the script without a window.")] = False
    record: Annotated[str | None, typer.Option(help="GIF, MP4 or WebP to write.", metavar="FILE")] = None
    frames: Annotated[
        str | None,
        typer.Option(
            help="Folder for one PNG a tick, at the picture's own size (up to 1280x960) if its pixels are moved.",
            metavar="DIR",
        ),
    ] = None
    agent_only: Annotated[
        bool, typer.Option("--agent-only", help="Write into DIR the agent alone, transparent around it.")
    ] = False
    scale: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=16,
            help="Enlargement of window and recording; without it recordings get 4, or 1 at a picture's own size.",
        ),
    ] = None
    seed: Annotated[int | None, typer.Option(min=0, help="Chooses a headless run's start frame, and the autoplay.")] = (
        None
    )
    autoplay: Annotated[
        bool, typer.Option("--autoplay", help="Let the agent play by itself while nobody asks for anything.")
    ] = False
    keymap: Annotated[str | None, typer.Option(help="TOML file that says which keys do what.", metavar="FILE")] = None
    text_size: Annotated[
        float | None, typer.Option(help=f"Size of the text: {_SIZES}; else as it was last.", metavar="SIZE")
    ] = None
    folder: Annotated[
        str | None,
        typer.Option(help="Folder for recordings, pictures and sheets, from now on; at first Pictures.", metavar="DIR"),
    ] = None

    @property
    def image(self) -> str | None:
        """The first player's picture; None asks for a choice of start frames."""
        return self.images[0] if self.images else None

    @property
    def second_image(self) -> str | None:
        """The second player's picture, if there is one."""
        return self.images[1] if self.images and len(self.images) > 1 else None

    @property
    def part(self) -> Part:
        """Which part of the first player's picture is played.

        Raises:
            GlassError: a cell that is no two numbers, or a crop that is no four.
        """
        cell = None if self.cell is None else _numbers(self.cell, 2)
        if self.cell is not None and cell is None:
            raise GlassError(f"--cell {self.cell!r}: give a column and a row, counted from 0, as in 0,2")
        whole = self.whole or (self.mask is not None and cell is None)
        return Part(cell, self.frame, whole, parse_crop(self.crop), cut_out=self.background is not None)

    @property
    def plays_alone(self) -> bool:
        """Whether the game begins without a player: it has a script, plays by itself or is recorded."""
        return self.autoplay or any((self.script, self.script_file, self.script2, self.record, self.frames))

    def check(self) -> None:
        """Refuse what does not go together, and places that cannot be written to.

        Raises:
            GlassError: in a sentence that names the option.
        """
        if self.images and "" in self.images:
            raise GlassError("a picture's name is empty; give a picture, or none to choose a start frame")
        named = ("background", "mask", "crop", "model", "script_file", "replay", "record", "frames", "keymap", "folder")
        check_named({f"--{name.replace('_', '-')}": getattr(self, name) for name in named})
        read_faces(self.faces, "--faces")
        if self.text_size is not None and self.text_size not in TEXT_SIZES:
            raise GlassError(f"--text-size {self.text_size:g}: give one of {_SIZES}")
        if self.images and len(self.images) > 2:
            raise GlassError(f"unexpected extra argument {self.images[2]!r}; at most two can play")
        if self.script and self.script_file is not None:
            raise GlassError("both --script and --script-file; give one of them")
        if self.agent_only and self.frames is None:
            raise GlassError("--agent-only is for frames; add --frames DIR")
        self._check_players()
        if (self.part.cell is not None or self.frame is not None) and self.image is None:
            raise GlassError(f"--{'frame' if self.cell is None else 'cell'} is for a picture of your own; give one")
        if self.autoplay and self.headless:
            raise GlassError("--autoplay needs a window; without one, play --script 'random(1)*200'")
        if self.headless and self.record is None and self.frames is None:
            raise GlassError("--headless shows nothing by itself; add --record FILE or --frames DIR")
        self._check_places()

    def _check_players(self) -> None:
        """Refuse what does not go with a saved game, and what one player has no use for, or two."""
        if self.replay is not None:
            scripts = (self.script, self.script_file, self.script2)
            parts = (self.mask, self.crop, self.whole, self.background, self.paint, self.view, self.faces)
            if any((self.images, *scripts, *parts, self.autoplay)) or self.seed is not None:
                raise GlassError("--replay plays a saved game as it was; give no picture, script or seed with it")
        elif self.second_image is None and self.script2:
            raise GlassError("--script2 is for a second player; give two pictures")
        elif self.second_image is not None and self.paint:
            raise GlassError("--paint is for one picture alone; paint the agents first, one by one")
        elif self.second_image is not None and (self.mask or self.crop):
            raise GlassError(
                f"{'--mask' if self.mask else '--crop'} is for one picture alone; cut the agents out first"
            )
        elif (self.view or self.faces) and len(self.images or ()) != 1:
            raise GlassError(f"--{'view' if self.view else 'faces'} is for one picture alone; give that, too")

    def _check_places(self) -> None:
        """Refuse places that cannot be written to, or that hold what is read."""
        if self.record is not None:
            check_recording(Path(self.record))
        for option, place in (("--frames", self.frames), ("--folder", self.folder)):
            if place is not None:
                check_folder_place(Path(place), option)
        read = (*(self.images or ()), *(self.view or ()), self.replay, self.background, self.mask, self.keymap)
        for option, place in (("--record", self.record), ("--frames", self.frames)):
            if place is not None:
                check_spares(Path(place), option, read)


def parse_crop(text: str | None) -> Box | None:
    """Return the box that --crop gives; None where it is left out.

    Raises:
        GlassError: it is no four numbers.
    """
    crop = None if text is None else _numbers(text, 4)
    if text is not None and crop is None:
        raise GlassError(f"--crop {text!r}: give X,Y,W,H in pixels of the picture, as in 40,0,200,300")
    return crop


def _numbers(text: str, count: int) -> Any:
    """Return so many whole numbers, told between commas; None where they are not."""
    parts = text.split(",")
    return (
        tuple(int(part) for part in parts)
        if len(parts) == count and all(p.strip().isdecimal() for p in parts)
        else None
    )
