"""Pictures of any kind, fitted to a frame of 32x24 with a window of 16."""

import io
import zlib
from pathlib import Path
from struct import pack

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from glass.core.images import PLAIN
from playground.pictures.frame_fitting import fit_picture
from playground.pictures.picture import as_picture, load_picture

FRAME, WINDOW = (32, 24), 16


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def fit(image: Image.Image | np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    frame, mask = fit_picture(as_picture(image), FRAME, WINDOW)
    assert frame.shape == (24, 32, 3)
    assert frame.dtype == np.uint8
    return frame, mask


def test_same_size_is_untouched() -> None:
    pixels = noise(24, 32, 3)
    frame, mask = fit(pixels)
    assert np.array_equal(frame, pixels)
    assert mask is None
    assert np.array_equal(fit(Image.fromarray(pixels))[0], pixels)


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV", "LAB", "I", "F"]
)
def test_every_mode(mode: str) -> None:
    image = Image.new("RGB", (64, 48), (200, 40, 90))
    image = image.convert("L").convert(mode) if mode in ("LA", "PA", "I", "F") else image.convert(mode)
    frame, mask = fit(image)
    assert mask is None
    grey = mode in ("1", "L", "LA", "PA", "I", "F")
    assert np.abs(frame.mean((0, 1)) - ((94,) * 3 if grey else (200, 40, 90))).max() < 8


@pytest.mark.parametrize("mode", ["La", "RGBa"])
def test_colour_multiplied_by_alpha(mode: str) -> None:
    cut_out = Image.new("RGBA", (32, 24), (180, 180, 180, 0))
    cut_out.paste((180, 180, 180, 255), (12, 8, 18, 16))
    image = cut_out.convert("LA").convert(mode) if mode == "La" else cut_out.convert(mode)
    frame, mask = fit(image)
    assert mask is not None
    assert mask.sum() == 48
    assert (frame[mask == 1] == 180).all()


def test_sixteen_bits_keep_their_range() -> None:
    grey = np.linspace(0, 65535, 32 * 24).reshape(24, 32)
    for image in (Image.fromarray(grey.astype(np.uint16)), Image.fromarray(grey.astype(np.int32))):
        frame, _ = fit(image)
        assert np.abs(frame[..., 0] - grey / 257).max() <= 1
    frame, _ = fit(Image.fromarray((grey / 65535).astype(np.float32)))
    assert np.abs(frame[..., 0] - grey / 257).max() <= 1


def test_whole_factors_average_and_repeat() -> None:
    small = noise(12, 16, 3)
    frame, _ = fit(small)
    assert np.array_equal(frame, small.repeat(2, 0).repeat(2, 1))
    large = noise(24, 32, 3).repeat(3, 0).repeat(3, 1)
    assert np.array_equal(fit(large)[0], large[::3, ::3])


def test_nearly_the_same_aspect_is_stretched() -> None:
    left, right = np.full((100, 67, 3), 10, np.uint8), np.full((100, 67, 3), 240, np.uint8)
    frame, _ = fit(np.concatenate([left, right], 1))
    assert frame[:, 0].max() <= 12
    assert frame[:, -1].min() >= 238


@pytest.mark.parametrize(("size", "axis"), [((24, 24), 1), ((240, 24), 0), ((8, 2000), 1)])
def test_other_aspects_are_mirrored(size: tuple[int, int], axis: int) -> None:
    frame, _ = fit(noise(size[1], size[0], 3))
    length = frame.shape[axis]
    inner = round(24 * size[0] / size[1]) if axis else max(1, round(32 * size[1] / size[0]))
    start = (length - max(inner, 1)) // 2
    before, first = np.take(frame, start - 1, axis), np.take(frame, start, axis)
    assert np.array_equal(before, first)


def test_exif_rotation(tmp_path: Path) -> None:
    pixels = noise(24, 32, 3)
    image = Image.fromarray(np.rot90(pixels))
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(tmp_path / "turned.png", exif=exif)
    picture = load_picture(tmp_path / "turned.png")
    assert picture.name == "turned.png"
    assert np.array_equal(np.asarray(picture.image), pixels)


