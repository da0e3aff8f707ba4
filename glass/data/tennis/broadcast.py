"""What happens to a picture between the lens and the screen: captions, exposure, colours, noise, blur, compression."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from glass.data.tennis.court import to_bytes
from glass.data.tennis.player import Colour
from glass.data.tennis.surroundings import lettering, word

Pixels = npt.NDArray[np.float32]

_LUMA = np.array([0.3, 0.59, 0.11], np.float32)


@dataclass(frozen=True)
class SignalChain:
    """Faults of one clip's way from the lens to the screen."""

    gain: tuple[float, float, float]
    """By which red, green and blue are multiplied."""
    gamma: float
    lift: float
    """0..0.1: how bright black is."""
    saturation: float
    flicker: float
    """Standard deviation of the exposure's drift from frame to frame."""
    blur: float
    """Standard deviation in pixels."""
    sharpen: float
    """0..1.2: strength of edge enhancement."""
    grain: float
    """Standard deviation of noise that stays, of 255."""
    noise: float
    """Standard deviation of noise that is new in each frame, of 255."""
    quality: int | None
    """Of JPEG compression, 25..95."""
    comb: float
    """0..0.5: how much of the frame before is seen in every other row (interlacing)."""
    blocks: float
    """0..1: how often a frame has blocks of a wrong colour."""


def to_floats(picture: Image.Image) -> Pixels:
    """Give the pixels (H, W, C) of a picture in 0..1."""
    return np.asarray(picture, np.float32) * np.float32(1 / 255)


def draw_signal(rng: np.random.Generator) -> SignalChain:
    """Make up the faults of a clip."""
    exposure = rng.uniform(0.82, 1.28)
    red, green, blue = (float(exposure * rng.normal(1, 0.06)) for _ in range(3))
    return SignalChain(
        gain=(red, green, blue),
        gamma=float(np.exp(rng.normal(0, 0.15))),
        lift=float(rng.uniform(0, 0.1)) if rng.random() < 0.5 else 0.0,
        saturation=float(rng.uniform(0.7, 1.15)),
        flicker=float(rng.uniform(0, 0.012)) if rng.random() < 0.4 else 0.0,
        blur=float(rng.uniform(0.0, 0.65)),
        sharpen=float(rng.uniform(0.2, 1.2)) if rng.random() < 0.35 else 0.0,
        grain=float(rng.uniform(0, 5)),
        noise=float(rng.uniform(0, 1.5) if rng.random() < 0.7 else rng.uniform(1.5, 6)),
        quality=int(rng.integers(30, 96)) if rng.random() < 0.75 else None,
        comb=float(rng.uniform(0.15, 0.5)) if rng.random() < 0.12 else 0.0,
        blocks=float(rng.uniform(0.05, 0.5)) if rng.random() < 0.25 else 0.0,
    )


