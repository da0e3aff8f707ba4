"""Whether a walk that a model makes of one picture is like the artist's own: `python benchmarks/walk_truth.py FOLDER`.

FOLDER holds a folder for each character: `idle.png`, cut out, and the frames of its walk, `walk*.png`, such as those of
Kenney's characters (CC0, kenney.nl). With `right` held from `idle.png`, each tick is compared with every true frame,
plain and mirrored, at the best shift. The tick's nearest true frame should be nearer to it than to `idle.png`: then the
model has moved the picture towards a true frame.
"""

import sys
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from benchmarks._harness import JsonPlace, publish
from export.evaluate.means import nan_mean
from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from glass.core.frame_files import natural_order
from playground.bundles.library import find_bundle, find_bundles
from playground.core.action import Action
from playground.pictures.picture import load_picture
from playground.selection.model_choice import choose_engine
from playground.world.world import World

TICKS = 16
"""Ticks for which `right` is held."""
REACH = 2
"""Pixels, of agents 64 high, by which frames are shifted against each other, each way."""
HEIGHT = 64
"""Pixels to which agents are reduced before they are compared."""
GROUND = 0.5
"""Grey in 0..1 before which they are compared."""


@dataclass(frozen=True)
class WalkReport:
    """How one character walks."""

    character: str
    model: str
    played: float
    """Mean PSNR in dB of the ticks and their nearest true frames, on the agents' box."""
    idle: float
    """Mean PSNR in dB of the picture itself and those frames."""
    nearer: float
    """Share of the ticks that are nearer than the picture itself."""


@dataclass(frozen=True)
class WalksReport:
    """How all characters walk."""

    walks: list[WalkReport]
    passed: float | None
    """Share of the characters whose ticks are nearer, in the mean, than the picture itself; None without any."""


def measure(folder: Path, model: str | None) -> WalkReport:
    """Hold `right` from a character's idle picture, and compare."""
    bundles = find_bundles() if model is None else (find_bundle(model),)
    choice = choose_engine(load_picture(folder / "idle.png"), bundles)
    world = World([choice.engine])
    world.open([choice.start])
    idle = world.agents[0].own_layer
    action = Action((choice.engine.manifest.speed, 0.0))
    ticks = []
    for _ in range(TICKS):
        world.step([action])
        ticks.append(world.agents[0].own_layer)
    tall = _height(idle)
    places = sorted(folder.glob("walk*.png"), key=natural_order)
    true_tall = _height(_premultiplied(folder / "idle.png"))
    truth = [_square(_premultiplied(place), true_tall) for place in places]
    first, moments = _square(idle, tall), [_square(tick, tall) for tick in ticks]
    nearest = []
    for moment in moments:
        best = max(range(len(truth)), key=lambda index: _psnr(moment, truth[index]))
        nearest.append((_psnr(moment, truth[best]), _psnr(first, truth[best])))
    played, still = np.mean(nearest, 0)
    nearer = float(np.mean([one > other for one, other in nearest]))
    return WalkReport(folder.name, choice.engine.manifest.name, float(played), float(still), nearer)


def _premultiplied(place: Path) -> NDArray[np.float32]:
    """Read a cut-out picture, (H, W, 4) in [0, 1], premultiplied."""
    with Image.open(place) as image:
        pixels = np.asarray(image.convert("RGBA"), np.float32) / 255
    return np.concatenate([pixels[..., :3] * pixels[..., 3:], pixels[..., 3:]], 2)


def _height(layer: NDArray[np.float32]) -> int:
    rows = np.flatnonzero((layer[..., 3] > 0.5).any(1))
    return int(rows[-1] - rows[0] + 1)


def _square(layer: NDArray[np.float32], tall: int) -> NDArray[np.float32]:
    """Return an agent before grey, reduced so that `tall` pixels become 64, its feet and middle at a fixed place."""
    rows, columns = np.nonzero(layer[..., 3] > 0.5)
    if not len(rows):
        return np.full((2 * HEIGHT, 2 * HEIGHT, 4), GROUND, np.float32)
    scale = HEIGHT / tall
    centre, feet = (columns.min() + columns.max() + 1) / 2, rows.max() + 1
    side = 2 * HEIGHT / scale
    corner = centre - side / 2, feet - 0.75 * side
    planes = [
        Image.fromarray(np.ascontiguousarray(layer[..., channel])).transform(
            (2 * HEIGHT, 2 * HEIGHT),
            Image.Transform.AFFINE,
            (1 / scale, 0, corner[0], 0, 1 / scale, corner[1]),
            Image.Resampling.BILINEAR,
        )
        for channel in range(4)
    ]
    placed = np.stack([np.asarray(plane) for plane in planes], 2)
    return np.concatenate([placed[..., :3] + GROUND * (1 - placed[..., 3:]), placed[..., 3:]], 2)


def _psnr(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the PSNR in dB of two agents on the box of the second, at the best shift, plain or mirrored."""
    rows, columns = np.nonzero(other[..., 3] > 0.5)
    box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1, :3]
    shifts = range(-REACH, REACH + 1)
    errors = [
        float(np.square(np.roll(way, shift, (0, 1))[box] - other[box]).mean())
        for way in (one, one[:, ::-1])
        for shift in product(shifts, shifts)
    ]
    return float(-10 * np.log10(max(min(errors), 1e-9)))


def _show(report: WalksReport) -> None:
    for walk in report.walks:
        figures = f"played {walk.played:.2f} dB  idle {walk.idle:.2f} dB  nearer in {walk.nearer:.0%} of the ticks"
        print(f"{walk.character:24} {walk.model:10} {figures}")


app = new_command("Compare the walk that a model makes of one picture with the artist's own.")


@app.command()
def walk_truth(
    folder: Annotated[Path, typer.Argument(help="Folder with a folder for each character: idle.png, walk*.png.")],
    model: Annotated[str | None, typer.Option(help="Name or path of a model; else chosen by the picture.")] = None,
    json: JsonPlace = None,
) -> None:
    """Compare the walk that a model makes of one picture with the artist's own."""
    found = sorted(place.parent for place in folder.glob("*/idle.png") if any(place.parent.glob("walk*.png")))
    if not found:
        raise GlassError(f"{folder}: no folder with idle.png and walk*.png there; give such frames of an artist")
    walks = [measure(character, model) for character in found]
    publish(WalksReport(walks, nan_mean(walk.played > walk.idle for walk in walks)), json, _show)


main = partial(run_command, app, "walk_truth.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
