"""The tiny bundle that the other tests play: real, small, and able to find its agent."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from safetensors import safe_open

from glass.config import Config, from_dict
from glass.model import Glass
from glass.training.checkpoint import copy_matching
from playground import Action, Engine
from playground.bundles.library import find_bundle
from tests.fixtures.tiny_world import HEIGHT, WIDTH, TinyWorld

LARGEST = 600_000


@pytest.fixture(scope="module")
def engine(tiny_bundle: Path) -> Engine:
    return Engine.load(tiny_bundle)


def overlap(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Intersection over union."""
    return float((one & other).sum() / (one | other).sum())


def test_it_is_small_and_whole(tiny_bundle: Path) -> None:
    assert sum(path.stat().st_size for path in tiny_bundle.rglob("*")) < LARGEST
    bundle = find_bundle(tiny_bundle)
    bundle.verify()
    manifest = bundle.manifest
    assert (manifest.name, manifest.frame_size, manifest.window, manifest.codes) == ("tiny", (WIDTH, HEIGHT), 16, 4)
    assert 2 <= len(manifest.starts) <= 3
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in tiny_bundle.rglob("*"))


def test_its_weights_fit_the_model_of_today(tiny_bundle: Path) -> None:
    path = tiny_bundle / "weights.safetensors"
    with safe_open(path, framework="np") as file:
        model = Glass(from_dict(Config, json.loads(file.metadata()["config"])))
    assert copy_matching(path, model) == set(model.state_dict()), "run tests/fixtures/make_tiny.py"


def test_it_finds_its_agent_in_its_start_frames(engine: Engine, tiny_bundle: Path) -> None:
    for start in sorted((tiny_bundle / "starts").iterdir()):
        seen = engine.reset(Image.open(start))
        pixels = np.asarray(Image.open(start)).astype(int)
        red = pixels[..., 0] - pixels[..., 1:].max(2) > 40
        assert overlap(seen.mask, red) > 0.5


def test_it_finds_figures_it_never_saw(engine: Engine) -> None:
    world = TinyWorld(empty=0.0)
    clips = [world.draw(np.random.default_rng(5000 + seed), 1) for seed in range(10)]
    masks = engine.segment(np.concatenate([clip.frames for clip in clips])) > 0.5
    found = [overlap(mask, clip.masks[0]) for mask, clip in zip(masks, clips, strict=True) if clip.masks is not None]
    assert np.mean(found) > 0.6


def test_its_local_actions_look_different(engine: Engine, tiny_bundle: Path) -> None:
    engine.reset(Image.open(tiny_bundle / "starts" / "0.png"))
    start = engine.snapshot()
    pictures = []
    for code in (1, 2, 3, 4):
        engine.restore(start)
        for _ in range(3):
            seen = engine.step(Action(local_action=code))
        pictures.append(seen.frame.astype(int))
    apart = [abs(a - b).max() for i, a in enumerate(pictures) for b in pictures[:i]]
    assert max(apart) > 60 and sum(d > 10 for d in apart) >= 4
