"""The scenes by name, and which of them suits whom."""

import re
from collections.abc import Callable
from zlib import crc32

from PIL import Image

from playground.pictures.picture import Picture, put_before
from playground.pictures.scenes.canvas import WIDTH, SceneCanvas
from playground.pictures.scenes.outdoors import draw_beach, draw_meadow, draw_road, draw_sky, draw_snow
from playground.pictures.scenes.places import draw_dungeon, draw_planet, draw_reef, draw_town

SCENES: dict[str, Callable[[SceneCanvas], None]] = {
    "meadow": draw_meadow,
    "beach": draw_beach,
    "dungeon": draw_dungeon,
    "town": draw_town,
    "snow": draw_snow,
    "planet": draw_planet,
    "road": draw_road,
    "sky": draw_sky,
    "reef": draw_reef,
}
"""How each scene is drawn."""
_HOMES = {
    "reef": ("fish", "shark", "whale", "octopus", "crab"),
    "sky": ("bird", "owl", "flyer", "bee", "plane", "balloon", "dragon"),
    "town": ("clown", "cat", "ghost", "bus"),
    "beach": ("pony", "horse", "ship", "boat", "sailor", "pirate", "turtle"),
    "road": ("car", "vehicle", "tractor", "truck", "bike"),
    "meadow": ("cow", "sheep", "goat", "quadruped", "beetle", "ant", "insect"),
    "dungeon": ("bat", "knight", "skeleton", "snake", "worm", "spider", "slime"),
    "planet": ("tank", "monster", "blob", "robot", "alien", "rover", "astronaut"),
    "snow": ("dog", "hero", "penguin", "bear", "wolf"),
}
"""Who is at home in a scene, by a word of the name."""
_ANYWHERE = ("meadow", "dungeon", "beach", "town", "snow", "planet")
"""Where anybody else can stand."""
_SEED = 20


def draw_scene(name: str, width: int = WIDTH) -> Image.Image:
    """Return the scene of a name of SCENES as a picture `width` pixels wide, 4 to 3."""
    canvas = SceneCanvas(width, _SEED)
    SCENES[name](canvas)
    return canvas.picture()


def scene_for(name: str) -> str:
    """Return the scene that suits somebody of that name, such as "Wim the fish"; always the same one."""
    words = re.findall(r"[a-z]+", name.casefold())
    homes = (scene for scene, guests in _HOMES.items() for word in words if word in guests)
    return next(homes, _ANYWHERE[crc32(name.encode()) % len(_ANYWHERE)])


def before_scene(picture: Picture, scene: str) -> Picture:
    """Return a cut-out picture before a scene.

    Raises:
        GlassError: nothing tells what is cut out.
    """
    return put_before(picture, Picture(scene, draw_scene(scene)))
