"""A puppet: a random build in one of many finishes, whose cells are drawn when they are asked for."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.limbs import ACTIONS
from glass.data.core.clip import CELL, CYCLE
from glass.data.puppets.animals import draw_insect, draw_quadruped, draw_snake
from glass.data.puppets.bipeds import draw_biped
from glass.data.puppets.flyers import draw_fish, draw_flyer
from glass.data.puppets.limbs import Limbs, limbs_of
from glass.data.puppets.motion import CANVAS, Build
from glass.data.puppets.skeleton import draw_bone, draw_skeleton, place_bones
from glass.data.puppets.stances import in_stance
from glass.data.puppets.texture import Style, draw_style
from glass.data.puppets.things import draw_blob, draw_ship, draw_vehicle

KINDS: dict[str, tuple[Callable[[np.random.Generator, Style], Build], float]] = {
    "biped": (draw_biped, 0.34),
    "quadruped": (draw_quadruped, 0.13),
    "flyer": (draw_flyer, 0.11),
    "blob": (draw_blob, 0.14),
    "vehicle": (draw_vehicle, 0.08),
    "fish": (draw_fish, 0.06),
    "insect": (draw_insect, 0.06),
    "ship": (draw_ship, 0.04),
    "snake": (draw_snake, 0.04),
}
"""Kinds of builds by name: how each is drawn, and how often."""

SIDES = (32.0, 48.0)
"""Range of a puppet's longer side at rest, in pixels of its cell; the rest of the cell is room for its acts."""

GROUND = 58.0
"""Row of the cell that a puppet stands on."""

COVERED = 110
"""Alpha, of 255, above which a pixel counts as covered."""

PIXEL_ART = 0.35
"""Share of puppets that are pixel art."""


NAMES = (
    *("Ada", "Bo", "Cleo", "Dot", "Enzo", "Fig", "Gus", "Hazel", "Ivo", "Juno", "Kip", "Lulu", "Momo", "Nell"),
    *("Otto", "Pip", "Quinn", "Rolo", "Suki", "Tito", "Uma", "Vito", "Wim", "Xena", "Yuri", "Zuzu"),
)
"""What puppets are called."""

NOUNS = {
    "biped": ("hero", "clown", "guard", "juggler", "pilot"),
    "quadruped": ("dog", "goat", "cow", "pony"),
    "flyer": ("bat", "bird"),
    "blob": ("blob", "monster"),
    "vehicle": ("tank", "car"),
    "fish": ("fish",),
    "insect": ("ant", "beetle"),
    "ship": ("ship", "boat"),
    "snake": ("snake", "worm"),
}
"""What people call a puppet of a kind."""


