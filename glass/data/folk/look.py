"""What a character of the folk wears and how it is built, drawn from a seed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glass.data.folk.hair import HAIR_STYLES
from glass.data.folk.palette import draw_palette

TOPS = ("shirt", "striped", "jacket", "vest", "tunic", "robe", "armour", "apron")
"""Kinds of upper clothes."""

SLEEVES = ("long", "short", "none")
"""Lengths of sleeves."""

BOTTOMS = ("trousers", "baggy", "shorts", "skirt", "long skirt")
"""Kinds of lower clothes."""

FEET = ("shoes", "boots", "sandals")
"""Kinds of footwear."""

HATS = ("none", "headband", "cap", "wizard", "hood", "brim", "circlet", "helmet")
"""Kinds of headwear."""


@dataclass(frozen=True)
class CharacterLook:
    """The choices that make one character."""

    palette: NDArray[np.uint8]
    """(MATERIALS, TONES, 3) colours."""
    grain: NDArray[np.float64]
    """(SIZE, SIZE) noise for strands of hair, about -0.5 to 0.5."""
    broad: float
    """Added to the half width of the shoulders, in pixels."""
    stout: float
    """Added to the half width of the waist, in pixels."""
    limb: float
    """Added to the radius of arms and legs, in pixels."""
    head: float
    """Added to the radius of the skull, in pixels."""
    top: str
    """One of TOPS."""
    sleeves: str
    """One of SLEEVES."""
    bottom: str
    """One of BOTTOMS."""
    feet: str
    """One of FEET."""
    hair: str
    """A name in HAIR_STYLES."""
    hat: str
    """One of HATS."""
    beard: str
    """none, stubble, full or moustache."""
    eyes: int
    """Shape of the eyes: 0, 1 or 2."""
    pointed_ears: bool
    """Ears end in a point."""
    belt: bool
    """A belt around the waist."""
    cape: bool
    """A cape on the back."""
    scarf: bool
    """A scarf around the neck."""
    gloves: bool
    """Gloves on the hands."""


def _choose(rng: np.random.Generator, names: tuple[str, ...], weights: tuple[float, ...]) -> str:
    shares = np.asarray(weights) / np.sum(weights)
    return names[int(rng.choice(len(names), p=shares))]


def draw_look(rng: np.random.Generator) -> CharacterLook:
    """Draw a look; the same generator state gives the same look."""
    top = _choose(rng, TOPS, (5, 3, 3, 3, 3, 2, 2, 1.5))
    styles = tuple(HAIR_STYLES)
    return CharacterLook(
        palette=draw_palette(rng),
        grain=rng.uniform(-0.5, 0.5, (64, 64)),
        broad=float(rng.choice((-1.0, 0.0, 0.0, 1.0))),
        stout=float(rng.choice((-1.0, 0.0, 0.0, 1.0))),
        limb=float(rng.choice((-0.3, 0.0, 0.0, 0.3))),
        head=float(rng.choice((-0.5, 0.0, 0.0, 0.5))),
        top=top,
        sleeves="long" if top == "robe" else _choose(rng, SLEEVES, (5, 3, 2)),
        bottom=_choose(rng, BOTTOMS, (6, 2, 2, 2, 1.5)),
        feet=_choose(rng, FEET, (5, 5, 1.5)),
        hair=styles[int(rng.integers(len(styles)))],
        hat=_choose(rng, HATS, (14, 2, 1.5, 1, 1.2, 1.2, 1, 1)),
        beard=_choose(rng, ("none", "stubble", "full", "moustache"), (12, 1, 2, 1)),
        eyes=int(rng.integers(3)),
        pointed_ears=bool(rng.random() < 0.2),
        belt=bool(rng.random() < 0.5),
        cape=bool(rng.random() < 0.15),
        scarf=bool(rng.random() < 0.12),
        gloves=bool(rng.random() < 0.2),
    )
