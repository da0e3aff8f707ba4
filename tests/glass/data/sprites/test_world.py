"""The world: its truth against its own frames, and how things move in it."""

from itertools import groupby, pairwise

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from glass.core.errors import GlassError
from glass.data.core.clip import ACTIONS, CELL, CYCLE, Character, Clip
from glass.data.sprites.camera import BACKGROUND_SIZE, Background
from glass.data.sprites.world import Walk, WorldConfig, render_clip

GREY = Background.of(np.full((BACKGROUND_SIZE, BACKGROUND_SIZE, 3), 77, np.uint8), (128, 96))


def smooth_background() -> Background:
    """Noise whose finest waves are some 45 pixels long."""
    noise = np.random.default_rng(3).integers(0, 256, (12, 12, 3), np.uint8)
    size = (BACKGROUND_SIZE, BACKGROUND_SIZE)
    return Background.of(np.asarray(Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)), (128, 96))


def film(character: Character, length: int, seed: int = 0, config: WorldConfig | None = None) -> Clip:
    """A clip before plain grey."""
    return render_clip(np.random.default_rng(seed), character, GREY, length, config or WorldConfig(), "test")


def shown_cell(clip: Clip, t: int, character: Character) -> npt.NDArray[np.uint8]:
    """The only cell of the frame's action that explains the frame, shifted to where the truth says the agent is."""
    assert clip.actions is not None and clip.positions is not None
    left, top = (clip.positions[t] - CELL / 2).astype(int)
    found = []
    for cell in character.cells[clip.actions[t]]:
        canvas = np.zeros((96 + 2 * CELL, 128 + 2 * CELL, 4), np.uint8)
        canvas[top + CELL : top + 2 * CELL, left + CELL : left + 2 * CELL] = cell
        visible = canvas[CELL:-CELL, CELL:-CELL]
        solid = visible[..., 3] > 127
        if (clip.frames[t][solid] == visible[solid][:, :3]).all():
            found.append(visible)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("edge", [0.0, 1.0])
def test_frames_show_what_the_truth_says(character: Character, edge: float) -> None:
    clip = film(character, 60, config=WorldConfig(edge=edge))
    assert clip.masks is not None and clip.positions is not None and clip.foreground_shifts is not None
    for t in range(len(clip)):
        visible = shown_cell(clip, t, character)
        assert (clip.masks[t] == (visible[..., 3] > 127)).all()
        assert (clip.frames[t][~clip.masks[t]] == 77).all()
    assert (clip.positions[0] + np.cumsum(clip.foreground_shifts, axis=0) == clip.positions[1:]).all()


def test_background_shifts_are_those_of_the_frames(character: Character) -> None:
    world = WorldConfig(empty=1.0)
    clip = render_clip(np.random.default_rng(4), character, smooth_background(), 120, world, "test")
    assert clip.background_shifts is not None
    frames = clip.frames.astype(float)
    for shift, before, after in zip(clip.background_shifts, frames, frames[1:], strict=False):
        gradients = np.gradient((before + after) / 2, axis=(1, 0))
        slopes = np.stack([gradient[4:-4, 4:-4].ravel() for gradient in gradients], axis=1)
        measured = np.linalg.lstsq(slopes, (before - after)[4:-4, 4:-4].ravel(), rcond=None)[0]
        assert measured == pytest.approx(shift, abs=0.05)
    assert {tuple(abs(shift)) for shift in clip.background_shifts} >= {(0.0, 0.75), (1.0, 0.0)}


def test_the_same_seed_gives_the_same_bytes(character: Character) -> None:
    one, same, other = (film(character, 30, seed) for seed in (5, 5, 6))
    assert one.frames.tobytes() == same.frames.tobytes() != other.frames.tobytes()


def test_walking_goes_seven_pixels_with_the_cycle_of_its_direction(character: Character) -> None:
    clip = film(character, 600)
    assert clip.foreground_shifts is not None and clip.actions is not None
    lengths = np.abs(clip.foreground_shifts).sum(axis=1)
    assert lengths.max() == 7 and (lengths == 7).mean() > 0.3
    names = [ACTIONS[action] for action in clip.actions[1:]]
    for (dx, dy), name in zip(clip.foreground_shifts, names, strict=True):
        if dx or dy:
            assert name == ("walk right" if dx > 0 else "walk left" if dx < 0 else "walk front")
    assert all(group in " ".join(names) for group in ACTIONS)


def test_standing_actions_last_four_to_eight_frames_and_change(character: Character) -> None:
    clip = film(character, 900, seed=8)
    assert clip.actions is not None
    runs = [(action, len(list(frames))) for action, frames in groupby(clip.actions.tolist())]
    standing = [(run, following) for run, following in pairwise(runs) if run[0] >= 3]
    assert all(length <= 8 for (_, length), _ in standing)
    uncut = [length for (_, length), (following, _) in standing if following >= 3]
    assert set(uncut) == {4, 5, 6, 7, 8}


def test_cycles_advance_frame_by_frame(character: Character) -> None:
    clip = film(character, 40)
    assert clip.actions is not None
    phases = []
    for t in range(len(clip)):
        cells = character.cells[clip.actions[t]]
        visible = shown_cell(clip, t, character)
        pixels = visible[visible[..., 3] > 127]
        phases.append(next(k for k in range(CYCLE) if (cells[k][cells[k][..., 3] > 127] == pixels).all()))
    for t in range(len(clip) - 1):
        if clip.actions[t] == clip.actions[t + 1]:
            assert phases[t + 1] == (phases[t] + 1) % CYCLE


def test_an_empty_clip_has_no_agent(character: Character) -> None:
    clip = film(character, 20, config=WorldConfig(empty=1.0))
    assert clip.masks is not None and clip.actions is not None and clip.foreground_shifts is not None
    assert (clip.frames == 77).all() and not clip.masks.any() and clip.character == ""
    assert (clip.actions == -1).all() and not clip.foreground_shifts.any()


def test_at_the_edge_half_the_cell_may_be_outside(character: Character) -> None:
    positions = np.concatenate([film(character, 60, s, WorldConfig(edge=1.0)).positions for s in range(8)])
    assert positions.min(axis=0) == pytest.approx([0, 0]) and positions.max(axis=0) == pytest.approx([127, 95])
    inside = np.concatenate([film(character, 60, s).positions for s in range(8)])
    assert inside.min(axis=0) == pytest.approx([32, 32]) and inside.max(axis=0) == pytest.approx([95, 63])


def test_a_walk_stays_on_its_grid() -> None:
    walk = Walk(np.random.default_rng(0), range(-3, 5), range(2, 4), step=7, inertia=0.5)
    for _ in range(200):
        x, y = walk.x, walk.y
        assert walk.tick() == (walk.x - x, walk.y - y)
        assert -3 <= walk.x < 5 and 2 <= walk.y < 4


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"empty": 1.5}, "empty=1.5: must be a probability"),
        ({"frame_size": (128, 64)}, "frame_size"),
        ({"step": 0}, "step=0: must be above 0"),
    ],
)
def test_a_world_checks_its_values(values: dict[str, float], message: str) -> None:
    with pytest.raises(GlassError, match=message):
        WorldConfig(**values)  # type: ignore[arg-type]


def test_a_clip_has_at_least_a_frame(character: Character) -> None:
    with pytest.raises(GlassError, match="clip of 0 frames"):
        film(character, 0)
