"""From options to a game: what the player is asked, and what is made of the answer."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from playground.bundles.library import find_bundle
from playground.commands.play_options import PlayOptions
from playground.commands.prepare import prepare_game
from playground.engine.inference import InferenceEngine
from playground.pictures.box_cut import AgentQuestion, Levels
from playground.pictures.faces import Faces
from playground.pictures.picture import load_picture
from playground.pictures.start import agreement
from tests.playground.conftest import write_painted_bundle
from tests.playground.pictures.sheets.drawn_sheets import MAKER, RIGHT, Layout, draw_sheet
from tests.playground.turning_model import two_coloured, write_turning_bundle


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


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A blue disc before a ground that is not plain, in which no model knows its agent."""
    y, x = np.mgrid[:180, :240]
    noise = np.random.default_rng(0).normal(0, 6, (180, 240, 3))
    pixels = (np.dstack([60 + x / 4, 130 + x / 8, 70 + y / 4]) + noise).clip(0, 255).astype(np.uint8)
    pixels[(x - 130) ** 2 + (y - 90) ** 2 < 35**2] = (30, 40, 220)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def test_a_photo_in_which_nobody_is_sure_is_refused_or_what_stands_out_is_taken(
    photo: Path, moving_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.bundles.library.model_folders", lambda: (moving_bundle.parent,))
    write_painted_bundle(moving_bundle.parent / "painted")
    options = PlayOptions(images=[str(photo)], frames="out")
    with pytest.raises(
        GlassError, match=r"^photo\.png: no model is sure .* --mask FILE, put --crop X,Y,W,H .* --whole$"
    ):
        prepare_game(options)
    for told in ({"whole": True}, {"crop": "70,20,140,140"}):
        game = prepare_game(replace(options, **told))
        (start,) = game.world.starts
        assert start.own is not None
        blue = np.abs(start.own.frame.astype(int) - (30, 40, 220)).sum(2) < 60
        assert agreement(start.own.mask, blue.astype(np.float32)) > 0.9
        assert "what stands out is its agent" in game.notes[0]


def test_who_plays_is_asked_with_what_stands_out(
    photo: Path, moving_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.bundles.library.model_folders", lambda: (moving_bundle.parent,))
    questions: list[AgentQuestion] = []

    def confirm(question: AgentQuestion) -> Levels | None:
        questions.append(question)
        return question.guess

    (start,) = prepare_game(PlayOptions(images=[str(photo)]), confirm).world.starts
    (question,) = questions
    assert question.guess is not None and start.own is not None
    assert question.guess.sum() == pytest.approx(np.pi * 35**2, rel=0.1)
    assert start.own.mask.sum() / start.own.mask.size == pytest.approx(question.guess.mean(), rel=0.3)


def test_a_pasted_picture_needs_no_file_and_plays_with_another_model(cut: Path, painted_bundle: Path) -> None:
    options = PlayOptions(model=str(painted_bundle))
    with Image.open(cut) as image:
        game = prepare_game(options, None, image.copy())
    cut.unlink()
    assert game.name == "the clipboard"
    assert game.with_model is not None
    again = game.with_model(painted_bundle, (None,), lambda question: question.guess)
    np.testing.assert_array_equal(again.world.starts[0].frame, game.world.starts[0].frame)


def test_who_is_unsure_of_a_side_asks_for_it(tmp_path: Path) -> None:
    two_coloured().save(tmp_path / "me.png")
    bundle = write_turning_bundle(tmp_path / "turning", seen=0)
    options = PlayOptions(images=[str(tmp_path / "me.png")], model=str(bundle))
    said = "me.png: not sure which side it faces, so it never turns; --faces left or --faces right tells"
    game = prepare_game(options)
    assert said in game.notes and game.unsure_of_side
    for faces in ("left", "front"):
        told = prepare_game(replace(options, faces=faces))
        assert said not in told.notes and not told.unsure_of_side
        assert told.world.starts[0].faces == faces
    sure = prepare_game(replace(options, model=str(write_turning_bundle(tmp_path / "sure"))))
    assert said not in sure.notes
    start = prepare_game(PlayOptions(images=[str(bundle / "starts" / "0.png")], model=str(bundle)))
    assert not start.unsure_of_side and not prepare_game(PlayOptions(model=str(bundle))).unsure_of_side


@pytest.mark.parametrize("players", [1, 2])
def test_sides_that_were_told_are_kept_with_another_model(tmp_path: Path, moving_bundle: Path, players: int) -> None:
    two_coloured().save(tmp_path / "me.png")
    turning = write_turning_bundle(tmp_path / "turning")
    images = [str(tmp_path / "me.png")] * players
    game = prepare_game(PlayOptions(images=images, model=str(turning), faces="right" if players == 1 else None))
    for model, said in ((moving_bundle, "model 'moving' cannot be told which side a picture faces"), (turning, "")):
        assert game.with_model is not None
        game = game.with_model(model, ("left", "front")[:players], lambda question: question.guess)
        assert [start.faces for start in game.world.starts] == ["left", "front"][:players]
        assert game.brief == (said,) * players if said else game.brief == ()
    assert [agent.side for agent in game.world.agents] == [-1, 0][:players]


@pytest.mark.parametrize(("views", "other_row"), [((RIGHT,), "left"), (MAKER, None)])
def test_a_side_that_was_told_is_kept_in_cells_of_the_same_view(
    tmp_path: Path, views: tuple[str, ...], other_row: Faces | None
) -> None:
    draw_sheet(Layout(4, 4, views=views)).save(tmp_path / "sheet.png")
    turning = write_turning_bundle(tmp_path / "turning")
    game = prepare_game(
        PlayOptions(images=[str(tmp_path / "sheet.png")], model=str(turning), cell="0,1", faces="right")
    )
    for cell, kept in (((0, 1), "left"), ((2, 1), "left"), ((2, 2), other_row)):
        assert game.cells is not None
        assert game.cells.play(cell, ("left",)).world.starts[0].faces == kept


def test_a_model_that_cannot_be_told_plays_and_says_so(tmp_path: Path, moving_bundle: Path, cut: Path) -> None:
    game = prepare_game(PlayOptions(images=[str(cut)], model=str(moving_bundle), faces="left", script="right"))
    said = "cut.png: model 'moving' cannot be told which side a picture faces"
    assert game.notes == (said,) and game.brief == (said.removeprefix("cut.png: "),)
    assert len(list(game.frames())) == 2
