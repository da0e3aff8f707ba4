"""The choice of a model by the picture: by a trial, and by what the model is for."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from glass.core.errors import GlassError
from playground.bundles import library
from playground.bundles.bundle import Bundle
from playground.bundles.manifest import MaskSize
from playground.engine.inference import InferenceEngine
from playground.pictures.picture import Picture, as_picture
from playground.pictures.start import is_sure_enough
from playground.selection.model_choice import choose_engine, warn_if_ruined
from playground.selection.trial import agreed_confidence, misfit
from tests.playground.conftest import make_graph, write_manifest

Pixels = NDArray[np.uint8]
KEEPING_STEP = """
step (float[1,1] state, float[1,4,16,16] appearance_0, float[1,3] appearance_1, int64[1] local_action, float[1,2] shift)
    => (float[1,4,16,16] crop, float[1,1] next_state) {
    nought = Constant<value = float {0.0}>()
    silent = Mul(appearance_1, nought)
    still = Mul(shift, nought)
    first = ReduceSum<keepdims = 0>(silent)
    second = ReduceSum<keepdims = 0>(still)
    ignored = Add(first, second)
    next_state = Add(state, ignored)
    columns = Constant<value = int64[1,1,1,16] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}>()
    end = Constant<value = int64 {9}>()
    two = Constant<value = int64 {2}>()
    inside = Less(columns, end)
    quiet = LessOrEqual(local_action, two)
    shown = Or(inside, quiet)
    share = Cast<to = 1>(shown)
    crop = Mul(appearance_0, share)
}
"""
"""Paints the agent as it is; local actions 3 and 4 hide its right third."""


def find_bundles(shelf: Path, *names: str) -> list[Bundle]:
    return [library.find_bundle(shelf / name) for name in names]


@pytest.fixture
def shelf(own_bundle: Path) -> Path:
    """A folder of models: `painted` ruins colours, `keeping` does not, `shy` takes agents of over half a frame only.

    `reaching` keeps them too, and its agents reach in from the top edge.
    """
    shelf = own_bundle.parent
    for name in ("keeping", "shy", "reaching"):
        shutil.copytree(own_bundle, shelf / name)
        (shelf / name / "step.onnx").write_bytes(make_graph(KEEPING_STEP))
        write_manifest(shelf / name)
    edit_manifest(shelf / "shy", '"min": 0.01', '"min": 0.5')
    edit_manifest(shelf / "shy", '"max": 0.3', '"max": 0.9')
    edit_manifest(shelf / "reaching", '"licence"', '"enters": "top", "licence"')
    return shelf


def edit_manifest(folder: Path, old: str, new: str) -> None:
    place = folder / "manifest.json"
    text = place.read_text()
    assert old in text
    place.write_text(text.replace(old, new, 1))


def write_wide(shelf: Path, moving_bundle: Path) -> None:
    """Add a model that moves the pixels of small agents in their scene."""
    shutil.copytree(moving_bundle, shelf / "wide")
    edit_manifest(shelf / "wide", '"min": 0.01', '"min": 0.001')
    edit_manifest(shelf / "wide", '"max": 0.3', '"max": 0.06')


@pytest.fixture
def small_scene(paint: Callable[..., Pixels]) -> Pixels:
    """A frame with an agent of 4 by 6 pixels."""
    pixels = paint(None)
    pixels[10:16, 12:16] = (255, 0, 0)
    return pixels


@pytest.fixture
def cut_out(paint: Callable[..., Pixels]) -> Picture:
    """A cut-out agent, half red and half dark red."""
    pixels = np.dstack([paint(), np.zeros((24, 32), np.uint8)])
    pixels[8:16, 12:18, 3] = 255
    return as_picture(pixels, "a.png")


def test_the_model_that_keeps_the_picture_is_chosen_and_says_so(shelf: Path, paint: Callable[..., Pixels]) -> None:
    bundles = find_bundles(shelf, "keeping", "painted", "shy")
    choice = choose_engine(as_picture(paint().repeat(2, 0).repeat(2, 1), "a.png"), bundles)
    assert choice.engine.manifest.name == "keeping"
    assert choice.note.startswith("model keeping keeps it as it is (not painted: it loses its colours (")
    assert "shy finds no agent" in choice.note
    assert np.array_equal(choice.start.frame, paint())
    large = paint(None)
    large[:, 9:25] = (255, 0, 0)
    assert choose_engine(as_picture(large), bundles).engine.manifest.name == "shy"


def test_a_picture_in_which_no_model_finds_an_agent(shelf: Path, paint: Callable[..., Pixels]) -> None:
    with pytest.raises(GlassError, match=r"a\.png: no agent found by any model \(keeping, shy\); try"):
        choose_engine(as_picture(paint(None), "a.png"), find_bundles(shelf, "keeping", "shy"))
    with pytest.raises(GlassError, match="no agent found by model 'painted'"):
        choose_engine(as_picture(paint(None)), find_bundles(shelf, "painted"))


def test_a_picture_that_every_model_would_ruin_is_refused(shelf: Path, paint: Callable[..., Pixels]) -> None:
    with pytest.raises(GlassError, match=r"a\.png: for no model here \(not painted: it loses .* with --model painted"):
        choose_engine(as_picture(paint(), "a.png"), find_bundles(shelf, "painted", "shy"))


def test_what_no_other_keeps_is_for_a_model_that_moves_pixels(
    shelf: Path, moving_bundle: Path, cut_out: Picture
) -> None:
    choice = choose_engine(cut_out, [library.find_bundle(moving_bundle), *find_bundles(shelf, "painted")])
    assert choice.engine.manifest.name == "moving"
    assert choice.start.own is not None
    assert "not painted: " in choice.note
    kept = choose_engine(cut_out, [library.find_bundle(moving_bundle), *find_bundles(shelf, "keeping")])
    assert kept.engine.manifest.name == "keeping"


def test_a_model_of_small_agents_in_their_scene_is_not_for_cut_outs(
    shelf: Path, moving_bundle: Path, cut_out: Picture
) -> None:
    write_wide(shelf, moving_bundle)
    choice = choose_engine(cut_out, [*find_bundles(shelf, "wide"), library.find_bundle(moving_bundle)])
    assert choice.start.own is not None and choice.engine.manifest.mask_size.max == 0.3
    assert "its agents are small in a wide scene" in choice.note


def test_a_model_that_sees_its_whole_scene_comes_before_one_that_does_not_know_it(
    shelf: Path, moving_bundle: Path, small_scene: Pixels
) -> None:
    write_wide(shelf, moving_bundle)
    edit_manifest(shelf / "keeping", '"min": 0.01', '"min": 0.005')
    bundles = find_bundles(shelf, "keeping", "wide")
    choice = choose_engine(as_picture(small_scene.repeat(2, 0).repeat(2, 1)), bundles)
    assert choice.engine.manifest.name == "moving" and "keeping would do, too" in choice.note
    higher = np.concatenate([small_scene, small_scene[:8]])
    assert choose_engine(as_picture(higher), bundles).engine.manifest.name == "keeping"


def test_an_agent_that_was_found_is_not_told(shelf: Path, moving_bundle: Path, small_scene: Pixels) -> None:
    """Its model is as sure of it as when it found it, and not as of what it sees of it at the picture's own size."""
    write_wide(shelf, moving_bundle)
    picture = as_picture(small_scene)
    engine = InferenceEngine(find_bundles(shelf, "wide")[0])
    start = engine.find_agent(picture)
    assert start.background is not None and is_sure_enough(start.confidence, engine.manifest)
    assert agreed_confidence(engine, picture, replace(start, mask=1 - start.mask)) == start.confidence
    assert not misfit(engine, picture, start, start.confidence)
    higher = as_picture(np.concatenate([small_scene, small_scene[:8]]))
    again = engine.find_agent(higher)
    assert agreed_confidence(engine, higher, replace(again, mask=1 - again.mask)) < 0.05


