"""A bundle of several views: other sides of the agent are seen, given by hand or by a sheet, and kept."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from playground import Action, Engine
from playground.pictures.picture import Picture, as_picture
from playground.world.history import History
from playground.world.save_file import read_save, resume, write_save
from tests.export.conftest import Exported

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine(exported: Exported) -> Engine:
    return Engine.load(exported.bundle)


def side(colour: int) -> Image.Image:
    """An agent on a transparent ground, of one colour."""
    image = Image.new("RGBA", (32, 24))
    image.paste((colour, 60, 40, 255), (12, 6, 20, 18))
    return image


def looks(engine: Engine) -> int:
    """Of how many sources ticks may choose."""
    return int(engine.snapshot().agents[0].appearance["appearance_1"].numpy().shape[0])


def test_each_view_and_its_mirror_image_are_sources(engine: Engine) -> None:
    assert engine.manifest.views == 3
    seen = []
    for views in ((), (side(120),), (side(120), side(20))):
        engine.reset(side(220), views=views)
        assert looks(engine) == 2 * (1 + len(views))
        seen.append([engine.step(Action((0, 0), local_action=code)).frame for code in (1, 2, 3, 4)])
    assert not np.array_equal(seen[0], seen[2])


def test_too_many_views_are_refused(engine: Engine) -> None:
    with pytest.raises(GlassError, match="takes 3 pictures of a character at most, and 4 were given"):
        engine.reset(side(220), views=[side(20)] * 3)


def test_a_view_without_an_agent_is_named(engine: Engine) -> None:
    with pytest.raises(GlassError, match="view 1: transparent all over"):
        engine.reset(side(220), views=[Image.new("RGBA", (32, 24))])


def walker() -> Picture:
    """A sheet of three steps from four sides."""
    from tests.playground.pictures.sheets.drawn_sheets import MAKER, Layout, draw_sheet

    return as_picture(draw_sheet(Layout(3, 4, views=MAKER, still=1)), "walker")


def test_a_sheet_shows_its_other_sides(engine: Engine) -> None:
    engine.reset(walker())
    assert looks(engine) == 6
    start = engine.world.starts[0]
    assert len(start.views) == 2 and not np.array_equal(start.views[0].frame, start.frame)


def test_views_are_kept_with_a_game(engine: Engine, tmp_path: Path) -> None:
    engine.reset(side(220), views=[side(120), side(20)])
    history = History(engine.world)
    for code in (1, 2, 3):
        history.step([Action((1, 0), local_action=code)])
    write_save(tmp_path / "game.glass", history)
    again = resume(read_save(tmp_path / "game.glass"), [engine])
    for code in (4, 2):
        one, other = (game.step([Action((0, 1), local_action=code)])[0].frame for game in (history, again))
        assert np.array_equal(one, other)
