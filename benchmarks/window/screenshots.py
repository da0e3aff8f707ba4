"""Makes the pictures of the window that README shows, with the model `sprites`; its gallery shows every model.

    python benchmarks/window/screenshots.py

writes gallery.png, window.png, help.png, players.png and painting.png into docs/images/.
"""

import os
import time
from pathlib import Path

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ["SDL_VIDEODRIVER"] = "dummy"

import numpy as np
import pygame
import typer
from PIL import Image
from pygame import Surface
from pygame.event import Event

from glass.core.atomic_files import output_file
from playground.bundles.library import find_bundle, find_bundles
from playground.engine.inference import InferenceEngine
from playground.gameplay.session import Session
from playground.pictures.picture import load_picture
from playground.ui.gallery.entries import load_starts
from playground.ui.gallery.gallery import Gallery
from playground.ui.game.game import Game
from playground.ui.mask_editor.editor import MaskEditor
from playground.ui.toolkit.window import Screen
from playground.world.world import World

WINDOW, GALLERY = (960, 720), (1160, 840)
"""Sizes of the windows, of games and of the gallery."""
PICTURES_A_SECOND = 60
LOOK_PICTURES = 180
"""Pictures in which every card has shown what it can."""


def picture_of(screen: Screen, size: tuple[int, int] = WINDOW) -> Image.Image:
    """Return what a screen shows in a window of a size, in few colours where that is no loss."""
    surface = Surface(size)
    screen.draw(surface)
    image = Image.frombytes("RGB", size, pygame.image.tobytes(surface, "RGB"))
    if size == GALLERY:
        return image
    return image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def play(game: Game, seconds: float, *keys: int) -> None:
    """Let time pass with keys held."""
    for key in keys:
        game.handle(Event(pygame.KEYDOWN, key=key, unicode="", scancode=0, mod=0))
    for _ in range(round(seconds * PICTURES_A_SECOND)):
        game.update(1 / PICTURES_A_SECOND)
        game.session.recordings.next_message()


def release(game: Game, *keys: int) -> None:
    """Let go of keys."""
    for key in keys:
        game.handle(Event(pygame.KEYUP, key=key, unicode="", scancode=0, mod=0))


def wait_for_life(game: Game) -> None:
    """Let time pass until the cards differ about as much as they ever do, since all begin at rest."""
    most = 0.0
    for seen in range(2 * LOOK_PICTURES):
        play(game, 1 / PICTURES_A_SECOND)
        previews = [card.preview for card in game.seen().cards if card.preview is not None]
        differ = float(np.stack(previews).astype(np.float32).std(0).mean())
        most = max(most, differ)
        if seen > LOOK_PICTURES and differ > 0.95 * most:
            return


def new_game(engine: InferenceEngine, *paths: Path) -> Game:
    """Return a game of one or two start frames, its previews made."""
    world = World([engine] * len(paths))
    world.open([engine.find_agent(load_picture(path)) for path in paths])
    game = Game(Session(world), " and ".join(path.name for path in paths))
    play(game, 40.0)
    return game


def screenshots(model: str) -> dict[str, Image.Image]:
    """Return each picture by its name."""
    bundle = find_bundle(model)
    engine = InferenceEngine(bundle)
    starts = [bundle.folder / name for name in bundle.manifest.starts]
    gallery = Gallery(load_starts(find_bundles()))
    picture_of(gallery, GALLERY)
    while gallery.reading:
        time.sleep(0.01)
    shots = {"gallery": picture_of(gallery, GALLERY)}
    game = new_game(engine, starts[0])
    play(game, 0.35, pygame.K_LEFT)
    release(game, pygame.K_LEFT)
    play(game, 0.25, pygame.K_3)
    wait_for_life(game)
    shots["window"] = picture_of(game)
    release(game, pygame.K_3)
    play(game, 0.0, pygame.K_F1)
    shots["help"] = picture_of(game)
    pair = new_game(engine, starts[6 % len(starts)], starts[5 % len(starts)])
    play(pair, 0.45, pygame.K_LEFT, pygame.K_d, pygame.K_s)
    shots["players"] = picture_of(pair)
    start = engine.find_agent(load_picture(starts[1 % len(starts)]))
    painting = MaskEditor(start.frame, start.mask)
    picture_of(painting)
    painting.handle(Event(pygame.MOUSEMOTION, pos=(600, 400), rel=(0, 0), buttons=(0, 0, 0)))
    shots["painting"] = picture_of(painting)
    return shots


def main(model: str = "sprites", out: Path = Path(__file__).parents[2] / "docs" / "images") -> None:
    """Write the pictures of the window that README shows into a folder."""
    pygame.display.init()
    for name, image in screenshots(model).items():
        with output_file(out / f"{name}.png") as part:
            image.save(part, "PNG", optimize=True)


if __name__ == "__main__":
    typer.run(main)