class Puppet:
    """One puppet; the same arguments give the same cells."""

    def __init__(self, seed: int, kinds: tuple[str, ...] = tuple(KINDS), stance: bool = False) -> None:
        """Draw the parts of the puppet of a seed, of one of the kinds; in a stance of its own, see `in_stance`."""
        rng = np.random.default_rng(seed)
        shares = np.array([KINDS[kind][1] for kind in kinds])
        kind = kinds[int(rng.choice(len(kinds), p=shares / shares.sum()))]
        self.name = f"puppet-{seed:05d}-{kind}"
        nouns = NOUNS[kind]
        self.called = f"{NAMES[seed % len(NAMES)]} the {nouns[seed % len(nouns)]}"
        """What people call it."""
        build = KINDS[kind][0](rng, draw_style(rng))
        self._build = in_stance(build, np.random.default_rng((seed, 1))) if stance else build
        pixel_art = rng.random() < PIXEL_ART
        self._grid = int(rng.integers(1, 5)) if pixel_art else 1
        self._hard = pixel_art or rng.random() < 0.25
        self._colours = int(rng.integers(6, 28)) if pixel_art else 0
        self._side = float(rng.uniform(*SIDES))
        self._cells: dict[tuple[int, int], NDArray[np.uint8]] = {}

    @property
    def mirrored(self) -> bool:
        """Whether it is seen from the side, so that it faces left in the mirror; else it never turns."""
        return self._build.mirrored

    def cell(self, action: int, frame: int, left: bool = False) -> NDArray[np.uint8]:
        """Return what it looks like: (64, 64, 4), straight RGBA in 0..255.

        Args:
            action: index into `ACTIONS`.
            frame: of the action's cycle, 0..7.
            left: whether it faces left; ignored where it is not `mirrored`.
        """
        if (action, frame) not in self._cells:
            drawing = self._draw(action, frame)
            if self._colours:
                few = drawing.convert("RGB").quantize(palette=self._palette, dither=Image.Dither.NONE).convert("RGB")
                few.putalpha(drawing.getchannel("A"))
                drawing = few
            self._cells[action, frame] = self._enlarge(drawing)
        cell = self._cells[action, frame]
        return cell[:, ::-1] if left and self.mirrored else cell

    def limbs(self) -> Limbs:
        """Return its limbs at rest, and how each of them turns in every action."""
        scale, root = self._placed
        frames = place_bones(self._build.bones, self._build.pose("rest", 0.0), root, scale)
        drawn = {bone.name: self._outline(draw_bone(bone, frames[bone.name], CANVAS)) for bone in self._build.bones}
        margin = CELL - CELL // self._grid * self._grid  # As `_enlarge` adds it.
        joints = {}
        for bone in self._build.bones:
            pinned = (bone.joint[0] * bone.picture.width, bone.joint[1] * bone.picture.height, 1.0)
            x, y = (frames[bone.name] @ pinned)[:2] * (CELL - margin) / CANVAS
            joints[bone.name] = (x + margin // 2, y + margin)
        side, rest = self._side * CANVAS / CELL / scale, self._draw(ACTIONS.index("rest"), 0)
        left, top, right, bottom = rest.getbbox() or (0, 0, *rest.size)
        middle = (np.array([left + right, top + bottom]) / 2 * CANVAS / rest.width - root) / scale
        return limbs_of(self._build, drawn, joints, side, (float(middle[0]), float(middle[1])))

    def _outline(self, drawing: Image.Image) -> NDArray[np.bool_]:
        """Return where one bone covers the cell, (64, 64)."""
        side = CELL // self._grid
        small = drawing.getchannel("A").resize((side, side), Image.Resampling.BOX)
        return self._enlarge(Image.merge("RGBA", [small] * 4))[..., 3] > COVERED

    def portrait(self) -> NDArray[np.uint8]:
        """Return what it looks like at rest, as large as it is drawn: (H, W, 4), straight RGBA in 0..255, no margin."""
        rest = ACTIONS.index("rest")
        if self._grid > 1 or self._colours:
            drawn = Image.fromarray(self.cell(rest, 0)[:: self._grid, :: self._grid])
        else:
            scale, root = self._placed
            drawn = draw_skeleton(self._build.bones, self._build.pose("rest", 0.0), CANVAS, root, scale)
        return np.asarray(drawn.crop(drawn.getbbox()))

    @cached_property
    def _placed(self) -> tuple[float, tuple[float, float]]:
        """The scale and the root at which it is as large as it should be, in the cell's middle and on the ground."""
        root, half = (CANVAS / 2, CANVAS * 0.75), 0.5  # Drawn at half its size, so that nothing is cut off.
        rest = draw_skeleton(self._build.bones, self._build.pose("rest", 0.0), CANVAS, root, half)
        left, top, right, bottom = rest.getbbox() or (0, 0, CANVAS, CANVAS)
        scale = half * self._side / CELL * CANVAS / max(right - left, bottom - top)
        middle, low = ((left + right) / 2 - root[0]) / half, (bottom - root[1]) / half
        return scale, (CANVAS / 2 - middle * scale, GROUND * CANVAS / CELL - low * scale)

    @cached_property
    def _palette(self) -> Image.Image:
        """The colours of pixel art: those of the puppet at rest."""
        return self._draw(ACTIONS.index("rest"), 0).convert("RGB").quantize(self._colours)

    def _draw(self, action: int, frame: int) -> Image.Image:
        scale, root = self._placed
        pose = self._build.pose(ACTIONS[action], frame / CYCLE)
        side = CELL // self._grid
        drawing = draw_skeleton(self._build.bones, pose, CANVAS, root, scale).resize((side, side), Image.Resampling.BOX)
        if self._hard:
            drawing.putalpha(drawing.getchannel("A").point(lambda alpha: 255 * (alpha > COVERED)))
        return drawing

    def _enlarge(self, drawing: Image.Image) -> NDArray[np.uint8]:
        """Enlarge a drawing to the cell by whole pixels, its lower end at the cell's."""
        pixels = np.asarray(drawing).repeat(self._grid, 0).repeat(self._grid, 1)
        pad = CELL - len(pixels)
        return np.pad(pixels, ((pad, 0), (pad // 2, pad - pad // 2), (0, 0)))
