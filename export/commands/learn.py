"""`glass-learn`: from a clip to a model that can be played."""

from __future__ import annotations

import re
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from glass.core.console import new_command, run_command
from glass.core.errors import GlassError

app = new_command("Learn to play what a clip shows: one agent before a background, in minutes.")


@app.command()
def learn(
    clips: Annotated[
        list[Path],
        typer.Argument(metavar="CLIP...", help="Videos, GIFs, folders of frames, or folders of any of these."),
    ],
    name: Annotated[str, typer.Option(help="Name of the model; one that was learned before is gone on with.")],
    minutes: Annotated[float, typer.Option(min=1, max=100_000, help="How long all of it may take.")] = 10.0,
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Begin with nothing, whatever is known.")
    ] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Forget what was learned under this name.")] = False,
    only_look: Annotated[bool, typer.Option("--look", help="Only look at the clips and report.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Learn even from clips that look hopeless.")] = False,
    frame_size: Annotated[str | None, typer.Option(metavar="WxH", help="Frame size; multiples of 8.")] = None,
    tick_rate: Annotated[float | None, typer.Option(min=0.1, max=60, help="Ticks a second.")] = None,
    picture_rate: Annotated[
        float | None, typer.Option(min=0.1, max=240, help="Frames a second of folders of frames.")
    ] = None,
    mask_size: Annotated[
        float | None, typer.Option(min=0.001, max=0.9, help="Share of the picture that the agent covers.")
    ] = None,
    window: Annotated[
        int | None, typer.Option(min=16, max=256, help="Side of the window around the agent; a multiple of 8.")
    ] = None,
    local_actions: Annotated[int | None, typer.Option(min=2, max=64, help="How many local actions to learn.")] = None,
    licence: Annotated[str | None, typer.Option(help="Licence of model and start frames.")] = None,
    models: Annotated[
        Path | None, typer.Option(help="Folder that the model goes into; by default where glass-play finds it.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Decides everything random.")] = 0,
) -> None:
    """Read clips, look at them, learn, and install a model that can be played.

    Ctrl-C ends it early and keeps what was reached; the same command goes on.
    """
    try:
        import onnxscript  # noqa: F401
        import torch  # noqa: F401
    except ModuleNotFoundError as error:
        raise GlassError(
            f"glass-learn: {error.name} is not installed; install the training packages with "
            "pip install 'glass-playground[train]'"
        ) from None
    from export.learn.folders import LearnFolders
    from export.learn.session import LearnOptions
    from export.learn.session import learn as do
    from export.learn.settings import Overrides
    from glass.footage.prepare import FootageOptions

    if window and window % 8:
        raise GlassError(f"--window {window}: must be a multiple of 8")
    options = LearnOptions(
        clips=tuple(clips),
        folders=LearnFolders.of(name, models),
        minutes=minutes,
        footage_options=FootageOptions(read_size(frame_size) if frame_size else None, picture_rate),
        overrides=Overrides(tick_rate, mask_size, window, local_actions),
        from_scratch=from_scratch,
        restart=restart,
        anyway=anyway,
        only_look=only_look,
        licence=licence,
        seed=seed,
    )
    do(options, live=sys.stdout.isatty())


def read_size(text: str) -> tuple[int, int]:
    """Read ``WxH``.

    Raises:
        GlassError: it is something else, or not what a frame can be.
    """
    found = re.fullmatch(r"(\d{2,3})x(\d{2,3})", text, re.ASCII)
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if any(side % 8 or not 16 <= side <= 512 for side in size):
        raise GlassError(f"--frame-size {text}: must be WxH in pixels, both multiples of 8 from 16 to 512, as 128x96")
    return size


main = partial(run_command, app, "glass-learn")
"""Run the command and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
