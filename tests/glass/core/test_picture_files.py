"""Picture files of many formats: SVG and HEIC by extras, BMP with alpha, sixteen bits, palettes, CMYK, EXIF."""

import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from glass.core.images import NotAPictureError, frame_count, open_image, upright

SVG = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 20">{}</svg>'


def read(path: Path) -> Image.Image:
    """Open a file as commands do."""
    with open_image(path) as image:
        return upright(image)


def write_bmp(path: Path, pixels: np.ndarray, top_down: bool = False) -> None:
    """Write BGRA pixels (H, W, 4) as a 32-bit BMP file that does not declare its alpha."""
    height, width = pixels.shape[:2]
    rows = pixels if top_down else pixels[::-1]
    info = struct.pack("<IiiHHIIiiII", 40, width, -height if top_down else height, 1, 32, 0, rows.nbytes, 0, 0, 0, 0)
    path.write_bytes(b"BM" + struct.pack("<IHHI", 54 + rows.nbytes, 0, 0, 54) + info + rows.tobytes())


@pytest.mark.parametrize("top_down", [False, True])
def test_a_bmp_file_keeps_its_alpha(tmp_path: Path, top_down: bool) -> None:
    pixels = np.zeros((9, 12, 4), np.uint8)
    pixels[2:5, 3:7] = (10, 20, 200, 255)
    write_bmp(tmp_path / "a.bmp", pixels, top_down)
    image = read(tmp_path / "a.bmp")
    assert image.mode == "RGBA"
    assert np.array_equal(np.asarray(image), pixels[..., [2, 1, 0, 3]])


def test_padding_of_a_bmp_file_is_no_alpha(tmp_path: Path) -> None:
    pixels = np.full((9, 12, 4), (10, 20, 200, 0), np.uint8)
    write_bmp(tmp_path / "a.bmp", pixels)
    assert read(tmp_path / "a.bmp").mode == "RGB"
    (tmp_path / "cut.bmp").write_bytes((tmp_path / "a.bmp").read_bytes()[:300])
    with pytest.raises(GlassError, match="damaged"):
        read(tmp_path / "cut.bmp")


def test_an_svg_is_drawn_large(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    (tmp_path / "a.svg").write_text(SVG.format('<rect width="5" height="20" fill="#f00"/>'))
    image = read(tmp_path / "a.svg")
    assert (image.mode, image.size) == ("RGBA", (512, 1024))
    assert image.getpixel((100, 500)) == (255, 0, 0, 255)
    assert image.getpixel((400, 500)) == (0, 0, 0, 0)
    (tmp_path / "bad.svg").write_text(SVG.format("<rect"))
    with pytest.raises(GlassError, match=r"bad.svg: damaged picture"):
        read(tmp_path / "bad.svg")


def test_heic_is_read(tmp_path: Path) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), (200, 30, 30))).save(tmp_path / "a.heic")
    image = read(tmp_path / "a.heic")
    assert (image.mode, image.size) == ("RGB", (64, 48))
    assert np.abs(np.asarray(image).astype(int) - (200, 30, 30)).max() < 12


@pytest.mark.parametrize(
    ("name", "content", "extra", "module"),
    [
        ("a.svg", SVG.format("").encode(), "svg", "resvg_py"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic", "pillow_heif"),
    ],
)
def test_an_extra_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, extra: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GlassError, match=rf"glass-playground\[{extra}\]"):
        read(tmp_path / name)


def test_formats_are_told_where_a_file_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("no picture")
    with pytest.raises(NotAPictureError, match=r"give PNG, JPEG, GIF, WebP, BMP.*SVG or HEIC"):
        read(tmp_path / "a.png")


def test_depths_palettes_and_colour_spaces(tmp_path: Path) -> None:
    grey = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16)
    Image.fromarray(grey).save(tmp_path / "deep.png")
    assert np.abs(np.asarray(read(tmp_path / "deep.png"))[..., 0].astype(int) - grey // 257).max() <= 1
    palette = Image.new("P", (16, 16), 1)
    palette.putpalette([255, 0, 255, 10, 200, 30])
    palette.paste(0, (0, 0, 16, 8))
    palette.save(tmp_path / "palette.png", transparency=0)
    image = read(tmp_path / "palette.png")
    assert image.getpixel((3, 3))[3] == 0
    assert image.getpixel((3, 12)) == (10, 200, 30, 255)
    Image.new("RGB", (64, 64), (250, 20, 20)).convert("CMYK").save(tmp_path / "print.jpg", quality=95)
    red, green, blue = read(tmp_path / "print.jpg").getpixel((30, 30))
    assert red > 200 > 80 > max(green, blue)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20)).save(tmp_path / "turned.jpg", exif=exif)
    assert read(tmp_path / "turned.jpg").size == (20, 40)


def test_frames_are_counted_in_animations_only(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (16, 16), (level, 0, 0)) for level in (0, 100, 200)]
    for suffix in ("gif", "webp", "png", "jpg"):
        path = tmp_path / f"a.{suffix}"
        frames[0].save(path, **({} if suffix == "jpg" else {"save_all": True, "append_images": frames[1:]}))
        with open_image(path) as image:
            assert frame_count(image) == (1 if suffix == "jpg" else 3)