class Transmission:
    """Sends the frames of one clip through a signal chain, in order."""

    def __init__(
        self, rng: np.random.Generator, chain: SignalChain, frame_size: tuple[int, int], squeeze: float
    ) -> None:
        """Draw the captions, and the noise that stays, for frames that were made so much flatter (1: not at all)."""
        width, height = frame_size
        self._rng, self._chain = rng, chain
        self.captions = draw_captions(rng, frame_size, squeeze)
        """(H, W, 4): RGBA in 0..1 of what is laid over every frame."""
        self._grain = (chain.grain / 255 * rng.standard_normal((height, width, 1))).astype(np.float32)
        self._exposure = 1.0
        self._before: Pixels | None = None
        self._gain = np.array(chain.gain, np.float32)

    def send(self, frame: Pixels) -> npt.NDArray[np.uint8]:
        """Give what arrives (H, W, 3), 0..255, of a frame of RGB in 0..1."""
        chain, rng = self._chain, self._rng
        frame = frame + self._grain
        if chain.comb:
            before = self._before if self._before is not None else frame
            self._before = frame.copy()
            frame[1::2] += chain.comb * (before[1::2] - frame[1::2])
        self._exposure += float(rng.normal(0, 1)) * chain.flicker + 0.1 * (1 - self._exposure)
        frame = frame * (self._gain * np.float32(self._exposure))
        grey = (frame @ _LUMA)[..., None]
        frame = np.asarray(grey + chain.saturation * (frame - grey), np.float32)
        frame = np.float32(chain.lift) + np.float32(1 - chain.lift) * _shoulder(frame) ** np.float32(chain.gamma)
        frame += self.captions[..., 3:] * (self.captions[..., :3] - frame)
        if chain.blur > 0.15:
            frame = _blur(frame, chain.blur)
        if chain.sharpen:
            frame += chain.sharpen * (frame - _blur(frame, 0.8))
        if chain.noise:
            frame += chain.noise / 255 * rng.standard_normal(frame.shape, dtype=np.float32)
        if chain.blocks and rng.random() < chain.blocks:
            self._spoil(frame)
        picture = (frame.clip(0, 1) * 255 + 0.5).astype(np.uint8)
        return picture if chain.quality is None else _compressed(picture, chain.quality)

    def _spoil(self, frame: Pixels) -> None:
        """Tint some blocks, as broken prediction of chroma does."""
        rng = self._rng
        height, width = frame.shape[:2]
        tint = rng.uniform(-0.12, 0.12, 3).astype(np.float32)
        for _ in range(int(rng.integers(1, 14))):
            x, y = 8 * int(rng.integers(width // 8)), 8 * int(rng.integers(height // 8))
            part = frame[y : y + 8 * int(rng.integers(1, 5)), x : x + 8]
            part += tint * (np.sin(np.arange(part.shape[1]) * 0.8, dtype=np.float32) > 0)[None, :, None]


def _shoulder(frame: Pixels) -> Pixels:
    """Bend what is brighter than 0.75 towards 1, as cameras do, and cut what is below 0."""
    over = np.maximum(frame - 0.75, 0)
    return np.asarray(np.maximum(np.minimum(frame, 0.75) + over / (1 + 3 * over), 0), np.float32)


def _blur(frame: Pixels, sigma: float) -> Pixels:
    """Blur by a kernel of three pixels of a standard deviation below 0.82 pixels."""
    side = min(sigma * sigma / 2, 1 / 3)
    for axis in (0, 1):
        padded = np.pad(frame, [(1, 1) if i == axis else (0, 0) for i in range(3)], mode="edge")
        before, after = (padded[:-2], padded[2:]) if axis == 0 else (padded[:, :-2], padded[:, 2:])
        frame = ((1 - 2 * side) * frame + side * (before + after)).astype(np.float32)
    return frame


def _compressed(picture: npt.NDArray[np.uint8], quality: int) -> npt.NDArray[np.uint8]:
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


def draw_captions(rng: np.random.Generator, frame_size: tuple[int, int], squeeze: float) -> Pixels:
    """Draw a scoreboard and a station's mark, or none, (H, W, 4) of RGBA in 0..1; see `Transmission`."""
    width, height = (side * 3 for side in frame_size)
    picture = Image.new("RGBA", (width, round(height / squeeze)))
    if rng.random() < (0.25 if squeeze > 0.9 else 0.8):
        _draw_scoreboard(rng, picture)
    if rng.random() < 0.4:
        mark = lettering(rng, max(int(width / 20 * rng.uniform(0.5, 0.9)), 8), (0.95, 0.95, 0.97))
        mark.putalpha(mark.getchannel("A").point(lambda alpha: alpha * 0.8))
        x = width * 0.03 if rng.random() < 0.5 else width * 0.96 - mark.width
        picture.alpha_composite(mark, (max(int(x), 0), int(picture.height * rng.uniform(0.03, 0.08))))
    small = picture.resize(frame_size, Image.Resampling.BOX)
    return to_floats(small)


def _draw_scoreboard(rng: np.random.Generator, picture: Image.Image) -> None:
    """Draw two names with their games and points, most often in the lower left corner."""
    draw = ImageDraw.Draw(picture)
    row = picture.width * rng.uniform(0.034, 0.048)
    left, high = picture.width * rng.uniform(0.03, 0.11), picture.height
    top = high * rng.uniform(0.03, 0.12) if rng.random() < 0.3 else high * rng.uniform(0.92, 0.98) - 2 * row
    shade = float(rng.uniform(0.03, 0.12)) if rng.random() < 0.7 else float(rng.uniform(0.3, 0.95))
    paper: Colour = (shade, float(shade * rng.uniform(0.8, 1.2)), float(shade * rng.uniform(0.8, 1.4)))
    ink: Colour = (0.95, 0.95, 0.95) if shade < 0.5 else (0.05, 0.05, 0.05)
    long = row * rng.uniform(3.2, 5.0)
    draw.rectangle((left, top, left + long, top + 2 * row), fill=(*to_bytes(paper), 240))
    games = (left + long * 0.64, top, left + long * 0.78, top + 2 * row)
    draw.rectangle(games, fill=(*to_bytes((0.85, 0.65, 0.15)), 255))
    font = ImageFont.load_default(max(int(row * 0.72), 6))
    for line in (0, 1):
        at = top + line * row
        draw.text((left + row * 0.2, at), word(rng, 3).title(), font=font, fill=to_bytes(ink))
        draw.text((left + long * 0.67, at), str(int(rng.integers(7))), font=font, fill=to_bytes((0.1, 0.1, 0.1)))
        draw.text((left + long * 0.82, at), str(rng.choice(["0", "15", "30", "40"])), font=font, fill=to_bytes(ink))
