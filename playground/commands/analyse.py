"""`glass-analyse`: read masks, shifts and local actions out of a clip."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from glass.core.output_places import check_folder_place, check_spares
from playground.bundles.library import find_bundle, find_bundles
from playground.clips.analysis import analyse, write_analysis
from playground.clips.reading import read_clip
from playground.commands.progress import share_bar
from playground.engine.inference import InferenceEngine

app = new_command("Read a clip: the agent's mask in every frame, how it and the background moved, and what it did.")


@app.command()
def run(
    clip: Annotated[str, typer.Argument(help="A folder of frames, a GIF or another animation, or a video.")],
    out: Annotated[str, typer.Option(help="Folder for masks/00000.png and on, and motion.json.", metavar="DIR")],
    model: Annotated[str | None, typer.Option(help="Name or path of a model; may be left out if there is one.")] = None,
) -> None:
    """Read a clip: the agent's mask in every frame, how it and the background moved, and what it did."""
    if clip == "":
        raise GlassError("the clip's name is empty; give a folder of frames, a GIF or a video")
    if out == "":
        raise GlassError("--out: empty; give the name of a folder")
    folder = Path(out)
    check_folder_place(folder, "--out")
    check_spares(folder / "masks", "--out", (clip,))
    engine = _engine(model)
    frames = read_clip(clip, engine.frame_size)
    with share_bar() as progress:
        task = progress.add_task(Path(clip).name, total=1.0)
        analysis = analyse(engine, frames, lambda share: progress.update(task, completed=share))
    write_analysis(analysis, folder)
    seen = int(analysis.masks.any((1, 2)).sum())
    print(f"{clip}: {len(frames)} frames, the agent in {seen}; wrote {folder}")


main = partial(run_command, app, "glass-analyse")
"""Run the command and return its exit code."""


def _engine(model: str | None) -> InferenceEngine:
    if model is not None:
        return InferenceEngine(find_bundle(model))
    bundles = find_bundles()
    if len(bundles) > 1:
        names = ", ".join(bundle.manifest.name for bundle in bundles)
        raise GlassError(f"several models are here ({names}); choose one with --model")
    return InferenceEngine(bundles[0])


if __name__ == "__main__":
    sys.exit(main())
