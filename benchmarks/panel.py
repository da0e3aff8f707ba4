"""Draw what each local action does: `python benchmarks/panel.py --model sprites --out docs/local_actions.png`.

A row a local action, a group of pictures a start frame of the bundle: the start, then every second tick of holding it.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image, ImageDraw

from playground import Action, Engine
from playground.compose import window_corner
from playground.library import find_bundle

TICKS = 8
EVERY = 2
LABEL = 110
WIDTH = 44
SCALE = 2


def look(frame: np.ndarray, position: tuple[float, float], window: int) -> Image.Image:
    """Cut the window around the agent, narrowed to `WIDTH`, enlarged."""
    left, top = window_corner(position, window)
    picture = Image.fromarray(frame)
    middle = left + window // 2
    cut = picture.crop((middle - WIDTH // 2, top, middle + WIDTH // 2, top + window))
    return cut.resize((WIDTH * SCALE, window * SCALE), Image.Resampling.NEAREST)


def strip(engine: Engine, start: Path, local_action: int) -> list[Image.Image]:
    """Hold a local action from a start frame and return the start and every second tick."""
    seen = engine.reset(Image.open(start))
    position = engine.snapshot().observation.position
    pictures = [look(seen.frame, position, engine.manifest.window)]
    for tick in range(1, TICKS + 1):
        seen = engine.step(Action(local_action=local_action))
        if tick % EVERY == 0:
            pictures.append(look(seen.frame, seen.position, engine.manifest.window))
    return pictures


def main(
    model: Annotated[str, typer.Option(help="Name or folder of a bundle.")] = "sprites",
    out: Annotated[Path, typer.Option(help="PNG to write.")] = Path("docs/local_actions.png"),
    starts: Annotated[int, typer.Option(min=1, help="How many start frames.")] = 5,
) -> None:
    """Draw the panel."""
    engine = Engine.load(model)
    pictures = sorted((find_bundle(model).folder / "starts").glob("*.png"))[:starts]
    rows = []
    for number, action in enumerate(engine.manifest.local_actions, 1):
        groups = [strip(engine, start, number) for start in pictures]
        rows.append((f"{number}  {action.label}", groups))
    cell_height = engine.manifest.window * SCALE
    group = (TICKS // EVERY + 1) * WIDTH * SCALE
    panel = Image.new("RGB", (LABEL + len(pictures) * (group + 8), len(rows) * (cell_height + 4)), "white")
    draw = ImageDraw.Draw(panel)
    for row, (label, groups) in enumerate(rows):
        top = row * (cell_height + 4)
        draw.text((6, top + cell_height // 2), label, fill="black")
        for column, pictures_of in enumerate(groups):
            for index, picture in enumerate(pictures_of):
                panel.paste(picture, (LABEL + column * (group + 8) + index * WIDTH * SCALE, top))
    panel.save(out, optimize=True)
    print(f"{out}: {len(rows)} local actions, {len(pictures)} start frames")


if __name__ == "__main__":
    typer.run(main)
