"""Which model is chosen for pictures of which the right one is known: `python benchmarks/choice.py`.

Folk, characters of Liberated Pixel Cup sheets (`--sheets`, skipped where they are absent), robot arms and tennis of the
test splits: half of the characters are cut out, half stand in a frame before a background. Folk and characters of
sheets are for `sprites`, arms for `robot`, tennis for `tennis`, and `--strangers`, a folder of cut-out pictures that no
model was made for, for `puppets`.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image

from benchmarks._harness import JsonPlace, publish
from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from glass.data.sources import WorldSource, open_source
from playground.bundles.library import find_bundles
from playground.pictures.picture import Picture, as_picture, load_picture
from playground.selection.model_choice import choose_engine

VIEWS = 3
"""Views in which a character stands: front, left, right."""


@dataclass(frozen=True)
class KindReport:
    """What was chosen for one kind of picture."""

    kind: str
    wanted: str
    """The model that is for it."""
    chosen: dict[str, int]
    """How often each model was; "none" where the picture was refused."""
    others: dict[str, str]
    """For each picture that another one was chosen for: why, or why none was."""


@dataclass(frozen=True)
class ChoiceReport:
    """What was chosen for all kinds."""

    kinds: list[KindReport]


def characters(spec: str, count: int) -> Iterator[Picture]:
    """Draw characters of a source: cut out as they stand, and in a frame, in turns."""
    source, rng = open_source(spec), np.random.default_rng(0)
    assert isinstance(source, WorldSource)
    for number in range(count):
        member = number * len(source.cast) // count
        if number % 2:
            image = Image.fromarray(source.draw_of(rng, 2, member).frames[0])
        else:
            image = Image.fromarray(source.cast.character(member, rng).cells[number // 2 % VIEWS, 0])
        yield as_picture(image, f"{source.name} {number}")


def first_frames(spec: str, count: int) -> Iterator[Picture]:
    """Draw first frames of clips of a source."""
    source, rng = open_source(spec), np.random.default_rng(0)
    for number in range(count):
        yield as_picture(source.draw(rng, 2).frames[0], f"{source.name} {number}")


def measure(kind: str, wanted: str, pictures: Iterator[Picture]) -> KindReport:
    """Choose a model for each picture of a kind."""
    bundles = find_bundles()
    chosen: Counter[str] = Counter()
    others = {}
    for picture in pictures:
        try:
            choice = choose_engine(picture, bundles)
            name, why = choice.engine.manifest.name, choice.note
        except GlassError as error:
            name, why = "none", str(error)
        chosen[name] += 1
        if name != wanted:
            others[picture.name] = why
    report = KindReport(kind, wanted, dict(chosen.most_common()), others)
    _tell(report)
    return report


def _tell(report: KindReport) -> None:
    """Print the row of a kind as soon as it is known."""
    chosen = ", ".join(f"{name} {count}" for name, count in report.chosen.items())
    print(f"{report.kind:12} {report.wanted:10} {chosen}", flush=True)
    for name, why in report.others.items():
        print(f"    {name}: {why}", flush=True)


app = new_command("Which model is chosen for pictures of which the right one is known.")


@app.command()
def choice(
    sheets: Annotated[Path | None, typer.Option(help="Folder of Liberated Pixel Cup sheets.")] = None,
    strangers: Annotated[Path | None, typer.Option(help="Folder of cut-out pictures of any kind.")] = None,
    count: Annotated[int, typer.Option(min=1, help="Pictures of each kind.")] = 40,
    json: JsonPlace = None,
) -> None:
    """Count which model is chosen for pictures of each kind."""
    kinds = [("folk", "sprites", characters("folk:split=test", count))]
    if sheets is not None and sheets.is_dir():
        kinds.append(("sheets", "sprites", characters(f"lpc:split=test,sheets={sheets}", count)))
    kinds.append(("arms", "robot", first_frames("robot:split=test", count)))
    kinds.append(("tennis", "tennis", first_frames("tennis:split=test", count)))
    if strangers is not None:
        places = sorted(strangers.iterdir())
        kinds.append(("strangers", "puppets", (load_picture(place) for place in places)))
    publish(ChoiceReport([measure(*kind) for kind in kinds]), json, lambda report: None)


main = partial(run_command, app, "choice.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
