"""Making a sprite sheet of a picture's agent, and writing it in the formats that were asked for."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from glass.core.atomic_files import output_file
from glass.core.errors import GlassError
from glass.core.masks import SOLID, bounding_box
from playground.bundles.credits import read_credits
from playground.engine.agent_state import AgentState
from playground.engine.inference import InferenceEngine
from playground.pictures.sheets.standing_cell import CELL
from playground.pictures.start import Start
from playground.spritesheets.actions import ActionKind, SheetAction, choose_actions, sheet_actions
from playground.spritesheets.animated import SUFFIXES, save_animated
from playground.spritesheets.aseprite import aseprite_json
from playground.spritesheets.edges import edge_width
from playground.spritesheets.filming import Finish, film, is_pixel_art, own_palette
from playground.spritesheets.godot import sprite_frames
from playground.spritesheets.ground import cut_clean
from playground.spritesheets.loops import WARM_UP, Cut, cut_act, cut_loop, frame_distances, is_restful
from playground.spritesheets.lpc import STANDING, lpc_cells, lpc_rows
from playground.spritesheets.palettes import read_palette
from playground.spritesheets.sheet import (
    GROUNDED,
    STRIDING,
    SheetAnimation,
    SpriteSheet,
    fit_cells,
    packed_cells,
    rows_of_cells,
    stand_on_ground,
)
from playground.spritesheets.texture_packer import texture_packer_json

LAYOUTS = ("rows", "packed", "lpc")
PIVOTS = ("feet", "centre")
_Describe = Callable[[SpriteSheet, str], str]


def _dumped(describe: Callable[..., dict[str, Any]], *, array: bool) -> _Describe:
    return lambda sheet, image: json.dumps(describe(sheet, image, array=array), indent=1, ensure_ascii=False) + "\n"


DESCRIPTIONS: dict[str, tuple[str, _Describe]] = {
    "aseprite": (".json", _dumped(aseprite_json, array=True)),
    "aseprite-hash": (".hash.json", _dumped(aseprite_json, array=False)),
    "texturepacker": (".texturepacker.json", _dumped(texture_packer_json, array=False)),
    "texturepacker-array": (".texturepacker-array.json", _dumped(texture_packer_json, array=True)),
    "godot": (".tres", sprite_frames),
}
"""Files that describe a sheet: how their names end, and what makes their text."""
FORMATS = (*DESCRIPTIONS, *SUFFIXES)
DEFAULT_FORMATS = ("aseprite", "texturepacker", "godot", "gif")


@dataclass(frozen=True)
class SheetOptions:
    """How a sheet is to be."""

    actions: str = ""
    """Which actions, as `choose_actions` reads it; empty for all."""
    layout: str = "rows"
    """One of LAYOUTS."""
    cell: tuple[int, int] | None = None
    """Width and height of a cell in pixels; None for as small as can be."""
    pivot: str = "feet"
    """One of PIVOTS: what stands at the same spot of each cell."""
    scale: float = 1.0
    """Pixels of the sheet to one of the agent at its own size."""
    palette: str = "own"
    """`own` for the picture's colours where it is pixel art, `any`, or a palette's file."""


def make_sheet(
    engine: InferenceEngine, start: Start, options: SheetOptions, tell: Callable[[float], None] = lambda share: None
) -> SpriteSheet:
    """Film the actions of a start's agent, cut them, and lay them out; `tell` is told how much is filmed, in 0..1.

    Raises:
        GlassError: an option asks for what cannot be, or a file cannot be read.
    """
    actions = sheet_actions(engine.manifest)
    if options.actions:
        actions = choose_actions(actions, options.actions)
    start = cut_clean(engine, start)
    agent, _ = engine.open(start)
    finish = _finish(engine, start, agent, options)
    lpc = options.layout == "lpc"
    standing = "feet" if lpc else options.pivot
    animations: tuple[SheetAnimation, ...] = ()
    for number, action in enumerate(actions):
        tell(number / len(actions))
        animations = (*animations, _animation(engine, agent, action, finish, standing))
    if not any(frame.any() for animation in animations for frame in animation.frames):
        raise GlassError("nothing of the agent is solid enough to be seen; give another picture")
    animations, cell, pivot = fit_cells(animations, standing, (CELL, CELL) if lpc else options.cell)
    if lpc:
        rows = lpc_rows(animations)
        animations = tuple(one for row in rows for one in row.animations)
        pixels, frames = lpc_cells(rows)
    elif options.layout == "packed":
        pixels, frames = packed_cells(animations)
    else:
        pixels, frames = rows_of_cells(animations)
    return SpriteSheet(pixels, cell, pivot, animations, frames, engine.tick_rate, read_credits(engine.bundle))


def sheet_files(path: Path, formats: Sequence[str], names: Sequence[str]) -> tuple[Path, ...]:
    """Return the files of a sheet that is written as `path`: the picture first, then those of each format, and credits.

    `names` are those of its animations.
    """
    described = [path.with_name(path.stem + DESCRIPTIONS[kind][0]) for kind in formats if kind in DESCRIPTIONS]
    animated = [
        path.with_name(f"{path.stem}-{name}{SUFFIXES[kind]}") for kind in formats if kind in SUFFIXES for name in names
    ]
    return (path, *described, *animated, path.with_name(f"{path.stem}.credits.json"))


def write_sheet(sheet: SpriteSheet, path: Path, formats: Sequence[str]) -> tuple[Path, ...]:
    """Write a sheet's picture as a PNG, and beside it the files of each of FORMATS that is asked for; returns all.

    Raises:
        GlassError: one cannot be written.
    """
    files = sheet_files(path, formats, [animation.name for animation in sheet.animations])
    credits = json.dumps(asdict(sheet.credits), indent=1, ensure_ascii=False) + "\n"
    writers: list[Callable[[Path], object]] = [
        lambda part: Image.fromarray(sheet.pixels).save(part, "PNG"),
        *(partial(_write_text, DESCRIPTIONS[kind][1](sheet, path.name)) for kind in formats if kind in DESCRIPTIONS),
        *(
            partial(save_animated, kind, one, sheet.duration)
            for kind in formats
            if kind in SUFFIXES
            for one in sheet.animations
        ),
        partial(_write_text, credits),
    ]
    for file, write in zip(files, writers, strict=True):
        with output_file(file) as part:
            write(part)
    return files


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


def _finish(engine: InferenceEngine, start: Start, agent: AgentState, options: SheetOptions) -> Finish:
    """Return how the layers of a start's agent become pixels."""
    rest = agent.own_layer
    if options.palette in ("own", "any"):
        palette = own_palette(rest) if options.palette == "own" else None
    else:
        palette = read_palette(Path(options.palette))
    scale = options.scale
    if options.layout == "lpc" and scale == 1:
        box = bounding_box(rest[..., 3] > SOLID)
        scale = min(1.0, STANDING / max(box[3] - box[1], 1)) if box else 1.0
    crisp = palette is not None or is_pixel_art(start)
    if agent.source is None:
        return Finish(palette, crisp, scale, engine.manifest)
    return Finish(palette, crisp, scale, edge=None if crisp else edge_width(rest))


def _animation(
    engine: InferenceEngine, agent: AgentState, action: SheetAction, finish: Finish, pivot: str
) -> SheetAnimation:
    """Film an action from an agent's first picture, and cut it."""
    walks = action.kind is ActionKind.WALK
    layers = islice(film(engine, agent, action), WARM_UP if walks else 0, None)
    frames = np.stack([finish.pixels(layer) for layer in layers])
    if pivot == "feet":
        frames = stand_on_ground(frames, STRIDING if walks else GROUNDED)
    distances = frame_distances(frames)
    if action.kind is ActionKind.ACT and engine.manifest.local_actions[action.local_action - 1].act is not None:
        cut = Cut(0, len(frames))
    elif action.kind is ActionKind.ACT:
        cut = cut_act(distances)
    else:
        cut = cut_loop(distances) if walks or is_restful(distances) else Cut(0, 1)
    shown = tuple(frames[cut.first : cut.first + cut.count])
    return SheetAnimation(action.name, shown, action.kind is not ActionKind.ACT, cut.pingpong)
