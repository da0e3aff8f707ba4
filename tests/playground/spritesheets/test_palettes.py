from pathlib import Path

import numpy as np
import pytest

from glass.core.errors import GlassError
from playground.spritesheets.palettes import nearest_colours, read_palette

GPL = "GIMP Palette\nName: Four\nColumns: 2\n# a remark\n  0   0   0\tBlack\n255 255 255\n 200  40\t 40 a red\n0 0 0\n"


@pytest.mark.parametrize(("name", "text"), [("a.gpl", GPL), ("a.HEX", "000000\n#ffffff\n\nC82828ff\n")])
def test_palettes_are_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert read_palette(tmp_path / name).tolist() == [[0, 0, 0], [200, 40, 40], [255, 255, 255]]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.gpl", "1 2 3\n", "does not begin with 'GIMP Palette'"),
        ("a.gpl", "GIMP Palette\n1 2 300\n", "line 2 is no colour"),
        ("a.gpl", "GIMP Palette\n#\n", "0 colours"),
        ("a.hex", "12345\n", "line 1 is no colour"),
        ("a.hex", "\n".join(f"{value:06x}" for value in range(257)), "257 colours"),
        ("a.act", "", "unknown kind"),
    ],
)
def test_what_is_no_palette_is_told(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(GlassError, match=said):
        read_palette(tmp_path / name)


def test_a_missing_palette_is_told(tmp_path: Path) -> None:
    with pytest.raises(GlassError, match="no such file"):
        read_palette(tmp_path / "none.gpl")


def test_the_colour_that_looks_nearest_is_taken() -> None:
    palette = np.array([[0, 0, 0], [0, 0, 255], [90, 90, 90]], np.uint8)
    pixels = np.array([[0, 0, 140], [80, 80, 88], [1, 1, 1], [0, 0, 255]], np.uint8)
    assert nearest_colours(pixels, palette).tolist() == [1, 2, 0, 1]
    assert nearest_colours(pixels[:0], palette).shape == (0,)
