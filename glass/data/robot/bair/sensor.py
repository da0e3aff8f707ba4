"""What a cheap camera and compression do to a picture: blur, exposure, white balance, noise, JPEG, a GIF's palette."""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

_COMPRESSED = 96
"""Pixels of a frame's side from which on JPEG is used: smaller ones are made smaller after it."""

Frames = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Sensor:
    """A camera and the way its pictures were kept."""

    exposure: float
    """Factor on all light."""
    balance: tuple[float, float, float]
    """Factors on red, green and blue."""
    contrast: float
    """0..1: how much of an S-shaped curve is applied."""
    veil: float
    """Light, in 0..1, that reaches the darkest pixels too."""
    drift: float
    """Standard deviation of the change of exposure and white balance from a frame to the next, as a share."""
    vignette: float
    """Share of the light that is lost in the corners."""
    haze: tuple[float, float, float, float]
    """A bright spot: x and y as parts of the frame, its radius as a part, its light in 0..1."""
    noise: float
    """Standard deviation, in levels of 0..255."""
    blur: float
    """Radius in thousandths of the frame's width."""
    sharpening: float
    """0..1: of the edges."""
    jpeg: int
    """Quality, 0 where no such compression was used."""
    colours: int
    """Colours of the palette, 0 for none."""
    dither: bool
    """Whether the palette's gaps are filled by dots."""


def draw_sensor(rng: np.random.Generator) -> Sensor:
    """Draw a sensor."""
    warm = rng.normal(0, 0.03)
    palette = rng.random() < 0.4
    return Sensor(
        exposure=rng.uniform(0.87, 1.17),
        balance=(1 + warm, 1 + rng.normal(0, 0.015), 1 - warm * 1.3),
        contrast=rng.uniform(0, 1),
        veil=rng.uniform(0, 0.14) if rng.random() < 0.7 else 0.0,
        drift=rng.exponential(0.003),
        vignette=rng.uniform(0, 0.25),
        haze=(rng.uniform(0, 1), rng.uniform(0, 1), rng.uniform(0.15, 0.5), rng.uniform(0, 0.6)),
        noise=min(rng.exponential(1.0), 4.0),
        blur=rng.uniform(0, 5) if rng.random() < 0.5 else 0.0,
        sharpening=rng.uniform(0, 1.0) if rng.random() < 0.75 else 0.0,
        jpeg=int(rng.integers(50, 95)) if rng.random() < 0.7 else 0,
        colours=int(rng.integers(128, 257)) if palette else 0,
        dither=bool(rng.random() < 0.7),
    )


def expose(frames: Frames, sensor: Sensor, rng: np.random.Generator) -> Frames:
    """Give frames (T, H, W, 3) as the sensor shows them."""
    length, height, width = frames.shape[:3]
    light = _light(sensor, height, width)
    drift = np.exp(np.cumsum(rng.normal(0, sensor.drift, (length, 1)), 0) + _wander(rng, length, sensor.drift / 3))
    gains = sensor.exposure * np.array(sensor.balance) * drift
    palette = None
    shown = np.empty_like(frames)
    for number, frame in enumerate(frames):
        picture = _optics(frame, sensor, light, gains[number])
        picture += rng.normal(0, sensor.noise, (height, width, 1)).astype(np.float32)
        picture += rng.normal(0, sensor.noise * 0.4, picture.shape).astype(np.float32)
        image = Image.fromarray(picture.clip(0, 255).astype(np.uint8))
        if sensor.jpeg and min(height, width) >= _COMPRESSED:
            image = _jpeg(image, sensor.jpeg)
        if sensor.colours:
            palette = palette or image.quantize(sensor.colours, Image.Quantize.MEDIANCUT)
            dither = Image.Dither.FLOYDSTEINBERG if sensor.dither else Image.Dither.NONE
            image = image.quantize(palette=palette, dither=dither).convert("RGB")
        shown[number] = np.asarray(image)
    return shown


def _light(sensor: Sensor, height: int, width: int) -> npt.NDArray[np.float32]:
    """Factor on the light of every pixel (H, W, 1), and above 1 where the bright spot is."""
    y, x = np.mgrid[:height, :width]
    x, y = (x + 0.5) / width, (y + 0.5) / height
    corners = 1 - sensor.vignette * ((x - 0.5) ** 2 + (y - 0.5) ** 2) * 2
    left, top, radius, strength = sensor.haze
    spot = strength * np.exp(-((x - left) ** 2 + ((y - top) * 1.6) ** 2) / (2 * radius**2))
    return np.asarray((corners * (1 + spot))[..., None], np.float32)


def _wander(rng: np.random.Generator, length: int, step: float) -> npt.NDArray[np.float64]:
    """A random walk of three channels, (T, 3)."""
    return np.cumsum(rng.normal(0, step, (length, 3)), axis=0)


def _optics(
    frame: Frames, sensor: Sensor, light: npt.NDArray[np.float32], gains: npt.NDArray[np.float64]
) -> npt.NDArray[np.float32]:
    image = Image.fromarray(frame)
    if sensor.blur:
        image = image.filter(ImageFilter.GaussianBlur(sensor.blur * frame.shape[1] / 1000))
    if sensor.sharpening:
        image = image.filter(ImageFilter.UnsharpMask(1, round(100 * sensor.sharpening), 0))
    levels = np.asarray(image, np.float32) * light * gains.astype(np.float32) / 255
    levels = np.where(levels > 0.8, 1 - 0.2 * np.exp(-(levels - 0.8) / 0.2), levels).clip(0, 1)
    curve = levels * levels * (3 - 2 * levels)
    levels = levels + sensor.contrast * (curve - levels)
    return np.asarray(255 * (sensor.veil + (1 - sensor.veil) * levels), np.float32)


def _jpeg(image: Image.Image, quality: int) -> Image.Image:
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=quality)
    return Image.open(stored).convert("RGB")
