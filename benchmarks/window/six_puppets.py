"""Makes the picture that README begins with: six start frames of the model `puppets`, each in a scene of its own.

    python benchmarks/window/six_puppets.py

writes docs/images/puppets.gif.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from glass.core.images import cover
from playground import Engine
from playground.pictures.picture import load_picture
from playground.pictures.scenes.catalogue import before_scene, scene_for
from playground.recording.recorder import FileRecorder, recording
from playground.scripts.language import parse_script

PUPPETS = ("Nell the hero", "Bo the pony", "Tito the bird", "Vito the car", "Pip the clown", "Quinn the fish")
COLUMNS = 3
TILE = (240, 180)
"""Width and height of one of them in pixels."""
SCRIPT = "rest*2 right*6 rest*2 jump*8 rest*2 left*8 rest*2 raise*6 rest*3 right*4 strike*7 rest*3"


def frames_of(engine: Engine, name: str) -> Iterator[NDArray[np.uint8]]:
    """Give what a start frame shows in its scene, (TILE height, TILE width, 3), tick by tick."""
    picture = load_picture(engine.bundle.folder / "starts" / f"{name.replace(' ', '_')}.png")
    shown = [engine.reset(before_scene(picture, scene_for(name))).frame]
    shown += [engine.step(action).frame for action in parse_script(SCRIPT, engine.manifest)]
    for frame in shown:
        yield np.asarray(cover(Image.fromarray(frame), TILE))


def main(out: Path = Path(__file__).parents[2] / "docs" / "images" / "puppets.gif") -> None:
    """Write the picture."""
    engine = Engine.load("puppets")
    recorder = FileRecorder(out, engine.manifest.tick_rate, realtime=False)
    with recording([recorder]):
        for tiles in zip(*(tuple(frames_of(engine, name)) for name in PUPPETS), strict=True):
            rows = [np.concatenate(tiles[at : at + COLUMNS], 1) for at in range(0, len(tiles), COLUMNS)]
            recorder.add(np.concatenate(rows, 0))
    print(f"wrote {out}")


if __name__ == "__main__":
    typer.run(main)
