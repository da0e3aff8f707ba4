"""`glass-sheet`: a transparent sprite sheet of what the agent of a picture can do."""

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from glass.core.console import new_command, run_command, stop_like_interrupt
from glass.core.errors import GlassError
from glass.core.output_places import check_file_place, check_named, check_spares
from playground.bundles.bundle import Bundle
from playground.commands.picture_options import MaskOption, ModelOption, SideOption
from playground.commands.play_options import parse_crop
from playground.commands.prepare import UNSURE_OF_SIDE, candidates, told_picture, with_standing_out
from playground.pictures.faces import read_faces
from playground.pictures.picture import Part, Picture
from playground.pictures.start import UnsureError
from playground.selection.model_choice import Choice, choose_engine
from playground.spritesheets.export import (
    DEFAULT_FORMATS,
    FORMATS,
    LAYOUTS,
    PIVOTS,
    SheetOptions,
    make_sheet,
    sheet_files,
    write_sheet,
)

app = new_command("Make a transparent sprite sheet of what the agent of a picture can do, for a game engine.")


@app.command()
def run(
    image: Annotated[str, typer.Argument(help="The picture whose agent it is.")],
    out: Annotated[str, typer.Option(help="PNG to write; the other files go beside it.", metavar="FILE.png")],
    model: ModelOption = None,
    mask: MaskOption = None,
    crop: Annotated[str | None, typer.Option(help="The part of the picture to take.", metavar="X,Y,W,H")] = None,
    faces: SideOption = None,
    actions: Annotated[
        str, typer.Option(help="Actions to show, such as 'idle walk hit=slash_left'; all when left out.")
    ] = "",
    layout: Annotated[str, typer.Option(help="rows of equal cells, packed, or lpc (832x1344).")] = LAYOUTS[0],
    cell: Annotated[str | None, typer.Option(help="Size of a cell, such as 64x64.", metavar="WxH")] = None,
    pivot: Annotated[str, typer.Option(help="What stays at one spot of the cells: feet or centre.")] = PIVOTS[0],
    scale: Annotated[float, typer.Option(min=0.05, max=16, help="Enlargement; below 1 it makes smaller.")] = 1.0,
    palette: Annotated[
        str,
        typer.Option(help="Colours: own (the picture's, if few), any, or a .gpl or .hex file.", metavar="own|any|FILE"),
    ] = "own",
    formats: Annotated[
        str, typer.Option(help=f"Which files beside the PNG, of {', '.join(FORMATS)}.", metavar="NAMES")
    ] = ",".join(DEFAULT_FORMATS),
) -> None:
    """Make a transparent sprite sheet of what the agent of a picture can do, for a game engine."""
    check_named({"--out": out, "--palette": palette, "--mask": mask, "--crop": crop})
    options = SheetOptions(
        actions, _one_of("--layout", layout, LAYOUTS), _size(cell), _one_of("--pivot", pivot, PIVOTS), scale, palette
    )
    if options.layout == "lpc" and (cell is not None or pivot != PIVOTS[0]):
        raise GlassError("--layout lpc has cells of 64x64 that stand on the feet; leave out --cell and --pivot")
    kinds = tuple(_one_of("--formats", name, FORMATS) for name in dict.fromkeys(formats.replace(",", " ").split()))
    place = Path(out)
    if place.suffix.lower() != ".png":
        raise GlassError(f"--out {out}: give a name that ends in .png")
    check_file_place(place, "--out")
    for file in sheet_files(place, kinds, ()):
        check_spares(file, "--out", (image, palette, mask))
    side = read_faces(faces, "--faces")
    picture = replace(told_picture(image, Part(whole=mask is not None, crop=parse_crop(crop)), mask), faces=side)
    choice = _choose(picture, candidates(model), cropped=crop is not None)
    if choice.note:
        print(f"{picture.name}: {choice.note}", flush=True)
    if side is None and choice.engine.open(choice.start)[0].side == 0:
        print(f"{picture.name}: {UNSURE_OF_SIDE}", flush=True)
    sheet = make_sheet(choice.engine, choice.start, options)
    files = write_sheet(sheet, place, kinds)
    height, width = sheet.pixels.shape[:2]
    print(
        f"{picture.name}: {len(sheet.animations)} actions by model {choice.engine.manifest.name}, {len(sheet.frames)} "
        f"frames in cells of {sheet.cell[0]}x{sheet.cell[1]}, sheet {width}x{height}; wrote {_listed(files)}"
    )


def main(arguments: list[str] | None = None) -> int:
    """Run glass-sheet and return its exit code."""
    stop_like_interrupt()
    return run_command(app, "glass-sheet", arguments)


def _choose(picture: Picture, bundles: Sequence[Bundle], cropped: bool) -> Choice:
    """Choose the model of a picture; of one that was cropped around its agent what stands out is taken for it."""
    try:
        return choose_engine(picture, bundles)
    except UnsureError:
        marked = with_standing_out(picture) if cropped else None
        if marked is None:
            raise
        return choose_engine(marked, bundles)


def _one_of(option: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise GlassError(f"{option} {value!r}: give {', '.join(known[:-1])} or {known[-1]}")
    return value


def _size(text: str | None) -> tuple[int, int] | None:
    """Return the width and height that a text such as 64x64 gives."""
    if text is None:
        return None
    found = re.fullmatch(r"([1-9][0-9]{0,3})[x×]([1-9][0-9]{0,3})", text.strip().lower())
    if found is None:
        raise GlassError(f"--cell {text!r}: give width and height in pixels, as in 64x64")
    return int(found[1]), int(found[2])


def _listed(files: tuple[Path, ...]) -> str:
    """Name files for people: a few by name, the rest by their number."""
    few = [str(files[0]), *(file.name for file in files[1:5])]
    more = len(files) - len(few)
    return ", ".join(few) + (f" and {more} more beside it" if more > 0 else "")


if __name__ == "__main__":
    sys.exit(main())
