"""The engine, on a bundle whose behaviour is known and on a real one."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from glass.core.errors import GlassError
from playground import Action, Engine
from playground.engine.compositing import cut_window
from tests.playground.conftest import write_manifest

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def engine(painted_bundle: Path) -> Engine:
    return Engine.load(painted_bundle)


@pytest.fixture(scope="module", params=["painted", "tiny"])
def any_engine(request: pytest.FixtureRequest, painted_bundle: Path, tiny_bundle: Path) -> Engine:
    return Engine.load(painted_bundle if request.param == "painted" else tiny_bundle)


@pytest.fixture
def frame(paint: Callable[..., Pixels]) -> Pixels:
    return paint()


@pytest.fixture
def cut_out() -> Pixels:
    """A picture with an alpha channel: every model accepts it."""
    sprite = np.zeros((24, 32, 4), np.uint8)
    sprite[8:16, 12:18] = (250, 20, 40, 255)
    return sprite


def test_properties(engine: Engine) -> None:
    assert (engine.provider, engine.provider_name) == ("CPUExecutionProvider", "CPU")
    assert (engine.frame_size, engine.tick_rate) == ((32, 24), 12.5)
    assert engine.manifest.name == "painted"


def test_first_frame_is_the_picture(engine: Engine, frame: Pixels) -> None:
    first = engine.reset(frame)
    assert np.array_equal(first.frame, frame)
    assert np.array_equal(np.argwhere(first.mask)[[0, -1]], [[8, 12], [15, 17]])
    assert first.position == (14.5, 11.5)


@pytest.mark.parametrize("kind", [Image.fromarray, lambda pixels: pixels])
def test_reset_takes_images_and_arrays(engine: Engine, frame: Pixels, kind: Callable[[Pixels], Pixels]) -> None:
    assert np.array_equal(engine.reset(kind(frame)).frame, frame)


def test_agent_moves_by_exactly_the_shift(engine: Engine, frame: Pixels) -> None:
    first = engine.reset(frame)
    x, y = 0, 0
    for shift in [(2, 0), (0, 3), (-5, -1), (1, -2), (40, 0), (-38, 0)]:
        seen = engine.step(Action(shift, local_action=1))
        x, y = x + shift[0], y + shift[1]
        assert seen.position == (first.position[0] + x, first.position[1] + y)
        moved = np.zeros_like(first.mask)
        rows, columns = np.nonzero(first.mask)
        inside = (columns + x < 32) & (rows + y >= 0)
        moved[rows[inside] + y, columns[inside] + x] = True
        assert np.array_equal(seen.mask, moved)


def test_fractions_of_pixels_add_up(engine: Engine, frame: Pixels) -> None:
    first = engine.reset(frame)
    for _ in range(10):
        last = engine.step(Action((0.25, -0.125)))
    assert last.position == (first.position[0] + 2.5, first.position[1] - 1.25)


def test_local_actions_do_what_the_model_says(engine: Engine, frame: Pixels) -> None:
    engine.reset(frame)
    for code in (1, 2, 3, 4):
        red = engine.step(Action(local_action=code)).frame[12, 14, 0]
        assert abs(int(red) - 255 / (1 + code / 4)) <= 1


@pytest.mark.parametrize(("shift", "code"), [((1, 0), 1), ((-1, 0.5), 2), ((0, -1), 3), ((0, 1), 4), ((0, 0), 4)])
def test_default_local_action(engine: Engine, frame: Pixels, shift: tuple[float, float], code: int) -> None:
    engine.reset(frame)
    moment = engine.snapshot()
    silent = engine.step(Action(shift)).frame
    engine.restore(moment)
    assert np.array_equal(engine.step(Action(shift, local_action=code)).frame, silent)


def test_background_is_kept_and_its_hole_filled(engine: Engine, frame: Pixels, paint: Callable[..., Pixels]) -> None:
    engine.reset(frame)
    seen = engine.step(Action((10, 0))).frame
    assert np.array_equal(seen[:, :12], paint(None)[:, :12])
    hole = engine.open(engine.find_agent(frame))[1][8:16, 12:18]
    assert np.allclose(hole, np.array([0.2, 0.6, 0.2]), atol=1e-6)
    painted = seen[8:16, 12:18].astype(int) - paint(None)[8:16, 12:18]
    assert np.abs(painted).mean() < np.abs(255 * hole - paint(None)[8:16, 12:18]).mean() / 3


def test_pan_moves_the_background_alone(engine: Engine, frame: Pixels) -> None:
    engine.reset(frame)
    still = engine.step(Action(local_action=2))
    engine.reset(frame)
    panned = engine.step(Action(pan=(3, -2), local_action=2))
    assert panned.position == still.position
    assert np.array_equal(panned.mask, still.mask)
    assert np.array_equal(panned.frame[still.mask], still.frame[still.mask])
    shown = ~still.mask[2:, :29] & ~still.mask[:-2, 3:]
    assert np.array_equal(panned.frame[:-2, 3:][shown], still.frame[2:, :29][shown])


def test_pan_stays(engine: Engine, frame: Pixels) -> None:
    engine.reset(frame)
    one = engine.step(Action(pan=(0.5, 0), local_action=2)).frame
    two = engine.step(Action(local_action=2)).frame
    outside = np.ones((24, 32), bool)
    outside[8:16, 12:18] = False
    assert np.array_equal(one[outside], two[outside])


def test_the_agent_may_leave_and_return(any_engine: Engine, cut_out: Pixels) -> None:
    any_engine.reset(cut_out)
    assert not any_engine.step(Action((500, 0))).mask.any()
    assert not any_engine.step(Action((0, -1e6))).mask.any()
    back = any_engine.step(Action((-500, 1e6)))
    assert back.frame.shape == (24, 32, 3)


def test_snapshots(any_engine: Engine, cut_out: Pixels, frame: Pixels) -> None:
    actions = [Action((1, 0), (0.5, 0), k) for k in (1, 2, 3, 4, 1)] + [Action((0, -0.25))] * 3
    any_engine.reset(cut_out)
    any_engine.step(Action((2, 1)))
    saved = any_engine.snapshot()
    before = saved.observations[0].frame.copy()
    once = [any_engine.step(action) for action in actions]
    assert np.array_equal(any_engine.restore(saved).frame, before)
    twice = [any_engine.step(action) for action in actions]
    any_engine.reset(frame, mask=np.ones((24, 32), bool))
    any_engine.step(Action())
    any_engine.restore(saved)
    thrice = [any_engine.step(action) for action in actions]
    for a, b, c in zip(once, twice, thrice, strict=True):
        assert np.array_equal(a.frame, b.frame)
        assert np.array_equal(a.frame, c.frame)
        assert np.array_equal(a.mask, c.mask)
        assert a.position == b.position == c.position


def test_what_was_seen_is_the_callers_own(engine: Engine, cut_out: Pixels) -> None:
    for act in (
        lambda: engine.reset(cut_out),
        lambda: engine.step(Action((1, 0))),
        lambda: engine.restore(engine.snapshot()),
    ):
        seen = act()
        frame, mask = seen.frame.copy(), seen.mask.copy()
        seen.frame[:], seen.mask[:] = 7, False
        again = engine.restore(engine.snapshot())
        assert np.array_equal(again.frame, frame)
        assert np.array_equal(again.mask, mask)


def test_a_moment_of_another_model_is_refused(engine: Engine, tiny_bundle: Path, cut_out: Pixels) -> None:
    other = Engine.load(tiny_bundle)
    other.reset(cut_out)
    engine.reset(cut_out)
    before = engine.snapshot()
    with pytest.raises(GlassError, match="another model"):
        engine.restore(other.snapshot())
    assert engine.snapshot() is before


def test_observations_are_never_written_again(any_engine: Engine, cut_out: Pixels) -> None:
    seen = [any_engine.reset(cut_out)] + [any_engine.step(Action((1, 0))) for _ in range(3)]
    copies = [observation.frame.copy() for observation in seen]
    any_engine.step(Action((5, 5)))
    assert all(np.array_equal(a.frame, b) for a, b in zip(seen, copies, strict=True))


def test_measuring_leaves_play_where_it_was(any_engine: Engine, cut_out: Pixels) -> None:
    any_engine.reset(cut_out)
    saved = any_engine.snapshot()
    assert 0 < any_engine.world.measure_tick(5) < 1000
    assert any_engine.snapshot() is saved


def test_mask_given(engine: Engine, paint: Callable[..., Pixels]) -> None:
    mask = np.zeros((24, 32), bool)
    mask[2:6, 3:9] = True
    first = engine.reset(paint(None), mask=mask)
    assert np.array_equal(first.mask, mask)
    assert first.position == (5.5, 3.5)


def test_segment_locate_and_observe(engine: Engine, paint: Callable[..., Pixels]) -> None:
    frames = np.stack([paint((4, 5)), paint(None), paint((20, 10), red=255 // 1.5)])
    levels = engine.segment(frames)
    assert [int((level > 0.5).sum()) for level in levels] == [48, 0, 48]
    assert engine.locate(frames[:1], levels[:1]).tolist() == [[6.5, 8.5]]
    layers = np.concatenate([frames / np.float32(255) * levels[..., None], levels[..., None]], 3).astype(np.float32)
    crops = np.stack([cut_window(layers[i], p, 16) for i, p in ((0, (6.5, 8.5)), (2, (22.5, 13.5)))])
    assert engine.observe(crops, crops[::-1]).tolist() == [2, 1]


@pytest.mark.parametrize("action", [Action(local_action=0), Action(local_action=5), Action(local_action=-1)])
def test_wrong_local_actions(engine: Engine, frame: Pixels, action: Action) -> None:
    engine.reset(frame)
    with pytest.raises(GlassError, match=r"has 1\.\.4"):
        engine.step(action)


@pytest.mark.parametrize("pair", [(float("nan"), 0), (0, float("inf")), (2e6, 0), (1,), ("1", "2"), (1j, 0), 5, None])
def test_wrong_distances(pair: object) -> None:
    for wrong in ("shift", "pan"):
        with pytest.raises(GlassError, match=wrong):
            Action(**{wrong: pair})  # type: ignore[arg-type]


@pytest.mark.parametrize("code", [True, 1.0, 1.5, "1", float("nan")])
def test_local_actions_are_whole_numbers(code: object) -> None:
    with pytest.raises(GlassError, match=r"local action .*: give a whole number"):
        Action(local_action=code)  # type: ignore[arg-type]
    assert Action(local_action=np.int64(2)).local_action == 2  # type: ignore[arg-type]


def test_step_before_reset(painted_bundle: Path) -> None:
    engine = Engine.load(painted_bundle)
    for call in (engine.snapshot, lambda: engine.step(Action())):
        with pytest.raises(GlassError, match="call reset first"):
            call()


def test_pictures_without_an_agent(engine: Engine, paint: Callable[..., Pixels]) -> None:
    engine.reset(paint())
    saved = engine.snapshot()
    for picture in (paint(None), np.full((24, 32, 3), (255, 0, 0), np.uint8)):
        with pytest.raises(GlassError, match=r"picture: no agent found by model 'painted' \(mask covers"):
            engine.reset(picture)
    with pytest.raises(GlassError, match="no agent found"):
        engine.reset(paint(), mask=np.zeros((24, 32), bool))
    assert engine.snapshot() is saved


def test_providers(painted_bundle: Path, capfd: pytest.CaptureFixture[str]) -> None:
    wished = Engine.load(painted_bundle, providers=["CUDAExecutionProvider", "CPUExecutionProvider"])
    assert wished.provider_name in ("CPU", "CUDA")
    assert Engine.load(painted_bundle, providers=["CPUExecutionProvider"]).provider_name == "CPU"
    with pytest.raises(GlassError, match="cannot be run"):
        Engine.load(painted_bundle, providers=["NoSuchProvider"])
    assert capfd.readouterr() == ("", "")


def test_graphs_that_do_not_fit(own_bundle: Path, frame: Pixels) -> None:
    (own_bundle / "segment.onnx").write_bytes(b"not a graph")
    write_manifest(own_bundle)
    engine = Engine.load(own_bundle)
    with pytest.raises(GlassError, match=r"segment\.onnx: cannot be run"):
        engine.reset(frame)
    shutil.copy(own_bundle / "observe.onnx", own_bundle / "step.onnx")
    write_manifest(own_bundle)
    with pytest.raises(GlassError, match=r"step\.onnx: cannot be run \(no output 'crop'\)"):
        Engine.load(own_bundle)


def test_manifest_of_another_frame(own_bundle: Path, frame: Pixels) -> None:
    manifest = json.loads((own_bundle / "manifest.json").read_text(encoding="utf-8")) | {"frame_size": [32, 26]}
    (own_bundle / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    engine = Engine.load(own_bundle)
    assert engine.frame_size == (32, 26)
    with pytest.raises(GlassError, match="cannot be run"):
        engine.reset(frame)


def test_afresh_an_agent_looks_as_it_began(any_engine: Engine, cut_out: Pixels) -> None:
    any_engine.reset(cut_out)
    first = any_engine.snapshot()
    once = any_engine.step(Action(local_action=2)).frame
    for _ in range(3):
        any_engine.step(Action((1, 0), local_action=3))
    any_engine.step(Action((-3, 0), hold=True, afresh=True))
    assert np.array_equal(any_engine.snapshot().agents[0].cut_out, first.agents[0].cut_out)
    assert np.array_equal(any_engine.step(Action(local_action=2)).frame, once)


def test_in_place_only_the_model_is_told_the_shift(any_engine: Engine, cut_out: Pixels) -> None:
    at = any_engine.reset(cut_out).position
    start = any_engine.snapshot()
    walked = any_engine.step(Action((3, 1), local_action=2))
    look = any_engine.snapshot().agents[0].cut_out
    any_engine.restore(start)
    stood = any_engine.step(Action((3, 1), local_action=2, in_place=True))
    assert np.array_equal(any_engine.snapshot().agents[0].cut_out, look)
    assert (stood.position, walked.position) == (at, (at[0] + 3, at[1] + 1))


def test_a_model_of_one_picture_refuses_views(engine: Engine, frame: Pixels) -> None:
    with pytest.raises(GlassError, match="'painted' takes one picture alone, and views were given"):
        engine.reset(frame, views=[frame])
