"""Limbs of puppets: where they are drawn, where their joints are, and that they move as the puppet does."""

import numpy as np
import pytest
from numpy.typing import NDArray

from glass.core.limbs import ACTIONS, BODY, LIMBS
from glass.data.puppets.character import KINDS, Puppet
from glass.data.sources import open_source

REST = ACTIONS.index("rest")


@pytest.fixture(scope="module")
def puppets() -> list[Puppet]:
    return [Puppet(seed) for seed in range(40)]


def test_what_is_seen_is_covered(puppets: list[Puppet]) -> None:
    for puppet in puppets:
        limbs, solid = puppet.limbs(), puppet.cell(REST, 0)[..., 3] > 127
        covering = np.take_along_axis(limbs.covered, limbs.seen[None].astype(int), 0)[0]
        assert covering[solid].mean() > 0.9, puppet.name
        assert solid[limbs.covered.any(0)].mean() > 0.8, puppet.name


def test_limbs_are_still_at_rest_and_move_in_gaits(puppets: list[Puppet]) -> None:
    for puppet in puppets:
        limbs = puppet.limbs()
        assert np.abs(limbs.motions[REST, 0]).max() < 1e-5
        kind = puppet.name.rsplit("-", 1)[1]
        if kind in ("biped", "quadruped", "insect", "vehicle"):
            assert np.abs(limbs.motions[ACTIONS.index("go")]).max() > 5, puppet.name


def test_kinds_have_their_limbs() -> None:
    expected = {"biped": "leg a", "quadruped": "leg c", "flyer": "wing", "vehicle": "wheel", "fish": "tail"}
    for kind in KINDS:
        seen = np.unique(np.concatenate([np.unique(Puppet(seed, (kind,)).limbs().seen) for seed in range(4)]))
        assert expected.get(kind, "body") in {LIMBS[limb] for limb in seen}, kind


def test_joints_lie_at_the_limb(puppets: list[Puppet]) -> None:
    for puppet in puppets:
        limbs = puppet.limbs()
        assert not limbs.joints[:, limbs.seen == BODY].any()
        leg = limbs.covered[LIMBS.index("leg a")] & (limbs.seen == LIMBS.index("leg a"))
        if leg.sum() < 8:
            continue
        rows, columns = np.nonzero(leg)
        x, y = limbs.joints[:, leg] + np.stack([columns, rows]) + 0.5
        assert y.mean() < rows.mean() + 1, puppet.name  # A leg hangs below its joint.
        assert abs(x.mean() - columns.mean()) < 12, puppet.name


def test_sources_draw_puppets_of_no_split() -> None:
    source = open_source("puppets:limbs=true,only=fish")
    drawn = list(source.limbed(3))  # type: ignore[attr-defined]
    assert len(drawn) == 3 and all(cell.shape == (64, 64, 4) for cell, _ in drawn)
    assert source.tells_limbs and not open_source("puppets:").tells_limbs  # type: ignore[attr-defined]


def test_stances_change_rest_and_lead_to_the_same_acts() -> None:
    leg, swung = ACTIONS.index("go"), 0
    for seed in range(20):
        plain, posed = Puppet(seed, ("biped",)), Puppet(seed, ("biped",), stance=True)
        assert np.array_equal(posed.cell(REST, 0), Puppet(seed, ("biped",), stance=True).cell(REST, 0))
        swung += not np.array_equal(plain.cell(REST, 0), posed.cell(REST, 0))
        one, other = plain.limbs().motions, posed.limbs().motions
        np.testing.assert_allclose(other[leg, ..., 0], one[leg, ..., 0], atol=1e-3)  # Gaits swing about the stance.
        assert np.abs(other[REST, 0]).max() < 1e-5
    assert swung > 15


def _middle(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.array([line.min() + line.max() + 1 for line in np.nonzero(mask)[::-1]]) / 2


def test_the_body_goes_where_it_is_drawn() -> None:
    """Of puppets of one bone, all that is drawn is the body."""
    for seed in range(30):
        puppet = Puppet(seed, ("blob",))
        names = {bone.name for bone in puppet._build.bones}
        if len(names) > 1:
            continue
        for act in ("raise", "crouch", "jump"):
            rest, shown = (puppet.cell(ACTIONS.index(name), 4)[..., 3] > 127 for name in ("rest", act))
            if shown[0].any() or shown[-1].any() or shown[:, [0, -1]].any():
                continue  # It leaves the cell.
            move = puppet.limbs().motions[ACTIONS.index(act), 4, BODY]
            middles = [_middle(one) for one in (rest, shown)]
            side = max(np.ptp(line) + 1 for line in np.nonzero(rest))
            np.testing.assert_allclose(middles[0] + move[1:3] * side, middles[1], atol=1 + puppet._grid)
            grown = shown.sum() / rest.sum()
            assert np.exp(move[3:].sum()) == pytest.approx(grown, rel=0.2), (seed, act)
