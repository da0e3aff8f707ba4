"""Picture files that Pillow needs help with: SVG and HEIC by extras, BMP with alpha."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from glass.core.errors import GlassError

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "JPEG2000", "PPM", "QOI", "TGA", "ICO")
"""What is read as a picture: nothing that calls other programs."""
FORMATS_TOLD = "PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF, JPEG 2000, PPM, QOI, TGA, ICO, SVG or HEIC"
"""The same for people, and what extras read."""

_USUAL = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF87a": "GIF", b"GIF89a": "GIF"}
"""How files of the usual formats begin."""
_SVG_SIDE = 1024
"""Longer side in pixels at which vector graphics are drawn."""
_MAX_SVG_BYTES = 20_000_000
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")


def open_picture_file(path: Path) -> Image.Image:
    """Open an image file of one of FORMATS, an SVG or a HEIC file; pixels are decoded later where the format allows.

    Raises:
        GlassError: its format needs an extra that is not installed.
        OSError, and whatever else a decoder raises on damaged bytes.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS and b"avif" not in head[8:64]:
        return _open_heic(path)
    if _is_svg(head):
        return _draw_svg(path)
    if (usual := next((name for sign, name in _USUAL.items() if head.startswith(sign)), None)) is not None:
        Image.preinit()
        return Image.open(path, formats=[usual])
    Image.init()  # loads what reads the other formats, which takes a tenth of a second
    image = Image.open(path, formats=[name for name in FORMATS if name in Image.OPEN])
    return image if image.format != "BMP" else _with_alpha(image, path)


def _open_heic(path: Path) -> Image.Image:
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        raise GlassError(
            f"{path.name}: reading HEIC needs pillow-heif (pip install 'glass-playground[heic]'); or save it as PNG"
        ) from None
    register_heif_opener()
    return Image.open(path, formats=["HEIF"])


def _is_svg(head: bytes) -> bool:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = head.decode(encoding, "ignore").lstrip()
    return text.startswith("<") and "<svg" in text


def _draw_svg(path: Path) -> Image.Image:
    """Draw vector graphics as large as they fit into 1024x1024 pixels."""
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        raise GlassError(
            f"{path.name}: reading SVG needs resvg (pip install 'glass-playground[svg]'); or save it as PNG"
        ) from None
    if path.stat().st_size > _MAX_SVG_BYTES:
        raise GlassError(f"{path.name}: more than {_MAX_SVG_BYTES // 10**6} MB of SVG; save it as PNG")
    return Image.open(io.BytesIO(bytes(svg_to_bytes(svg_path=str(path), width=_SVG_SIDE, height=_SVG_SIDE))))


def _with_alpha(image: Image.Image, path: Path) -> Image.Image:
    """Return an open BMP file with its alpha, which Pillow leaves out of those that do not declare it.

    A fourth channel that is zero everywhere is padding.
    """
    tile = next(iter(getattr(image, "tile", ())), None)
    if image.mode != "RGB" or tile is None or not isinstance(tile.args, tuple) or tile.args[0] != "BGRX":
        return image
    width, height = image.size
    rows = np.fromfile(path, np.uint8, 4 * width * height, offset=tile.offset)
    if rows.size < 4 * width * height:
        return image  # cut short: decoding it will say so
    pixels = rows.reshape(height, width, 4)[:: int(tile.args[2]), :, (2, 1, 0, 3)]
    return Image.fromarray(np.ascontiguousarray(pixels)) if pixels[..., 3].any() else image
