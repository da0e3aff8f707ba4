"""What glass-play writes, for its tests."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def frames_of(folder: Path) -> list[Pixels]:
    return [np.asarray(Image.open(path)) for path in sorted(folder.glob("*.png"))]