def test_palette_with_transparency(tmp_path: Path) -> None:
    image = Image.new("P", (10, 12), 0)
    image.putpalette([0, 255, 0, 200, 10, 10])
    image.paste(1, (2, 2, 8, 10))
    image.save(tmp_path / "sprite.gif", transparency=0)
    image.save(tmp_path / "sprite.png", transparency=0)
    for name in ("sprite.gif", "sprite.png"):
        frame, mask = fit(load_picture(tmp_path / name).image)
        assert mask is not None
        assert mask.sum() == 48
        assert (frame[mask == 1] == (200, 10, 10)).all()
        assert (frame[mask == 0] == PLAIN).all()


def test_opaque_alpha_is_no_alpha() -> None:
    pixels = np.dstack([noise(24, 32, 3), np.full((24, 32), 255, np.uint8)])
    frame, mask = fit(pixels)
    assert mask is None
    assert np.array_equal(frame, pixels[..., :3])


def test_cut_out_that_fits_is_pasted_unscaled() -> None:
    sprite = np.zeros((12, 10, 4), np.uint8)
    sprite[2:10, 2:8] = [*noise(1, seed=3), 20, 30, 255]
    frame, mask = fit(sprite)
    assert mask is not None
    assert np.array_equal(frame[8:16, 13:19], sprite[2:10, 2:8, :3])
    assert np.array_equal(np.argwhere(mask == 1)[[0, -1]], [[8, 13], [15, 18]])
    assert mask.sum() == 48


def test_cut_out_of_frame_size_stays_where_it_is() -> None:
    sprite = np.zeros((24, 32, 4), np.uint8)
    sprite[1:9, 20:26] = (9, 8, 7, 255)
    frame, mask = fit(sprite)
    assert mask is not None
    assert mask[1:9, 20:26].all()
    assert mask.sum() == 48
    assert (frame[1:9, 20:26] == (9, 8, 7)).all()


def test_large_cut_out_is_scaled_to_the_window() -> None:
    sprite = np.zeros((300, 400, 4), np.uint8)
    sprite[20:180, 100:180] = (250, 0, 0, 255)
    frame, mask = fit(sprite)
    assert mask is not None
    rows, columns = np.flatnonzero((mask > 0.5).any(1)), np.flatnonzero((mask > 0.5).any(0))
    assert (len(rows), len(columns)) == (16, 8)
    assert abs(rows.mean() - 11.5) <= 1
    assert abs(columns.mean() - 15.5) <= 1
    assert (frame[mask == 1][:, 0] > 240).all()


def test_small_agent_on_a_large_sheet_keeps_its_size() -> None:
    sprite = np.zeros((300, 400, 4), np.uint8)
    sprite[20:30, 100:106] = (250, 0, 0, 255)
    _, mask = fit(sprite)
    assert mask is not None
    assert mask.sum() == 60


def test_agent_larger_than_the_window_but_in_the_frame_stays_in_place() -> None:
    sprite = np.zeros((24, 32, 4), np.uint8)
    sprite[2:22, 20:30] = (250, 0, 0, 255)
    _, mask = fit(sprite)
    assert mask is not None
    rows, columns = np.nonzero(mask > 0.5)
    assert np.ptp(rows) == 15
    assert abs(columns.mean() - 24.5) <= 1
    assert abs(rows.mean() - 11.5) <= 1


def test_transparent_all_over_is_refused() -> None:
    with pytest.raises(GlassError, match="transparent all over"):
        fit(np.zeros((24, 32, 4), np.uint8))


def test_mask_of_picture_or_frame() -> None:
    picture = as_picture(noise(48, 64, 3))
    large = np.zeros((48, 64), bool)
    large[10:20, 30:50] = True
    _, fitted = fit_picture(picture, FRAME, WINDOW, large)
    assert fitted is not None
    assert np.array_equal(fitted, large[::2, ::2])
    small = noise(24, 32)
    _, fitted = fit_picture(picture, FRAME, WINDOW, small)
    assert fitted is not None
    assert np.allclose(fitted, small / 255)
    with pytest.raises(GlassError, match="mask is"):
        fit_picture(picture, FRAME, WINDOW, np.zeros((5, 5), bool))
    with pytest.raises(GlassError, match="mask has shape"):
        fit_picture(picture, FRAME, WINDOW, np.zeros((24, 32, 1), bool))


