"""`glass-transfer`: motion transfer, the agent of a picture does what an agent does in a clip."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import TextColumn, TimeElapsedColumn

from glass.core.console import new_command, run_command, stop_like_interrupt
from glass.core.errors import GlassError
from glass.core.output_places import check_folder_place, check_named, check_spares
from playground.bundles.library import find_bundle, find_bundles, known_bundles
from playground.clips.reading import stream_clip
from playground.clips.transfer import Driven, TransferOptions, transfer
from playground.clips.transfer_view import SideBySide
from playground.commands.picture_options import ModelOption
from playground.commands.progress import live_progress
from playground.pictures.picture import load_picture
from playground.recording.recorder import (
    RECORD_SCALE,
    FileRecorder,
    FrameFolder,
    Recorder,
    check_recording,
    recording,
    recording_scale,
)
from playground.selection.model_choice import choose_engine, refuse_if_wrong_model, warn_if_wrong_model
from playground.world.world import World

app = new_command("Motion transfer: let the agent of a picture do what an agent does in a clip.")


@app.command()
def run(
    driver: Annotated[str, typer.Option(help="The clip: a folder of frames, a GIF or a video.", metavar="CLIP")],
    image: Annotated[str, typer.Option(help="The picture whose agent is to move.")],
    model: ModelOption = None,
    out: Annotated[str | None, typer.Option(help="GIF, MP4 or WebP to write.", metavar="FILE")] = None,
    frames: Annotated[str | None, typer.Option(help="Folder for a PNG a tick, of the result.", metavar="DIR")] = None,
    side_by_side: Annotated[
        bool, typer.Option("--side-by-side", help="Show driver, result and actions in FILE.")
    ] = False,
    pan: Annotated[bool, typer.Option("--pan", help="Let the background move as the driver's does.")] = False,
    keep_inside: Annotated[bool, typer.Option("--keep-inside", help="Never let the agent leave the frame.")] = False,
    match_size: Annotated[bool, typer.Option("--match-size", help="Let larger agents go faster.")] = False,
    scale: Annotated[
        int | None, typer.Option(min=1, max=16, help="Enlargement of FILE; else 4, or 1 at a picture's own size.")
    ] = None,
) -> None:
    """Motion transfer: let the agent of a picture do what an agent does in a clip."""
    _check(driver, image, out, frames, side_by_side)
    picture = load_picture(image)
    bundles = find_bundles() if model is None else (find_bundle(model),)
    choice = choose_engine(picture, bundles)
    if model is not None:
        refuse_if_wrong_model(choice, picture, known_bundles())
    engine = choice.engine
    doubt = warn_if_wrong_model(engine, driver, known_bundles())
    for place, note in ((picture.name, choice.note), (Path(driver).name, doubt)):
        if note:
            print(f"{place}: {note}", flush=True)
    world = World([engine])
    world.open([choice.start])
    clip = stream_clip(driver, engine.frame_size)
    ticks = transfer(world, clip, TransferOptions(pan, keep_inside, match_size), Path(driver).name)
    labels = [action.label for action in engine.manifest.local_actions]
    board = SideBySide(engine.frame_size, labels, scale or RECORD_SCALE) if side_by_side else None
    enlarged = 1 if board else recording_scale(scale, world.own_size)
    film = None if out is None else FileRecorder(Path(out), engine.tick_rate, enlarged, realtime=False)
    count = _record(ticks, film, None if frames is None else FrameFolder(Path(frames)), board)
    written = " and ".join(place for place in (out, frames) if place is not None)
    print(f"{driver}: {count} ticks on {picture.name} by model {engine.manifest.name}; wrote {written}")


def _check(driver: str, image: str, out: str | None, frames: str | None, side_by_side: bool) -> None:
    """Refuse what does not go together, and places that cannot be written to."""
    check_named({"--driver": driver, "--image": image, "--out": out, "--frames": frames})
    if out is None and frames is None:
        raise GlassError("nothing to write; add --out FILE or --frames DIR")
    if out is not None:
        check_recording(Path(out))
    elif side_by_side:
        raise GlassError("--side-by-side is for a recording; add --out FILE")
    if frames is not None:
        check_folder_place(Path(frames), "--frames")
    for name, place in (("--out", out), ("--frames", frames)):
        if place is not None:
            check_spares(Path(place), name, (driver, image))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run glass-transfer and return its exit code."""
    stop_like_interrupt()
    return run_command(app, "glass-transfer", arguments)


def _record(
    ticks: Iterator[Driven], film: FileRecorder | None, folder: FrameFolder | None, board: SideBySide | None
) -> int:
    """Write what is seen, on a film as drawn on the board, and return the number of ticks."""
    recorders: list[Recorder] = [recorder for recorder in (film, folder) if recorder is not None]
    count = -1  # the start is no tick
    with recording(recorders), live_progress(TextColumn("{task.completed} ticks"), TimeElapsedColumn()) as progress:
        task = progress.add_task("", total=None)
        for driven in ticks:
            if film is not None:
                film.add(board.draw(driven) if board else driven.observation.frame)
            if folder is not None:
                folder.add(driven.observation.frame)
            count += 1
            progress.update(task, completed=count)
    return count


if __name__ == "__main__":
    sys.exit(main())