def test_of_small_agents_most_is_outline_so_less_makes_sure(moving_bundle: Path) -> None:
    manifest = library.find_bundle(moving_bundle).manifest
    small = replace(manifest, mask_size=MaskSize(0.001, 0.06))
    assert small.has_small_agents and not manifest.has_small_agents
    assert is_sure_enough(0.35, small) and not is_sure_enough(0.35, manifest) and not is_sure_enough(0.2, small)


def test_a_model_that_does_not_know_a_cut_out_agent_is_not_tried(shelf: Path, moving_bundle: Path) -> None:
    blue = np.zeros((20, 20, 4), np.uint8)
    blue[4:16, 6:14] = (0, 0, 255, 255)
    choice = choose_engine(as_picture(blue), [*find_bundles(shelf, "keeping"), library.find_bundle(moving_bundle)])
    assert choice.engine.manifest.name == "moving"
    assert "not keeping: it does not know such an agent" in choice.note


def test_pixel_art_of_another_grid_is_not_for_a_model_that_paints(
    shelf: Path, moving_bundle: Path, cut_out: Picture
) -> None:
    bundles = [*find_bundles(shelf, "keeping"), library.find_bundle(moving_bundle)]
    small = cut_out.image.crop((12, 8, 18, 16)).resize((3, 4), Image.Resampling.NEAREST)
    canvas = Image.new("RGBA", (8, 8))
    canvas.paste(small, (2, 2))
    choice = choose_engine(as_picture(canvas), bundles)
    assert choice.engine.manifest.name == "moving"
    assert "not keeping: its own pixel art is of another size" in choice.note


