"""Clips to try learning on, as video files: games and simulations that nobody here drew, and characters with the truth.

`python -m benchmarks.material NAME FILE.mp4` writes a minute of NAME: an Atari game (`Freeway`, `Tennis`, `Breakout`;
needs `pip install ale-py`, whose wheel brings the games), an environment of gymnasium (`HalfCheetah-v5`; needs
`pip install 'gymnasium[mujoco]'`), or a source of clips with the truth, such as `folk:split=test`.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.data.robot.graphics import choose_graphics
from glass.data.sources import WorldSource, open_source

SKIP = 4
"""Frames of an Atari game that an action is held for; 60 a second are shown."""

HELD = (4, 14)
"""Fewest and most ticks that a random player keeps to an action, so that the agent gets somewhere."""

SHORT_SIDE = 384
"""Pixels of the shorter side of a video, about; small frames are enlarged by a whole number."""


@dataclass(frozen=True)
class Film:
    """A clip to learn from."""

    frames: NDArray[np.uint8]
    """(T, H, W, 3): RGB in 0..255."""
    rate: float
    """Frames a second."""
    truth: Clip | None = None
    """The same with what is known of it; None where nothing is."""


@dataclass(frozen=True)
class Game:
    """How an Atari game is filmed."""

    actions: tuple[int, ...]
    """What a random player chooses from: 0 nothing, 1 fire, 2 up, 3 right, 4 left, 5 down, 6 to 9 diagonals."""
    rows: tuple[int, int]
    """First row of the picture and the one after the last: what shows one agent alone, without the score."""
    points: int = 10**6
    """Points after which it begins anew."""


GAMES = {
    "Freeway": Game((2, 2, 5, 0), (14, 196)),
    "Tennis": Game((0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (14, 98), points=3),
    "Breakout": Game((1, 3, 4, 0), (0, 210)),
}


def _held(rng: np.random.Generator, choose: Callable[[], Any]) -> Iterator[Any]:
    """Choose an action again and again, and keep to each for a while."""
    while True:
        chosen = choose()
        for _ in range(int(rng.integers(*HELD))):
            yield chosen


def atari(name: str, seconds: float, seed: int) -> Film:
    """Film a game played at random.

    Raises:
        GlassError: ale-py is not installed.
    """
    try:
        import ale_py
    except ModuleNotFoundError:
        raise GlassError(f"{name}: needs ale-py, with the games in its wheel; pip install ale-py") from None
    game, rng = GAMES[name], np.random.default_rng(seed)
    ale_py.ALEInterface.setLoggerMode(ale_py.LoggerMode.Error)
    ale = ale_py.ALEInterface()
    ale.setInt("random_seed", seed)
    ale.setFloat("repeat_action_probability", 0.0)
    rom = ale_py.roms.get_rom_path(name.lower())
    assert rom is not None
    ale.loadROM(rom)
    frames, points = [], 0
    for action in _held(rng, lambda: int(rng.choice(game.actions))):
        points += int(sum(abs(ale.act(action)) for _ in range(SKIP)))
        if ale.game_over() or points >= game.points:
            ale.reset_game()
            points = 0
        frames.append(ale.getScreenRGB()[game.rows[0] : game.rows[1]])
        if len(frames) >= seconds * 60 / SKIP:
            break
    return Film(np.stack(frames), 60 / SKIP)


def gymnasium_film(name: str, seconds: float, seed: int) -> Film:
    """Film an environment whose agent acts at random.

    Raises:
        GlassError: gymnasium or what the environment needs is not installed, or there is no such environment.
    """
    try:
        import gymnasium
    except ModuleNotFoundError:
        raise GlassError(f"{name}: needs gymnasium; pip install 'gymnasium[mujoco]'") from None
    with suppress(GlassError):  # Not every environment draws by MuJoCo.
        choose_graphics()
    try:
        world = gymnasium.make(name, render_mode="rgb_array")
    except gymnasium.error.Error as error:
        raise GlassError(f"{name}: {error}") from None
    rng = np.random.default_rng(seed)
    rate = float(world.metadata.get("render_fps", 30))
    world.reset(seed=seed)
    world.action_space.seed(seed)
    frames = []
    for action in _held(rng, world.action_space.sample):
        _, _, ended, cut, _ = world.step(action)
        if ended or cut:
            world.reset()
        frames.append(np.asarray(world.render(), np.uint8))
        if len(frames) >= seconds * rate:
            break
    world.close()
    return Film(np.stack(frames), rate)


def world_film(spec: str, seconds: float, seed: int) -> Film:
    """Film one character of a source that knows the truth.

    Raises:
        GlassError: no such source, or one that does not draw its clips.
    """
    source = open_source(spec)
    if not isinstance(source, WorldSource):
        raise GlassError(f"{spec}: does not draw its clips; give a source such as folk:split=test")
    clip = source.draw_of(np.random.default_rng(seed), round(seconds * source.tick_rate), seed % len(source.cast))
    return Film(clip.frames, source.tick_rate, clip)


def film(name: str, seconds: float = 60.0, seed: int = 0) -> Film:
    """Film what NAME says (see above).

    Raises:
        GlassError: nothing of this name, or what it needs is not installed.
    """
    if name in GAMES:
        return atari(name, seconds, seed)
    return world_film(name, seconds, seed) if ":" in name else gymnasium_film(name, seconds, seed)


def write_film(shown: Film, path: Path) -> None:
    """Write H.264 video, enlarged by a whole number of pixels where it is small."""
    height, width = shown.frames.shape[1:3]
    scale = max(1, SHORT_SIDE // min(height, width))
    size = tuple(side * scale // 2 * 2 for side in (width, height))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=round(shown.rate))
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.options = {"crf": "18"}
        for pixels in shown.frames:
            large = pixels.repeat(scale, 0).repeat(scale, 1)[: size[1], : size[0]]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(large), format="rgb24")))
        container.mux(stream.encode())


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a video and return the exit code."""
    parser = argparse.ArgumentParser(description="Write a clip to try learning on.")
    parser.add_argument("name", help=f"{', '.join(GAMES)}, an environment of gymnasium, or a source of clips")
    parser.add_argument("file", type=Path, help="video to write")
    parser.add_argument("--seconds", type=float, default=60.0, help="length")
    parser.add_argument("--seed", type=int, default=0, help="decides everything random")
    given = parser.parse_args(arguments)
    try:
        write_film(film(given.name, given.seconds, given.seed), given.file)
    except GlassError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
