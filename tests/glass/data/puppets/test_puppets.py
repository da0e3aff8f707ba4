"""Puppets: builds of every kind that move in every action, repeat exactly and keep their splits apart."""

import numpy as np
import pytest

from glass.core.errors import GlassError
from glass.core.limbs import ACTIONS
from glass.data.core.clip import CELL, CYCLE
from glass.data.puppets.character import KINDS, Puppet
from glass.data.puppets.source import PuppetPerformance, PuppetSource, choose_kinds, puppet_seeds
from glass.data.sources import open_source
from glass.data.stored.clip_folder import read_clip
from tests.glass.data.test_data_command import run


@pytest.fixture(scope="module", params=list(KINDS))
def puppet(request: pytest.FixtureRequest) -> Puppet:
    return Puppet(5, (request.param,))


def test_same_seed_same_bytes_and_other_seed_others() -> None:
    np.testing.assert_array_equal(Puppet(3).cell(4, 2), Puppet(3).cell(4, 2))
    assert not np.array_equal(Puppet(3).cell(3, 0), Puppet(4).cell(3, 0))


def test_every_action_of_every_kind_moves(puppet: Puppet) -> None:
    for action in range(len(ACTIONS)):
        cells = np.stack([puppet.cell(action, frame) for frame in range(CYCLE)])
        assert cells.shape == (CYCLE, CELL, CELL, 4) and cells.dtype == np.uint8
        assert (cells[..., 3] > 127).any((1, 2)).all(), ACTIONS[action]
        assert (cells != cells[:1]).any(), ACTIONS[action]


def test_at_rest_it_is_seen_whole_and_as_large_as_it_should_be(puppet: Puppet) -> None:
    rows, columns = np.nonzero(puppet.cell(ACTIONS.index("rest"), 0)[..., 3] > 127)
    assert 24 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 52
    assert rows.min() > 0 and columns.min() > 0 and max(rows.max(), columns.max()) < CELL - 1


def test_acts_differ_from_rest_and_from_each_other(puppet: Puppet) -> None:
    alpha = {
        act: np.stack([puppet.cell(ACTIONS.index(act), frame)[..., 3] for frame in range(CYCLE)]).astype(int)
        for act in ("rest", "jump", "raise", "crouch", "fall")
    }
    names = list(alpha)
    for index, one in enumerate(names):
        for other in names[:index]:
            assert (abs(alpha[one] - alpha[other]) > 100).mean() > 0.004, (one, other)


def test_side_views_face_left_in_the_mirror_and_others_never_turn() -> None:
    side, front = (next(p for p in map(Puppet, range(40)) if p.mirrored is wanted) for wanted in (True, False))
    np.testing.assert_array_equal(side.cell(0, 1, left=True), side.cell(0, 1)[:, ::-1])
    np.testing.assert_array_equal(front.cell(0, 1, left=True), front.cell(0, 1))


def test_pixel_art_has_few_colours_and_hard_edges() -> None:
    found = next(p for p in map(Puppet, range(60)) if p._grid > 1)
    cell = found.cell(3, 0)
    assert set(np.unique(cell[..., 3])) <= {0, 255}
    assert len(np.unique(cell[cell[..., 3] > 0], axis=0)) <= 28


def test_splits_share_no_puppet_and_kinds_can_be_held_out() -> None:
    seeds = [set(puppet_seeds(split)) for split in ("train", "validation", "test")]
    assert not (seeds[0] & seeds[1] or seeds[0] & seeds[2] or seeds[1] & seeds[2])
    assert choose_kinds("", "fish+ship") == tuple(kind for kind in KINDS if kind not in ("fish", "ship"))
    assert choose_kinds("snake", "") == ("snake",)
    with pytest.raises(GlassError, match="no kind 'cow'"):
        choose_kinds("cow", "")
    with pytest.raises(GlassError, match="no kind is left"):
        choose_kinds("fish", "fish")


def test_who_goes_left_faces_left_and_acts_last_some_ticks() -> None:
    performance = PuppetPerformance(np.random.default_rng(0))
    assert performance.tick("left")[0] == ACTIONS.index("rest") and performance.left  # A clip begins at rest.
    assert [performance.tick("left") for _ in range(3)] == [(ACTIONS.index("go"), frame) for frame in range(3)]
    assert performance.tick("up")[0] == ACTIONS.index("go up") and performance.left
    acts = [performance.tick(None)[0] for _ in range(60)]
    changes = np.flatnonzero(np.diff(acts)) + 1
    assert min(acts) >= ACTIONS.index("rest") and np.diff([0, *changes]).min() >= 5 and performance.left


def test_a_clip_has_the_truth() -> None:
    source = open_source("puppets:only=vehicle,split=test")
    clip = source.draw(np.random.default_rng(1), 6)
    again = source.draw(np.random.default_rng(1), 6)
    np.testing.assert_array_equal(clip.frames, again.frames)
    assert clip.masks is not None and clip.masks.any((1, 2)).all()
    assert clip.actions is not None and clip.action_names == ACTIONS
    assert clip.positions is not None and clip.foreground_shifts is not None
    np.testing.assert_allclose(np.diff(clip.positions, axis=0), clip.foreground_shifts)
    assert clip.character.endswith("vehicle")


def test_the_command_writes_them(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    options = ("--clips", "2", "--frames", "3", "--split", "test", "--only", "fish", "--out", tmp_path / "set")
    assert run(monkeypatch, "puppets", *options) == 0
    clip = read_clip(tmp_path / "set" / "test" / "00001")
    assert len(clip) == 3 and clip.character.endswith("fish") and clip.action_names == ACTIONS


def test_portraits_are_cut_out_and_named() -> None:
    source = open_source("puppets:seeds=3603+3616")
    assert isinstance(source, PuppetSource)
    (one, smooth), (other, pixelled) = source.portraits(np.random.default_rng(0), 5)
    assert one == Puppet(3603).called != other and one.endswith(" the monster")
    assert smooth.shape[2] == 4 and max(smooth.shape) > 80 and max(pixelled.shape[:2]) < 40
    for portrait in (smooth, pixelled):
        solid = portrait[..., 3] > 0
        assert solid.any(0)[[0, -1]].all() and solid.any(1)[[0, -1]].all()
    assert len(source.portraits(np.random.default_rng(0), 1)) == 1
    with pytest.raises(GlassError, match=r"seeds=12\+x: give whole numbers"):
        open_source("puppets:seeds=12+x")
