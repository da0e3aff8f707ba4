"""What each part of the model and each loss is worth: `python experiments/ablations.py --out runs/ablations`.

Every variant differs from the base in the one thing it is named after. All are trained for the same few steps on the
same draws and measured on the same unseen clips. Global variants have a global stage only; local variants share one
global stage, one anchor and one set of tracks. Started again, it goes on with the variants that are missing. The table
goes to `ablations.md` in the folder.
"""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer

from experiments.bench import VARIANTS, Bench, Variant, base_config
from experiments.figures import TICKS, Figures
from glass.core.atomic_files import write_text
from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from glass.data.sources import open_source
from glass.stages.base import NonFiniteLossError

FRAMES = 13
"""Frames of the clips that are measured on."""


def table(rows: Sequence[tuple[Variant, Figures]]) -> str:
    """Lay figures out as a table in Markdown."""
    heads = ["", "mask IoU", "foreground error, px", "direction", "background error, px", "NMI", "codes used"]
    heads += [f"tick {tick}, dB" for tick in TICKS]
    lines = [heads, ["---"] * len(heads)]
    for variant, one in rows:
        values = (one.mask_iou, one.foreground_error, one.foreground_direction, one.background_error, one.nmi)
        lines.append(
            [
                variant.name,
                *(_text(value, 3) for value in values),
                _text(one.used, 0),
                *(_text(one.psnr.get(tick), 1) for tick in TICKS),
            ]
        )
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _text(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


app = new_command("Train and measure variants of the model that differ in one thing.")


@app.command()
def ablations(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the runs and the table.")],
    data: Annotated[
        list[str] | None, typer.Option(metavar="SPEC", help="Source to learn from; may be repeated.")
    ] = None,
    test: Annotated[str, typer.Option(metavar="SPEC", help="Source of unseen clips.")] = "folk:split=test",
    global_steps: Annotated[int, typer.Option(min=1, help="Steps of the global and the matting stage.")] = 200,
    local_steps: Annotated[int, typer.Option(min=1, help="Steps of the anchor and the local stage.")] = 250,
    clips: Annotated[int, typer.Option(min=1, help="Clips to measure on.")] = 24,
    only: Annotated[str, typer.Option(metavar="WORDS", help="Only variants with these words in their names.")] = "",
) -> None:
    """Train and measure variants of the model that differ in one thing."""
    torch.set_flush_denormal(True)
    sources = [open_source(spec) for spec in data or ["folk:split=train"]]
    unseen = open_source(test)
    shown = [unseen.draw(np.random.default_rng((1, number)), FRAMES) for number in range(clips)]
    bench = Bench(base_config(unseen.frame_size, global_steps, local_steps), sources, shown, out)
    rows = []
    try:
        for variant in VARIANTS:
            if only in variant.name:
                rows.append((variant, bench.figures(variant)))
                write_text(out / "ablations.md", table(rows))
    except (NonFiniteLossError, ValueError) as error:
        raise GlassError(f"{out}: {error}") from error
    print(f"\n{table(rows)}")


main = partial(run_command, app, "ablations.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
