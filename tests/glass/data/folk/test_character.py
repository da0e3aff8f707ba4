"""Folk: cells that look and move as the sheets do, repeat exactly and differ between seeds."""

import numpy as np
import pytest

from glass.data.core.clip import ACTIONS, Character
from glass.data.folk.canvas import OUTLINE, SKIN, Canvas, ellipse, limb, panel
from glass.data.folk.character import folk_character
from glass.data.folk.look import draw_look

SEEDS = (0, 3, 7, 801, 950)
WALKS, SPELLS, SLASHES = range(3), range(3, 6), range(6, 9)


@pytest.fixture(scope="module", params=SEEDS)
def character(request: pytest.FixtureRequest) -> Character:
    return folk_character(request.param)


def solid(cells: np.ndarray) -> np.ndarray:
    return cells[..., 3] > 127


def test_same_seed_same_bytes_and_other_seed_others() -> None:
    first = folk_character(12)
    np.testing.assert_array_equal(first.cells, folk_character(12).cells)
    assert first.name == "folk-012"
    assert (first.cells != folk_character(13).cells).any(-1).mean() > 0.1


def test_cells_are_crisp(character: Character) -> None:
    assert character.cells.shape == (len(ACTIONS), 8, 64, 64, 4)
    assert set(np.unique(character.cells[..., 3])) == {0, 255}
    assert not character.cells[~solid(character.cells)].any()


def test_size_and_place_in_the_cell_are_those_of_the_sheets(character: Character) -> None:
    for action, name in enumerate(ACTIONS):
        for cell in character.cells[action]:
            rows, columns = np.nonzero(solid(cell))
            assert 59 <= rows.max() <= 63, name
            assert 40 <= np.ptp(rows) + 1 <= 63, name
            assert 500 <= rows.size <= 1700, name
            assert 24 <= columns.mean() <= 40, name


def test_silhouettes_have_dark_outlines(character: Character) -> None:
    for cell in character.cells[:, 0]:
        mask = solid(cell)
        padded = np.pad(mask, 1)
        inner = mask & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
        assert cell[mask & ~inner][:, :3].max(-1).mean() < 60
        assert cell[inner][:, :3].max(-1).mean() > 60


def test_right_is_left_mirrored(character: Character) -> None:
    for left in (1, 4, 7):
        np.testing.assert_array_equal(character.cells[left + 1], character.cells[left][:, :, ::-1])


def test_every_walk_cell_differs_from_the_next(character: Character) -> None:
    for action in WALKS:
        cells = character.cells[action]
        for k in range(8):
            assert (cells[k] != cells[(k + 1) % 8]).any(-1).sum() > 25


def test_standing_actions_reach_out_and_return(character: Character) -> None:
    for action in (*SPELLS, *SLASHES):
        widths = [np.ptp(np.nonzero(solid(cell))[1]) for cell in character.cells[action]]
        assert max(widths) >= widths[0] + 5, ACTIONS[action]
    for action in SLASHES:
        np.testing.assert_array_equal(character.cells[action, 0], character.cells[action, 7])
    for action in SPELLS:
        np.testing.assert_array_equal(character.cells[action, 4], character.cells[action, 7])


def test_looks_vary() -> None:
    looks = [draw_look(np.random.default_rng(seed)) for seed in range(200)]
    assert len({look.hair for look in looks}) >= 12
    assert len({(look.top, look.bottom, look.hair) for look in looks}) > 120
    assert len({look.palette.tobytes() for look in looks}) == 200


def test_shapes_paint_inside_the_cell_only() -> None:
    canvas = Canvas()
    canvas.paint(ellipse((2.0, 2.0), (5.0, 5.0)), SKIN)
    canvas.paint(limb([(60.0, 60.0), (70.0, 66.0)], (3.0, 2.0)), SKIN)
    canvas.paint(panel([(50.0, -4.0, 3.0), (70.0, -2.0, 6.0)]), SKIN)
    palette = np.zeros((13, 6, 3), dtype=np.uint8)
    palette[SKIN] = 200
    palette[SKIN, OUTLINE] = 9
    cell = canvas.render(palette)
    assert cell[2, 2].tolist() == [200, 200, 200, 255]
    assert cell[0, 0, 3] == 255 and cell[30, 30, 3] == 0
