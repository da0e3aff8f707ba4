"""The options of glass-train: declared once, for the command line and for what carries it out; needs no torch."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer


@dataclass(frozen=True)
class RunOptions:
    """What glass-train was asked for; the help of a field says what it is."""

    data: Annotated[
        list[str],
        typer.Option(help="Where clips come from; may be given several times: a folder of clips, folk:, wsprites:..."),
    ]
    out: Annotated[Path, typer.Option(help="Folder of the run; one that exists is continued.")]
    global_steps: Annotated[int, typer.Option(min=0, help="Steps of the global stage.")] = 1300
    local_steps: Annotated[int, typer.Option(min=0, help="Steps of the local stage.")] = 3500
    local_actions: Annotated[int, typer.Option(min=2, max=64, help="How many local actions to learn.")] = 10
    window: Annotated[int, typer.Option(min=16, help="Side of the window around the agent; a multiple of 8.")] = 64
    mask_size: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the frame an agent is expected to cover.")
    ] = 0.06
    track_clips: Annotated[int, typer.Option(min=1, help="Clips drawn for the local stage.")] = 1500
    track_length: Annotated[int, typer.Option(min=3, help="Frames in each of them.")] = 24
    save_every: Annotated[int, typer.Option(min=1, help="Steps between checkpoints and contact sheets.")] = 250
    seed: Annotated[int, typer.Option(min=0, help="Decides everything random.")] = 0
    warm_start: Annotated[
        list[Path] | None,
        typer.Option(help="Weights of a run or bundle to start from, where they fit; masks are the mean of several."),
    ] = None
    keep_actions: Annotated[
        bool,
        typer.Option("--keep-actions", help="Keep the local actions of --warm-start; learn to paint them better."),
    ] = False
    config: Annotated[Path | None, typer.Option(help="JSON file of settings that replace the ones above.")] = None
