"""A model that moves pixels plays a cut-out at its own size, before its own background, and saves that."""

from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from glass.core.errors import GlassError
from playground import Action, Engine
from playground.world.history import History
from playground.world.save_file import read_save, resume, write_save
from playground.world.world import World


def cut_out(side: int, colour: tuple[int, int, int] = (200, 30, 30)) -> Image.Image:
    image = Image.new("RGBA", (side, side))
    image.paste((*colour, 255), (side // 4, side // 8, side // 2, side - side // 8))
    image.paste((20, 40, 220, 255), (side // 2, side // 8, 3 * side // 4, side - side // 8))
    image.putpixel((side // 2, side // 8 + 1), (20, 41, 220, 255))  # so that it is not taken for enlarged pixels
    return image


def test_a_large_drawing_keeps_its_size_and_its_ground(moving_bundle: Path) -> None:
    engine = Engine.load(moving_bundle)
    first = engine.reset(cut_out(400))
    height, width = first.mask.shape
    assert first.scale > 5 and (width, height) == (round(32 * first.scale), round(24 * first.scale))
    assert first.mask.sum() == 200 * 300
    ground = tuple(first.frame[0, 0])
    seen = engine.step(Action(shift=(2, 0), local_action=1))
    assert seen.frame.shape == first.frame.shape
    was, now = np.argwhere(first.mask), np.argwhere(seen.mask)
    low, high = np.minimum(was.min(0), now.min(0)) - 2, np.maximum(was.max(0), now.max(0)) + 3
    around = np.ones_like(seen.mask)
    around[low[0] : high[0], low[1] : high[1]] = False
    assert (seen.frame[around] == ground).all() and (
        seen.frame[was[:, 0].min() + 9, was[:, 1].max() + 30] == ground
    ).all()
    assert seen.position[0] - first.position[0] == pytest.approx(2 * first.scale)
    columns = np.flatnonzero(seen.mask.any(0))
    assert columns[0] - np.flatnonzero(first.mask.any(0))[0] == pytest.approx(first.scale, abs=2)


def test_a_sprite_stays_on_its_grid_in_its_own_colours(moving_bundle: Path) -> None:
    engine = Engine.load(moving_bundle)
    first = engine.reset(cut_out(16).resize((64, 64), Image.Resampling.NEAREST))
    assert first.mask.sum() == 8 * 12
    seen = engine.step(Action(local_action=4))
    agent = {tuple(one) for one in seen.frame[seen.mask].tolist()}
    assert agent == {(200, 30, 30), (20, 40, 220), (20, 41, 220)}
    left = seen.frame[np.nonzero(seen.mask)[0][0], np.flatnonzero(seen.mask.any(0))[0]]
    assert tuple(left) == (20, 40, 220)


def test_no_world_is_larger_than_it_may_be(moving_bundle: Path) -> None:
    seen = Engine.load(moving_bundle).reset(cut_out(800))
    assert seen.frame.shape[1] <= 1280 and seen.frame.shape[0] <= 960


def test_a_saved_game_goes_on_at_its_own_size(moving_bundle: Path, tmp_path: Path) -> None:
    engine = Engine.load(moving_bundle)
    world = World([engine])
    world.open([engine.find_agent(cut_out(100))])
    history = History(world)
    for code in (1, 4, 2):
        history.step([Action(shift=(1, 0), local_action=code)])
    write_save(tmp_path / "game.glass", history)
    again = resume(read_save(tmp_path / "game.glass"), [engine])
    seen, was = again.world.snapshot().observations[0], world.snapshot().observations[0]
    np.testing.assert_array_equal(seen.frame, was.frame)
    assert (seen.position, seen.scale) == (was.position, was.scale)


def test_a_saved_game_goes_on_with_its_limbs(tmp_path: Path) -> None:
    engine = Engine.load("puppets")
    world = World([engine])
    world.open([engine.find_agent(Image.open(engine.bundle.folder / engine.manifest.starts[0]))])
    history = History(world)
    for _ in range(3):
        history.step([Action(shift=(2, 0))])
    agent = world.agents[0]
    assert agent.warp is not None and agent.warp.limbs.any() and agent.limb_act.ticks == 3
    write_save(tmp_path / "game.glass", history)
    again = resume(read_save(tmp_path / "game.glass"), [engine])
    for _ in range(2):
        went_on, was = (one.step([Action(shift=(2, 0))])[0].frame for one in (again, history))
        np.testing.assert_array_equal(went_on, was)


def test_a_save_of_before_there_were_limbs_goes_on(moving_bundle: Path, tmp_path: Path) -> None:
    engine = Engine.load(moving_bundle)
    world = World([engine])
    world.open([engine.find_agent(cut_out(100))])
    history = History(world)
    history.step([Action(local_action=1)])
    write_save(tmp_path / "now.glass", history)
    with ZipFile(tmp_path / "now.glass") as now, ZipFile(tmp_path / "before.glass", "w") as before:
        for name in now.namelist():
            if not name.endswith("warp_limbs.npy"):
                before.writestr(name, now.read(name))
    again = resume(read_save(tmp_path / "before.glass"), [engine])
    np.testing.assert_array_equal(again.world.snapshot().observations[0].frame, world.snapshot().observations[0].frame)


def test_the_way_back_keeps_no_picture_that_can_be_composed_again(moving_bundle: Path) -> None:
    engine = Engine.load(moving_bundle)
    world = World([engine])
    world.open([engine.find_agent(cut_out(100))])
    history = History(world)
    frames = [history.step([Action(local_action=code)])[0].frame for code in (1, 2)]
    assert all("own_layer" not in vars(agent) for moment in history._moments for agent in moment.agents)
    seen = history.back()
    assert seen is not None
    np.testing.assert_array_equal(seen[0].frame, frames[0])


def test_a_save_whose_layers_do_not_fit_is_refused(moving_bundle: Path, tmp_path: Path) -> None:
    engine = Engine.load(moving_bundle)
    world = World([engine])
    world.open([engine.find_agent(cut_out(100))])
    history = History(world)
    history.step([Action(local_action=1)])
    agent = world.agents[0]
    assert agent.warp is not None
    world.place([replace(agent, warp=replace(agent.warp, paint=agent.warp.paint[:, :5]))], world.snapshot().backdrop)
    write_save(tmp_path / "game.glass", history)
    with pytest.raises(GlassError, match="damaged"):
        read_save(tmp_path / "game.glass")


def test_at_rest_an_agent_keeps_its_side(moving_bundle: Path, tmp_path: Path) -> None:
    engine = Engine.load(moving_bundle)
    world = World([engine])
    first = world.open([engine.find_agent(cut_out(100))])[0]
    history = History(world)

    def step(action: Action) -> tuple[list[int], bool]:
        """Play a tick; returns the agent's columns and whether its left side is red, as at first."""
        seen = history.step([action])[0]
        row = int(np.nonzero(seen.mask)[0].mean())
        columns = np.flatnonzero(seen.mask.any(0))
        return columns.tolist(), bool(seen.frame[row, columns[len(columns) // 4], 0] > 100)

    began = np.flatnonzero(first.mask.any(0))
    step(Action(local_action=4))  # mirrors it
    rest, moved = Action(hold=True, afresh=True), Action(local_action=2)
    columns, red = step(rest)
    assert (len(columns), red) == (len(began), False)
    right, red = step(moved)  # two pixels to the left, of an agent that is mirrored to the right
    assert not red and np.mean(right) > np.mean(columns)
    write_save(tmp_path / "game.glass", history)
    again = resume(read_save(tmp_path / "game.glass"), [engine])
    assert again.world.agents[0].turned
    assert np.array_equal(again.step([moved])[0].frame, history.step([moved])[0].frame)
    step(rest)
    _, red = step(Action((1, 0), local_action=2))
    assert red and not history.world.agents[0].turned


def scene(width: int, height: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A striped picture with a red agent, and the agent's mask."""
    y, x = np.mgrid[:height, :width]
    pixels = np.dstack([40 + 8 * (x % 7), 120 + 9 * (y % 5), 60 + 4 * ((x + y) % 9)]).astype(np.uint8)
    mask = np.zeros((height, width), np.float32)
    mask[height // 2 : height // 2 + 60, width // 3 : width // 3 + 40] = 1
    pixels[mask > 0] = (220, 30, 20)
    return pixels, mask


def test_a_scene_with_a_mask_is_played_at_its_own_size(moving_bundle: Path) -> None:
    pixels, mask = scene(800, 600)
    engine = Engine.load(moving_bundle)
    first = engine.reset(pixels, mask=mask)
    assert first.frame.shape == (600, 800, 3)
    np.testing.assert_array_equal(first.mask, mask > 0)
    assert (first.frame[first.mask] == (220, 30, 20)).all()
    assert first.scale == pytest.approx(60 / (0.66 * 16))
    assert first.position == pytest.approx((800 / 3 + 20, 330), abs=first.scale)
    seen = engine.step(Action(shift=(12, 0), local_action=1))
    assert seen.position[0] - first.position[0] == pytest.approx(12 * first.scale)
    far = np.ones(mask.shape, bool)
    far[280:380, 220:460] = False
    np.testing.assert_array_equal(seen.frame[far], pixels[far])
    left = mask.astype(bool) & ~seen.mask
    assert np.abs(seen.frame[left].astype(int).mean(0) - pixels[far].mean(0)).max() < 12


def test_a_wide_screenshot_is_cropped_around_its_agent_and_bounded(moving_bundle: Path) -> None:
    pixels, mask = scene(1920, 1080)
    engine = Engine.load(moving_bundle)
    first = engine.reset(pixels, mask=mask)
    assert first.frame.shape == (960, 1280, 3)
    assert 0.9 < first.mask.sum() / (mask.sum() * (960 / 1080) ** 2) < 1.1
    assert engine.world.extent == (round(1280 / first.scale), round(960 / first.scale))


def test_an_agent_that_fills_its_picture_gets_room_without_its_likeness(moving_bundle: Path) -> None:
    pixels, _ = scene(160, 120)
    mask = np.zeros((120, 160), np.float32)
    mask[10:110, 30:130] = 1
    pixels[mask > 0] = (220, 30, 20)
    first = Engine.load(moving_bundle).reset(pixels, mask=mask)
    assert first.frame.shape[0] > 120 * 1.2 and first.mask.sum() == mask.sum()
    assert (np.abs(first.frame.astype(int) - (220, 30, 20)).sum(2) < 30)[~first.mask].mean() < 0.05


def test_a_scene_is_marked_anew_and_saved(moving_bundle: Path, tmp_path: Path) -> None:
    pixels, mask = scene(400, 300)
    engine = Engine.load(moving_bundle)
    start = engine.find_agent(pixels, mask)
    assert start.own is not None
    other = np.zeros_like(mask)
    other[100:160, 200:240] = 1
    marked = engine.with_mask(start, other)
    assert marked.background is not None
    np.testing.assert_array_equal(marked.background[mask > 0], start.own.frame[mask > 0])
    world = World([engine])
    world.open([marked])
    history = History(world)
    history.step([Action(shift=(1, 0), local_action=4)])
    write_save(tmp_path / "game.glass", history)
    again = resume(read_save(tmp_path / "game.glass"), [engine]).world.snapshot().observations[0]
    np.testing.assert_array_equal(again.frame, world.snapshot().observations[0].frame)


def test_an_agent_that_is_found_in_a_screenshot_is_played_at_its_size(moving_bundle: Path) -> None:
    y, x = np.mgrid[:240, :320]
    pixels = np.stack([40 + x // 5, 90 + y // 4, 60 + (x * 5 + y * 3) % 16], 2).astype(np.uint8)
    pixels[80:160, 120:180] = (255, 0, 0)
    engine = Engine.load(moving_bundle)
    start = engine.find_agent(pixels)
    assert start.own is not None and start.own.frame.shape == (240, 320, 3) and start.confidence > 0.5
    assert np.argwhere(start.own.mask > 0.5).min(0).tolist() == [80, 120]
    assert (start.own.mask > 0.5).sum() == 80 * 60


def test_an_agent_that_reaches_in_from_an_edge_stays_there(moving_bundle: Path) -> None:
    place = moving_bundle / "manifest.json"
    place.write_text(place.read_text().replace('"licence"', '"enters": "top", "licence"', 1))
    y, x = np.mgrid[:48, :64]
    pixels = np.stack([40 + x, 90 + y, 60 + (x * 5 + y * 3) % 16], 2).astype(np.uint8)
    pixels[:20, 24:36] = (255, 0, 0)
    engine = Engine.load(moving_bundle)
    start = engine.find_agent(pixels)
    assert start.own is None and start.frame.shape == (24, 32, 3)
    assert (start.mask[0] > 0.5).sum() == 6