def test_an_agent_that_reaches_in_is_for_pictures_whose_agent_does(
    shelf: Path, paint: Callable[..., Pixels], cut_out: Picture
) -> None:
    bundles = find_bundles(shelf, "reaching", "keeping")
    for picture in (as_picture(paint()), cut_out):
        choice = choose_engine(picture, bundles)
        assert choice.engine.manifest.name == "keeping"
        assert "not reaching: its agents reach in from the top edge" in choice.note
    arm = paint((12, 0))
    assert choose_engine(as_picture(arm), find_bundles(shelf, "reaching", "painted")).engine.manifest.name == "reaching"
    tie = choose_engine(as_picture(arm), bundles)
    assert (tie.engine.manifest.name, "reaching would do, too" in tie.note) == ("keeping", True)
    through = paint(None)
    through[:, 12:15] = (255, 0, 0)
    with pytest.raises(GlassError, match="not reaching: its agents reach in from the top edge"):
        choose_engine(as_picture(through), find_bundles(shelf, "reaching", "shy"))


def test_a_damaged_model_is_passed_over_and_told(shelf: Path, paint: Callable[..., Pixels]) -> None:
    (shelf / "shy" / "CARD.md").write_text("other")
    choice = choose_engine(as_picture(paint()), find_bundles(shelf, "keeping", "shy"))
    assert choice.engine.manifest.name == "keeping"
    assert "shy cannot be used" in choice.note


def test_a_single_model_is_taken_without_a_trial(shelf: Path, paint: Callable[..., Pixels]) -> None:
    choice = choose_engine(as_picture(paint()), find_bundles(shelf, "painted"))
    assert (choice.note, choice.start.mask.any()) == ("", True)


def test_a_model_that_was_asked_for_and_ruins_the_picture_is_warned_of(
    shelf: Path, paint: Callable[..., Pixels]
) -> None:
    picture, bundles = as_picture(paint()), find_bundles(shelf, "keeping", "painted", "shy")
    said = warn_if_ruined(choose_engine(picture, bundles[1:2]), picture, bundles)
    assert said.startswith("model 'painted' does not keep the picture as it is: it loses its colours (")
    assert said.endswith("; better with --model keeping")
    assert not warn_if_ruined(choose_engine(picture, bundles[1:2]), picture, bundles[1:2]).endswith("keeping")
    assert warn_if_ruined(choose_engine(picture, bundles[:1]), picture, bundles) == ""


def test_a_drawing_on_a_ground_of_one_colour_is_cut_out(shelf: Path) -> None:
    drawing = np.full((300, 250, 3), 250, np.uint8)
    drawing[100:220, 80:170] = (255, 0, 0)
    choice = choose_engine(as_picture(drawing, "a.png"), find_bundles(shelf, "keeping", "shy"))
    assert choice.engine.manifest.name == "keeping"
    assert choice.note.startswith("cut out of its plain ground; model keeping keeps it as it is")


def test_a_picture_that_no_model_can_use_says_why(shelf: Path) -> None:
    nothing = np.zeros((24, 32, 4), np.uint8)
    with pytest.raises(GlassError, match=r"a\.png: transparent all over"):
        choose_engine(as_picture(nothing, "a.png"), find_bundles(shelf, "keeping", "shy"))
