"""Play pictures that no model was made for and measure what a player sees.

    python benchmarks/strangers.py PICTURES... --sheet sheet.png

Each picture, or each one of a folder, is played with the model that is chosen for it, or `--model`. A tick is

- itself, where its colours (a histogram of 6 levels a channel) overlap with the first frame's by 70 % and its area is
  0.6 to 1.6 times the first one's;
- crisp, where its mean gradient is 75 % of the first frame's or more.

A picture is alive if, in a quarter of its ticks, 6 % of its pixels differ from the first frame's after the best shift
and the better of plain and mirrored; it is good if 85 % of its ticks are both itself and crisp, and it is alive. A
picture that is refused is nothing of it.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from benchmarks._harness import JsonPlace, publish
from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.bundles.library import find_bundle, find_bundles
from playground.core.action import Observation
from playground.engine.fidelity import AgentView, FirstView
from playground.pictures.picture import load_picture
from playground.scripts.language import parse_script
from playground.selection.model_choice import choose_engine
from playground.world.world import World

MOVES = "stay*2 right*4 left*4 down*2 up*2"
ACT_TICKS = 4
"""Ticks for which each local action is played."""
COLOURS, SIZE, SHARPNESS, ALIVE, TICKS = 0.7, (0.6, 1.6), 0.75, 0.06, 0.85
"""What makes a tick itself and crisp, a picture alive, and the share of its ticks that has to be both."""
CELL, COLUMNS = (128, 96), 10
"""Size in pixels of a picture of the contact sheet, and how many each row has."""


@dataclass(frozen=True)
class PictureReport:
    """How one picture was played."""

    name: str
    model: str
    """What played it; empty for a picture that was refused."""
    itself: float
    """Share of its ticks."""
    crisp: float
    """Share of its ticks."""
    articulation: float
    """Share of pixels that change beyond travelling and turning round, upper quartile over the ticks."""
    good: bool
    refusal: str
    """Why it was not played; empty for one that was."""


@dataclass(frozen=True)
class StrangersReport:
    """How all pictures were played."""

    pictures: list[PictureReport]
    good: float
    """Share of the pictures."""
    itself: float
    """Mean over the pictures."""
    crisp: float
    """Mean over the pictures."""
    alive: float
    """Share of the pictures."""
    played: float
    """Share of the pictures."""


def measure(place: Path, bundles: Sequence[Bundle], script: str) -> tuple[PictureReport, list[NDArray[np.uint8]]]:
    """Play a picture; returns how it was, and its frames, (H, W, 3) each."""
    try:
        choice = choose_engine(load_picture(place), bundles)
        manifest = choice.engine.manifest
        acts = " ".join(f"{code}*{ACT_TICKS}" for code in range(1, manifest.codes + 1))
        actions = parse_script(script or f"{MOVES} {acts}", manifest, "--script")
    except GlassError as error:
        return PictureReport(place.name, "", 0.0, 0.0, 0.0, False, str(error)), []
    world = World([choice.engine])
    seen = [world.open([choice.start])[0], *(world.step([action])[0] for action in actions)]
    return _report(place.name, manifest.name, seen), [one.frame for one in seen]


def _report(name: str, model: str, seen: Sequence[Observation]) -> PictureReport:
    first = FirstView(AgentView(seen[0].frame, seen[0].mask))
    itself, crisp, articulation = [], [], []
    for one in seen[1:]:
        view = AgentView(one.frame, one.mask)
        found = first.compare(view)
        itself.append(found.colours >= COLOURS and SIZE[0] <= found.size <= SIZE[1])
        crisp.append(found.sharpness >= SHARPNESS)
        if found.size:
            articulation.append(first.articulation(view))
    lively = float(np.quantile(articulation, 0.75)) if articulation else 0.0
    good = bool(np.logical_and(itself, crisp).mean() >= TICKS and lively >= ALIVE)
    return PictureReport(name, model, float(np.mean(itself)), float(np.mean(crisp)), lively, good, "")


def _show(report: StrangersReport) -> None:
    share = f"good {report.good:.3f}  itself {report.itself:.3f}  crisp {report.crisp:.3f}"
    print(f"{len(report.pictures)} pictures: {share}  alive {report.alive:.3f}  played {report.played:.3f}")


def _tell(one: PictureReport) -> None:
    """Print the line of a picture as soon as it is known."""
    verdict = one.refusal or ("good" if one.good else "")
    figures = f"itself {one.itself:.2f}  crisp {one.crisp:.2f}  articulation {one.articulation:.2f}"
    print(f"{one.name:32} {one.model:10} {figures}  {verdict}", flush=True)


def _strip(frames: Sequence[NDArray[np.uint8]]) -> Image.Image:
    """Return a row of the contact sheet: frames from the first to the last, evenly spaced."""
    strip = Image.new("RGB", (CELL[0] * COLUMNS, CELL[1]), (90, 90, 90))
    for column, index in enumerate(np.linspace(0, len(frames) - 1, COLUMNS).round().astype(int)):
        cell = Image.fromarray(frames[index])
        zoom = min(CELL[0] / cell.width, CELL[1] / cell.height)
        smooth = Image.Resampling.NEAREST if zoom >= 1 else Image.Resampling.BOX
        cell = cell.resize((round(cell.width * zoom), round(cell.height * zoom)), smooth)
        strip.paste(cell, (column * CELL[0] + (CELL[0] - cell.width) // 2, (CELL[1] - cell.height) // 2))
    return strip


app = new_command("Play pictures that no model was made for and measure what a player sees.")


@app.command()
def strangers(
    pictures: Annotated[list[Path], typer.Argument(help="Pictures, or folders of pictures.")],
    model: Annotated[str | None, typer.Option(help="Name or path of a model; else chosen by the picture.")] = None,
    script: Annotated[str, typer.Option(help="Actions to play; else it goes all ways, and does all acts.")] = "",
    sheet: Annotated[Path | None, typer.Option(help="Contact sheet to write.", metavar="FILE")] = None,
    json: JsonPlace = None,
) -> None:
    """Play pictures that no model was made for and measure what a player sees."""
    bundles = find_bundles() if model is None else (find_bundle(model),)
    places = [place for given in pictures for place in (sorted(given.iterdir()) if given.is_dir() else [given])]
    if not places:
        raise GlassError(f"{pictures[0]}: no pictures there")
    reports, strips = [], []
    for place in places:
        report, frames = measure(place, bundles, script)
        _tell(report)
        reports.append(report)
        if sheet is not None and frames:
            strips.append(_strip(frames))
    if sheet is not None and strips:
        board = Image.new("RGB", (strips[0].width, CELL[1] * len(strips)))
        for row, strip in enumerate(strips):
            board.paste(strip, (0, row * CELL[1]))
        board.save(sheet)
    means = np.mean(
        [(one.good, one.itself, one.crisp, one.articulation >= ALIVE, not one.refusal) for one in reports], 0
    )
    publish(StrangersReport(reports, *(round(float(mean), 3) for mean in means)), json, _show)


main = partial(run_command, app, "strangers.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
