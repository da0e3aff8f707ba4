"""`glass-figures`: draw the figures of a model."""

import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from glass.core.console import new_command, run_command
from glass.core.errors import GlassError

if TYPE_CHECKING:
    from playground.pictures.picture import Picture

app = new_command("Draw the figures of a model: what its actions do, and what it reads from clips.")

CLIPS, FRAMES = 24, 24
"""How many clips are read, and how long they are."""
GLOBAL_ROWS, LOCAL_ROWS = 3, 5
"""Start frames in the figures of global and of local actions."""
TEST_SPLIT = re.compile(r"[:,]split=test(,|$)")
"""What the specification of a source says whose clips no model learns from."""
DEFAULT_SOURCE = "folk"
"""Source of clips for a model that is not called as a source is."""


@app.command()
def figures(
    model: Annotated[str, typer.Option(help="Name or path of a model.")],
    out: Annotated[str, typer.Option(help="Folder for the figures and their captions.", metavar="DIR")],
    data: Annotated[
        str | None, typer.Option(help="Source of clips; else the one called as the model, or folk, split=test.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Decides which clips are drawn.")] = 0,
) -> None:
    """Draw the figures of a model: what its actions do, and what it reads from clips."""
    from export.figures.actions import global_actions, local_actions
    from export.figures.clips import decomposition, motion_transfer, read_clips
    from export.figures.codes import code_map
    from export.figures.figure import check_captions, write_figures
    from export.figures.panel import panel
    from glass.core.output_places import check_folder_place, check_named
    from glass.data.sources import open_source
    from playground import Engine
    from playground.bundles.library import find_bundle
    from playground.pictures.picture import load_picture

    check_named({"--out": out, "--data": data})
    folder = Path(out)
    check_folder_place(folder, "--out")
    check_captions(folder)
    bundle = find_bundle(model)
    starts = [load_picture(bundle.folder / name) for name in bundle.manifest.starts]
    if not starts:
        raise GlassError(f"model {model!r} has no start frame; export it with --starts")
    engine = Engine(bundle)
    spec = data or _usual_source(bundle.manifest.name)
    clips = read_clips(engine, spec, CLIPS, FRAMES, seed)
    shown = f"`{spec}`, never trained on" if TEST_SPLIT.search(spec) else f"`{spec}`"
    made = [
        global_actions(engine, _spread(starts, GLOBAL_ROWS)),
        *local_actions(engine, _spread(starts, LOCAL_ROWS)),
        motion_transfer(engine, clips, starts[::-1], shown),
        decomposition(engine, clips, shown),
        code_map(engine.manifest, clips, shown),
    ]
    beside_truth = panel(engine, clips, open_source(spec), shown, seed)
    made += [beside_truth] if beside_truth else []
    options = f"--model {model} --out {out}" + (f" --data {data}" if data else "")
    write_figures(made, folder, options + (f" --seed {seed}" if seed else ""))
    print(f"{out}: {len(made)} figures and their captions")


def _spread(starts: "Sequence[Picture]", count: int) -> "Sequence[Picture]":
    """Choose so many of the start frames, far apart."""
    return starts[:: max(1, len(starts) // count)][:count]


def _usual_source(model: str) -> str:
    """Return the unseen clips of the source called as the model, where there is one that needs no more to be told."""
    from glass.data.sources import open_source

    own = f"{model}:split=test"
    try:
        open_source(own)
    except GlassError:
        return f"{DEFAULT_SOURCE}:split=test"
    return own


main = partial(run_command, app, "glass-figures")
"""Run the command and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
