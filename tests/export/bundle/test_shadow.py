"""Bundles of models whose agents cast shadows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from PIL import Image

from export.bundle.graphs import Graph
from export.bundle.verify import TOLERANCE, VerificationError, play_both
from export.bundle.write import BundleOptions, write_bundle
from glass.model import Glass
from glass.networks.shadow import ShadowConfig
from playground import Action, Engine
from playground.world.history import History
from playground.world.layers import layers_of
from playground.world.save_file import read_save, resume, write_save
from playground.world.world import World
from tests.export.conftest import EXTRA, Exported, convert, random_model
from tests.fixtures.tiny_world import TinyWorld

pytestmark = pytest.mark.slow
OPTIONS = BundleOptions(name="shady", folder=Path("models"), starts=[], licence=None, card=None)
MASK = np.zeros((24, 32), bool)
MASK[6:16, 9:19] = True


@pytest.fixture(scope="module")
def model(exported: Exported) -> Glass:
    """Its shadows are dark, and other ones for other outlines; the rest is the model that was exported before."""
    made = random_model(shadow=ShadowConfig(cast=True, window=32, widths=(8, 8, 8, 8)), enters="top")
    made.load_state_dict(exported.model.state_dict(), strict=False)
    assert made.shadow is not None and made.shadow.output.bias is not None
    made.shadow.output.bias.data.zero_()
    return made


@pytest.fixture(scope="module")
def bundle(model: Glass, exported: Exported, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shady")
    with pytest.MonkeyPatch.context() as patch:
        convert(exported, ("locate.onnx", "start.onnx", "shadow.onnx"), patch)
        assert write_bundle(model, EXTRA, replace(OPTIONS, folder=folder)) <= TOLERANCE
    return folder / "shady"


@pytest.fixture
def engine(bundle: Path) -> Engine:
    return Engine.load(bundle)


def picture() -> Image.Image:
    return Image.fromarray(TinyWorld(empty=0.0).draw(np.random.default_rng(0), 1).frames[0])


def test_it_plays_as_the_model_does(model: Glass, engine: Engine) -> None:
    assert engine.manifest.casts_shadow
    assert play_both(model, engine, picture(), MASK).difference <= TOLERANCE


def test_the_shadow_goes_along_and_is_no_part_of_the_agent(engine: Engine) -> None:
    engine.reset(picture(), MASK)
    agent = engine.snapshot().agents[0]
    assert agent.shadow_layer is not None and agent.shadow_layer.shape == (48, 48, 1)
    seen = engine.step(Action((5, 0), local_action=1))
    moment = engine.snapshot()
    after = moment.agents[0].shadow_layer
    assert after is not None and not np.array_equal(after, agent.shadow_layer)
    # With no agent and no shadow, the background is lighter than the picture was.
    assert moment.backdrop.layer.mean() > np.asarray(picture()).mean() / 255
    alone = (moment.backdrop.layer * 255 - seen.frame)[~seen.mask]
    assert alone.max() > 20
    solid = (moment.agents[0].layer[:, :, 3] > 0.5).sum()
    assert seen.mask.sum() <= solid < 16 * 16


def test_between_ticks_the_same_is_drawn(engine: Engine) -> None:
    world = World([engine])
    world.open([engine.find_agent(picture(), MASK)])
    (seen,) = world.step([Action((3, 0), local_action=2)])
    layers = layers_of(world.snapshot())
    (sprite,) = layers.sprites
    left, top = sprite.corner
    crop, drawn = sprite.crop, layers.background / 255
    side = len(sprite.crop)
    rows, columns = slice(max(top, 0), min(top + side, 24)), slice(max(left, 0), min(left + side, 32))
    part = crop[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    drawn[rows, columns] = part[:, :, :3] + (1 - part[:, :, 3:]) * drawn[rows, columns]
    assert np.abs(drawn * 255 - seen.frame).max() <= 1.5


def test_a_saved_game_has_its_shadow_again(engine: Engine, tmp_path: Path) -> None:
    world = World([engine])
    world.open([engine.find_agent(picture(), MASK)])
    history = History(world)
    for number in range(4):
        history.step((Action((-4, 0), local_action=number + 1, scroll=(1, 0)),))  # out of the frame, in part
    write_save(tmp_path / "game.glass", history)
    again = resume(read_save(tmp_path / "game.glass"), (engine,))
    assert np.array_equal(again.world.snapshot().observations[0].frame, world.snapshot().observations[0].frame)
    turn = (Action((0, 1), local_action=1),)
    assert np.array_equal(history.step(turn)[0].frame, again.step(turn)[0].frame)


def test_another_shadow_is_refused(model: Glass, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def sabotaged(graph: Graph) -> bytes:
        content = (bundle / f"{graph.module.function.__name__}.onnx").read_bytes()
        if "shadow" not in graph.outputs:
            return content
        changed = onnx.load_from_string(content)
        for tensor in changed.graph.initializer:
            values = numpy_helper.to_array(tensor)
            if values.ndim == 4 and values.dtype == np.float32:
                tensor.CopyFrom(numpy_helper.from_array(-values, tensor.name))
        return changed.SerializeToString()  # type: ignore[no-any-return]

    monkeypatch.setattr("export.bundle.write.to_onnx", sabotaged)
    with pytest.raises(VerificationError, match="torch"):
        write_bundle(model, EXTRA, replace(OPTIONS, folder=tmp_path))
    assert list(tmp_path.iterdir()) == []
