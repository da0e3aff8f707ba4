"""Move pixel art and count what tears: `python benchmarks/pixel_art.py PICTURES... --sheet sheet.png`.

Each picture travels and does every local action, and every tick is compared with the first:

- rough: how many more corners its outline has, as where rows are torn, to those at first;
- exposed: share of the pixels at its rim whose colour no pixel at the first rim has, as where an outline is torn;
- lone: share of its pixels that are more than at first without a neighbour of their colour;
- holes: share of clear pixels that are enclosed, more than at first;
- gone: share of the colours of single pixels, such as eyes, that are nowhere to be seen.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from benchmarks._harness import JsonPlace, publish
from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from playground.bundles.library import find_bundle
from playground.core.action import Action
from playground.engine.compositing import to_bytes
from playground.engine.inference import InferenceEngine
from playground.pictures.picture import load_picture
from playground.scripts.language import parse_script

WAYS, ACT_TICKS, ZOOM = ("right", "left", "down", "up"), 6, 8
"""Directions of travel, ticks of each and of each local action, and how much a sheet enlarges pixels."""
CLEAR, GROUND = -1, (205, 215, 195)

Pixels = NDArray[np.uint8]
Colours = NDArray[np.int64]


@dataclass(frozen=True)
class Tears:
    """What is torn of a picture, means over its ticks."""

    rough: float
    exposed: float
    lone: float
    holes: float
    gone: float


@dataclass(frozen=True)
class PixelArtReport:
    """What is torn of each picture, by its file, and of all."""

    pictures: dict[str, Tears]
    mean: Tears


def tears(first: Pixels, now: Pixels) -> Tears:
    """Return what is torn of art now; both are (N, N, 4)."""
    was, seen = _colours(first), _colours(now)
    area = max(1, int(np.count_nonzero(seen != CLEAR)))
    before, after = was[_is_lone(was)], seen[_is_lone(seen)]
    lone = sum(max(0, int((after == one).sum()) - int((before == one).sum())) for one in np.unique(after))
    rim = seen[_is_rim(seen)]
    return Tears(
        rough=_corners(seen) / max(1, _corners(was)) - 1,
        exposed=float(1 - np.isin(rim, was[_is_rim(was)]).mean()) if len(rim) else 0.0,
        lone=lone / area,
        holes=max(0, _holes(seen) - _holes(was)) / area,
        gone=float(1 - np.isin(np.unique(before), seen).mean()) if len(before) else 0.0,
    )


def _colours(pixels: Pixels) -> Colours:
    """Return colours of premultiplied RGBA (N, N, 4) as numbers (N, N)."""
    numbers = pixels[..., :3].astype(np.int64) @ (65536, 256, 1)
    return np.where(pixels[..., 3] > 127, numbers, CLEAR)


def _is_lone(colours: Colours) -> NDArray[np.bool_]:
    height, width = colours.shape
    around = np.pad(colours, 1, constant_values=CLEAR)
    shifted = [around[y : y + height, x : x + width] for y in range(3) for x in range(3) if (x, y) != (1, 1)]
    return np.asarray((colours != CLEAR) & ~np.any([one == colours for one in shifted], 0))


def _is_rim(colours: Colours) -> NDArray[np.bool_]:
    solid = np.pad(colours != CLEAR, 1)
    inner = solid[:-2, 1:-1] & solid[2:, 1:-1] & solid[1:-1, :-2] & solid[1:-1, 2:]
    return np.asarray((colours != CLEAR) & ~inner)


def _corners(colours: Colours) -> int:
    solid = np.pad(colours != CLEAR, 1)
    return int(np.count_nonzero(solid[1:, 1:] ^ solid[1:, :-1] ^ solid[:-1, 1:] ^ solid[:-1, :-1]))


def _holes(colours: Colours) -> int:
    clear = np.pad(colours == CLEAR, 1, constant_values=True)
    _, labels = cv2.connectedComponents(clear.astype(np.uint8), connectivity=4)
    return int(np.count_nonzero(clear & (labels != labels[0, 0])))


def play(engine: InferenceEngine, place: Path) -> tuple[Pixels, list[list[Pixels]]]:
    """Return what a picture shows first, (N, N, 4), and the ticks of each way and local action."""
    agent, _ = engine.open(engine.find_agent(load_picture(place)))
    if agent.source is None:
        raise GlassError(f"{place.name}: model {engine.manifest.name!r} does not move its pixels")
    rows = [parse_script(f"{way}*{ACT_TICKS}", engine.manifest, "a way") for way in WAYS]
    rows += [(Action(local_action=code),) * ACT_TICKS for code in range(1, engine.manifest.codes + 1)]
    played = []
    for row in rows:
        now, ticks = agent, []
        for action in row:
            now = engine.act(now, action)
            ticks.append(to_bytes(now.own_layer))
        played.append(ticks)
    return to_bytes(agent.own_layer), played


def _mean(parts: Sequence[Tears]) -> Tears:
    rows = np.array([list(asdict(part).values()) for part in parts])
    return Tears(*(round(float(value), 4) for value in rows.mean(0)))


def _board(first: Pixels, rows: Sequence[Sequence[Pixels]]) -> Pixels:
    """Return the picture and the ticks of each row, enlarged, on a plain ground."""
    cells = np.concatenate([np.concatenate([first, *row], 1) for row in rows]).astype(np.float32)
    shown = cells[..., :3] + (1 - cells[..., 3:] / 255) * np.array(GROUND)
    return np.asarray(shown.clip(0, 255), np.uint8).repeat(ZOOM, 0).repeat(ZOOM, 1)


app = new_command("Move pixel art and count what tears.")


@app.command()
def pixel_art(
    pictures: Annotated[list[Path], typer.Argument(help="Cut-out pictures.")],
    model: Annotated[str, typer.Option(help="Name or path of a model that moves pixels.")] = "puppets",
    sheet: Annotated[Path | None, typer.Option(help="Contact sheet to write, pictures side by side.")] = None,
    json: JsonPlace = None,
) -> None:
    """Move pixel art and count what tears."""
    engine = InferenceEngine(find_bundle(model))
    found, boards = {}, []
    for place in pictures:
        first, rows = play(engine, place)
        found[place.name] = _mean([tears(first, now) for row in rows for now in row])
        boards.append(_board(first, rows))
    if sheet is not None:
        tallest = max(len(board) for board in boards)
        sides = [np.pad(board, ((0, tallest - len(board)), (0, ZOOM), (0, 0))) for board in boards]
        Image.fromarray(np.concatenate(sides, 1)).save(sheet)
    publish(PixelArtReport(found, _mean(list(found.values()))), json)


main = partial(run_command, app, "pixel_art.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