def test_masks_of_any_kind_say_the_same() -> None:
    mask = np.zeros((24, 32), bool)
    mask[5:15, 10:20] = True
    whole = mask.astype(np.uint8)
    kinds = [mask, whole, whole * 255, whole.astype(int), whole.astype(int) * 255, whole.astype(float)]
    for kind in [*kinds, Image.fromarray(mask), Image.fromarray(whole * 255)]:
        _, fitted = fit_picture(as_picture(noise(24, 32, 3)), FRAME, WINDOW, kind)
        assert fitted is not None
        assert np.array_equal(fitted, mask)


@pytest.mark.parametrize("value", ["me.png", None, [[1, 2], [3, 4]]])
def test_what_is_no_picture(value: object) -> None:
    with pytest.raises(GlassError, match="give a PIL image or a uint8 array"):
        as_picture(value)  # type: ignore[arg-type]


def test_mask_follows_a_picture_of_another_aspect() -> None:
    mask = np.ones((24, 24), bool)
    _, fitted = fit_picture(as_picture(noise(24, 24, 3)), FRAME, WINDOW, mask)
    assert fitted is not None
    assert fitted[:, 4:28].all()
    assert fitted.sum() == 24 * 24


@pytest.mark.parametrize(("size", "crop"), [((96, 36), (40, 0, 88, 36)), ((32, 60), (0, 30, 32, 54))])
def test_a_picture_of_another_aspect_is_cropped_around_its_mask(
    size: tuple[int, int], crop: tuple[int, int, int, int]
) -> None:
    pixels, mask = noise(size[1], size[0], 3), np.zeros((size[1], size[0]), bool)
    left, top, right, bottom = crop
    mask[(top + bottom) // 2 - 5 : (top + bottom) // 2 + 5, (left + right) // 2 - 8 : (left + right) // 2 + 8] = True
    frame, fitted = fit_picture(as_picture(pixels), FRAME, WINDOW, mask)
    shown = pixels[top:bottom, left:right]
    assert np.array_equal(frame, fit_picture(as_picture(shown), FRAME, WINDOW)[0])
    assert np.array_equal(fitted, fit_picture(as_picture(shown), FRAME, WINDOW, mask[top:bottom, left:right])[1])


def test_a_cut_out_with_a_mask_is_not_mirrored_at_its_sides() -> None:
    pixels = np.zeros((24, 24, 4), np.uint8)
    pixels[:, 2:] = (200, 0, 0, 255)
    frame, fitted = fit_picture(as_picture(pixels), FRAME, WINDOW, pixels[..., 3])
    assert (frame[:, 6:28] == (200, 0, 0)).all()
    assert (frame[:, :6] == PLAIN).all() and (frame[:, 28:] == PLAIN).all()
    assert fitted is not None and fitted[:, 6:28].all() and not fitted[:, :6].any()


@pytest.mark.parametrize("shape", [(24, 32, 2), (24,), (2, 24, 32, 3)])
def test_arrays_of_other_shapes(shape: tuple[int, ...]) -> None:
    with pytest.raises(GlassError, match=r"give uint8 \(H, W, 3\)"):
        as_picture(np.zeros(shape, np.uint8))


def test_arrays_of_other_types() -> None:
    with pytest.raises(GlassError, match="give uint8"):
        as_picture(np.zeros((24, 32, 3), np.float32))


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that says it is of a size, and has next to nothing in it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))

    head = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def good_png() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(noise(24, 32, 3)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a picture"),
        (b"just some text\n", "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n", "not a picture"),
        (good_png()[:300], "damaged"),
        (png_header(100, 100), "damaged"),
        (png_header(1, 1), "1x1 pixels"),
        (png_header(200, 7), "at least 8x8"),
        (png_header(20_000, 20_000), "megapixels"),
        (png_header(10_000, 10_000), "megapixels"),
        (png_header(8_001, 8_000), "megapixels"),
    ],
)
def test_bad_files(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "bad.png"
    path.write_bytes(content)
    with pytest.raises(GlassError) as caught:
        load_picture(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith("bad.png: ")
    assert "\n" not in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(GlassError, match="no such file"):
        load_picture(tmp_path / "missing.png")
    with pytest.raises(GlassError, match="is a folder"):
        load_picture(tmp_path)
