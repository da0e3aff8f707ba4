"""`glass-train`: learn a model from clips."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from glass.core.console import new_command, run_command
from glass.core.errors import GlassError

app = new_command("Learn a model from unlabelled clips: first masks and shifts, then local actions.")


@app.command()
def train(
    data: Annotated[
        list[str],
        typer.Option(help="Where clips come from; may be given several times: a folder of clips, folk:, wsprites:..."),
    ],
    out: Annotated[Path, typer.Option(help="Folder of the run; one that exists is continued.")],
    global_steps: Annotated[int, typer.Option(min=0, help="Steps of the global stage.")] = 1300,
    local_steps: Annotated[int, typer.Option(min=0, help="Steps of the local stage.")] = 3500,
    local_actions: Annotated[int, typer.Option(min=2, max=64, help="How many local actions to learn.")] = 10,
    window: Annotated[int, typer.Option(min=16, help="Side of the window around the agent; a multiple of 8.")] = 64,
    mask_size: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the frame an agent is expected to cover.")
    ] = 0.06,
    track_clips: Annotated[int, typer.Option(min=1, help="Clips drawn for the local stage.")] = 1500,
    track_length: Annotated[int, typer.Option(min=3, help="Frames in each of them.")] = 24,
    save_every: Annotated[int, typer.Option(min=1, help="Steps between checkpoints and contact sheets.")] = 250,
    seed: Annotated[int, typer.Option(min=0, help="Decides everything random.")] = 0,
    warm_start: Annotated[
        list[Path] | None,
        typer.Option(help="Weights of a run or bundle to start from, where they fit; masks are the mean of several."),
    ] = None,
    keep_actions: Annotated[
        bool,
        typer.Option("--keep-actions", help="Keep the local actions of --warm-start; learn to paint them better."),
    ] = False,
    config: Annotated[Path | None, typer.Option(help="JSON file of settings that replace the ones above.")] = None,
) -> None:
    """Learn a model; stop and go on whenever you like."""
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError:
        raise GlassError(
            "glass-train: torch is not installed; install the training packages: pip install 'glass-playground[train]'"
        ) from None
    from glass.training.runs import RunOptions, start_run

    start_run(
        RunOptions(
            data=tuple(data),
            folder=out,
            global_steps=global_steps,
            local_steps=local_steps,
            local_actions=local_actions,
            window=window,
            mask_size=mask_size,
            track_clips=track_clips,
            track_length=track_length,
            seed=seed,
            warm_start=tuple(warm_start or ()),
            keep_actions=keep_actions,
            settings=config,
        ),
        save_every,
        live=sys.stdout.isatty(),
    )


main = partial(run_command, app, "glass-train")
"""Run the command and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
