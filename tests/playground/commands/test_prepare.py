"""From options to a game: what the player is asked, and what is made of the answer."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground.bundles.library import find_bundle
from playground.commands.play_options import PlayOptions
from playground.commands.prepare import prepare_game
from playground.engine.inference import InferenceEngine
from playground.pictures.box_cut import AgentQuestion, Levels
from playground.pictures.picture import load_picture


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    """A tall cut-out that fills most of its picture, in two colours."""
    pixels = np.zeros((20, 12, 4), np.uint8)
    pixels[1:19, 2:10] = (200, 30, 30, 255)
    pixels[10:19, 2:10] = (30, 30, 200, 255)
    Image.fromarray(pixels).save(tmp_path / "cut.png")
    return tmp_path / "cut.png"


def test_a_cut_out_that_is_marked_as_it_was_cut_out_is_placed_as_such(cut: Path, painted_bundle: Path) -> None:
    def confirm(question: AgentQuestion) -> Levels | None:
        return question.guess

    options = PlayOptions(images=[str(cut)], model=str(painted_bundle), paint=True)
    (start,) = prepare_game(options, confirm).world.starts
    placed = InferenceEngine(find_bundle(str(painted_bundle))).find_agent(load_picture(cut))
    assert np.array_equal(start.frame, placed.frame)
    assert np.array_equal(start.mask, placed.mask)


def test_a_part_of_it_that_is_marked_moves_alone(cut: Path, painted_bundle: Path) -> None:
    def mark(question: AgentQuestion) -> Levels | None:
        mask = np.zeros(question.pixels.shape[:2], np.float32)
        mask[1:10, 2:10] = 1
        return mask

    options = PlayOptions(images=[str(cut)], model=str(painted_bundle), paint=True)
    (start,) = prepare_game(options, mark).world.starts
    moving, staying = (start.frame[there].mean(0) for there in (start.mask > 0.9, start.mask < 0.1))
    assert moving[0] > 150 and moving[2] < 60
    assert (start.frame[start.mask < 0.1][:, 2] > 150).any() and staying[0] < 150
