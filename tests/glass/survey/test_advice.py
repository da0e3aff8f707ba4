"""Looking at footage: camera, agent, settings that suit, warnings."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from glass.footage.cache import Footage
from glass.footage.prepare import FootageOptions, prepare
from glass.survey.advice import Survey, survey_footage
from glass.survey.agent import NamedAgent
from glass.survey.camera import estimate_camera
from glass.survey.report import MARK, draw_report, report_lines, report_views
from tests.fixtures.own_clips import SIZE, pattern, walk, write_folder


def survey(frames: NDArray[np.uint8], folder: Path) -> tuple[Footage, Survey]:
    clip = write_folder(folder / "clip", frames)
    footage = prepare([clip], FootageOptions(), folder / "frames", lambda name, count: None)
    return footage, survey_footage(footage)


def test_an_agent_that_walks_before_a_wall(tmp_path: Path) -> None:
    footage, found = survey(walk(230), tmp_path)
    assert found.camera.motion == "static"
    assert found.extent == pytest.approx(12, abs=2)
    assert found.speed == pytest.approx(30, rel=0.15)
    assert found.suggestion.mask_size == pytest.approx(144 / (64 * 48), rel=0.25)
    assert (found.suggestion.window, found.suggestion.stride) == (32, 1)
    assert 4 <= found.suggestion.local_actions <= 10
    assert found.blocking == found.warnings == ()
    lines = report_lines(footage, found)
    assert any("stands still" in line for line in lines)
    draw_report(tmp_path / "report.png", footage, found, lines)
    with Image.open(tmp_path / "report.png") as picture:
        assert picture.width == 960 and picture.height > 500


def test_what_is_clicked_in_the_report_is_the_agent(tmp_path: Path) -> None:
    footage, found = survey(walk(230), tmp_path)
    draw_report(tmp_path / "report.png", footage, found, ())
    views = report_views(footage, found.detections)
    assert len({view.seconds for view in views}) == len(views) == 5
    with Image.open(tmp_path / "report.png") as picture:
        for view in views:
            left, top, width, height = view.box
            seen = np.asarray(picture.crop((left, top, left + width, top + height))).astype(int)
            rows, columns = np.nonzero(abs(seen - MARK).sum(2) < 60)  # its outline
            x = view.part[0] + columns.mean() / width * view.part[2]
            y = view.part[1] + rows.mean() / height * view.part[3]
            again = survey_footage(footage, NamedAgent(x, y, view.seconds))
            assert again.extent == pytest.approx(found.extent, abs=2)


def test_a_camera_that_pans(tmp_path: Path) -> None:
    found = survey(walk(100, pan=1.0), tmp_path)[1]
    assert found.camera.motion == "panning"
    assert found.camera.speed == pytest.approx(1, abs=0.1)
    assert 10 <= found.extent <= 24


def test_nothing_moves(tmp_path: Path) -> None:
    found = survey(np.repeat(walk(1), 60, 0), tmp_path)[1]
    assert len(found.blocking) == 1 and "nothing moves by itself" in found.blocking[0]


def test_too_short(tmp_path: Path) -> None:
    assert "too short" in survey(walk(20), tmp_path)[1].blocking[0]


def test_several_agents(tmp_path: Path) -> None:
    found = survey(walk(60, agents=2, side=10), tmp_path)[1]
    assert any("several things move" in warning for warning in found.warnings)


def test_an_agent_that_stays(tmp_path: Path) -> None:
    frames = np.repeat(walk(1), 80, 0)
    for tick in range(45, 80):  # It is put there, and fidgets.
        frames[tick, 8 : 18 + tick % 2, 40:50] = 250
    found = survey(frames, tmp_path)[1]
    assert any("hardly travels" in warning for warning in found.warnings)


def test_fast_material_gets_more_ticks(tmp_path: Path) -> None:
    clip = write_folder(tmp_path / "clip", walk(120))
    footage = prepare([clip], FootageOptions(picture_rate=30), tmp_path / "frames", lambda name, count: None)
    found = survey_footage(footage)
    assert found.speed == pytest.approx(90, rel=0.15)
    assert footage.rate / found.suggestion.stride in (10, 15)


def zoomed(strength: float, count: int = 12) -> torch.Tensor:
    big = Image.fromarray(pattern(3))
    frames = []
    for tick in range(count):
        part = 1 - strength * tick
        size = SIZE[0] * part, SIZE[1] * part
        box = (72 - size[0] / 2, 64 - size[1] / 2, 72 + size[0] / 2, 64 + size[1] / 2)
        frames.append(np.asarray(big.resize(SIZE, Image.Resampling.BICUBIC, box=box)))
    return torch.from_numpy(np.stack(frames)).movedim(-1, 1).float() / 255


def test_a_camera_that_zooms() -> None:
    frames = zoomed(0.02)
    camera = estimate_camera(frames[:-1], frames[1:])
    assert camera.motion == "zooming"
    assert camera.zoom == pytest.approx(0.022, abs=0.006)


def test_parts_of_the_background_that_move_differently() -> None:
    big = pattern(5)
    frames = []
    for tick in range(12):
        near, far = (big[40 : 40 + SIZE[1], left : left + SIZE[0]] for left in (40 - 3 * tick % 40, 40))
        frames.append(np.where(np.arange(SIZE[1])[:, None, None] < 24, far, near))
    pictures = torch.from_numpy(np.stack(frames)).movedim(-1, 1).float() / 255
    assert estimate_camera(pictures[:-1], pictures[1:]).motion == "parallax"
