"""Local actions: codes that start from data, stay in use and let gradients through."""

import math

import pytest
import torch
from torch import Tensor

from glass.networks.action_codes import (
    TRAVEL_SHARE,
    ActionNetwork,
    VectorQuantiser,
    code_swap_indices,
    smooth_codes,
    travel_weights,
)

CENTRES = torch.tensor([[4.0, 0, 0], [-4, 0, 0], [0, 4, 0], [0, -4, 0], [0, 0, 4], [0, 0, -4]])


def clusters(count: int = 200, seed: int = 0) -> Tensor:
    """Vectors (count, 3) around six centres."""
    generator = torch.Generator().manual_seed(seed)
    centre = CENTRES[torch.randint(len(CENTRES), (count,), generator=generator)]
    return centre + 0.2 * torch.randn(count, 3, generator=generator)


def ready(count: int = 6, **options: float) -> VectorQuantiser:
    quantiser = VectorQuantiser(count, 3, **options)
    quantiser.initialise(clusters(), torch.Generator().manual_seed(1))
    return quantiser


@pytest.mark.parametrize("seed", range(5))
def test_initialise_finds_every_cluster(seed: int) -> None:
    quantiser = VectorQuantiser(6, 3)
    quantiser.initialise(clusters(seed=seed), torch.Generator().manual_seed(seed))
    assert quantiser.initialised
    assert torch.cdist(CENTRES, quantiser.codes).amin(1).max() < 0.2
    assert len(quantiser.nearest(CENTRES).unique()) == 6


def test_initialise_is_decided_by_its_generator() -> None:
    assert torch.equal(ready().codes, ready().codes)


def test_nearest_is_nearest() -> None:
    quantiser = ready()
    vectors = 3 * torch.randn(50, 3, generator=torch.Generator().manual_seed(2))
    assert torch.equal(quantiser.nearest(vectors), torch.cdist(vectors, quantiser.codes).argmin(1))


def test_before_initialisation_vectors_pass() -> None:
    quantiser = VectorQuantiser(6, 3).eval()
    vectors = clusters(10)
    codes, _, _ = quantiser(vectors)
    assert torch.equal(codes, vectors)
    assert torch.equal(quantiser.codes, quantiser.sums)


def test_gradients_pass_straight_through() -> None:
    quantiser = ready().eval()
    vectors = clusters(10).requires_grad_()
    codes, index, commitment = quantiser(vectors)
    assert torch.allclose(codes, quantiser.codes[index], atol=1e-6)
    upstream = torch.randn(10, 3, generator=torch.Generator().manual_seed(0))
    (codes * upstream).sum().backward()
    assert vectors.grad is not None and torch.equal(vectors.grad, upstream)
    expected = (vectors - quantiser.codes[index]).square().mean()
    assert torch.allclose(commitment, expected)


def test_commitment_pulls_vectors_to_their_codes() -> None:
    quantiser = ready().eval()
    vectors = clusters(10).requires_grad_()
    _, index, commitment = quantiser(vectors)
    commitment.backward()
    away = vectors.detach() - quantiser.codes[index]
    assert vectors.grad is not None
    assert (vectors.grad * away).sum() > 0


def test_codes_follow_the_data_in_training_only() -> None:
    quantiser = ready(decay=0.8)
    moved = clusters() + torch.tensor([0.5, 0.5, 0.5])
    before = quantiser.codes.clone()
    quantiser.eval()(moved)
    assert torch.equal(quantiser.codes, before)
    quantiser.train()
    for _ in range(40):
        quantiser(moved)
    assert torch.cdist(CENTRES + 0.5, quantiser.codes).amin(1).max() < 0.2


def test_dead_codes_restart_from_data() -> None:
    torch.manual_seed(0)
    quantiser = ready(decay=0.5).train()
    quantiser.codes[2] = 100.0
    quantiser.sums[2] = 100.0 * quantiser.counts[2]
    for step in range(30):
        quantiser(clusters(seed=step))
    assert quantiser.codes.abs().max() < 6
    assert (quantiser.nearest(clusters(seed=99)).bincount(minlength=6) > 0).sum() >= 5


def test_network_compares_two_ticks() -> None:
    torch.manual_seed(0)
    network = ActionNetwork(16, (6, 8), 5).eval()
    now, after = network.features(torch.rand(3, 4, 16, 16)), network.features(torch.rand(3, 4, 16, 16))
    vectors = network(now, after)
    assert vectors.shape == (3, 5)
    assert not torch.allclose(vectors, network(after, now))


def test_network_may_see_nothing_but_what_changes() -> None:
    torch.manual_seed(0)
    now, after, more = torch.rand(3, 3, 8, 2, 2)
    for changes in (True, False):
        network = ActionNetwork(16, (6, 8), 5, changes).eval()
        assert torch.allclose(network(now, after), network(now + more, after + more), atol=1e-6) == changes


def test_exchanged_codes_mean_the_same() -> None:
    torch.manual_seed(0)
    ways = torch.tensor([[3.0, 0.2], [-3, 0], [0.1, 3], [0, -3], [0.2, -0.4]])
    way = torch.randint(5, (6, 20))
    sources = code_swap_indices(ways[way], 1.0)
    flat = way.flatten()
    assert torch.equal(flat[sources], flat)
    standing = flat == 4
    assert ((sources - torch.arange(120))[standing].abs() <= 1).all()
    assert (sources[standing] // 20 == torch.arange(120)[standing] // 20).all()
    assert (sources != torch.arange(120)).float().mean() > 0.5


def test_codes_are_exchanged_as_often_as_asked() -> None:
    torch.manual_seed(0)
    shifts = torch.tensor([2.0, 0.0]).expand(10, 100, 2)
    assert torch.equal(code_swap_indices(shifts, 0.0), torch.arange(1000))
    assert (code_swap_indices(shifts, 0.3) != torch.arange(1000)).float().mean() == pytest.approx(0.3, abs=0.05)


def test_imbalance_is_nothing_when_codes_are_used_evenly() -> None:
    quantiser, even = ready(), torch.ones(len(CENTRES))
    assert float(quantiser.entropy_gap(CENTRES, even)) == pytest.approx(0, abs=1e-3)
    assert float(quantiser.entropy_gap(CENTRES[:1].expand(9, 3), torch.ones(9))) == pytest.approx(math.log(6), abs=1e-3)
    assert float(VectorQuantiser(6, 3).entropy_gap(CENTRES, even)) == 0
    vectors = (0.2 * CENTRES + torch.tensor([3.0, 0, 0])).requires_grad_()
    quantiser.entropy_gap(vectors, even).backward()
    assert vectors.grad is not None and vectors.grad.any()


def test_codes_of_travel_count_less_for_even_use() -> None:
    weights = travel_weights(torch.tensor([[0.0, 3.0]] * 8 + [[0.2, 0.0]] * 10).unflatten(0, (2, 9))).flatten()
    assert weights.tolist() == pytest.approx([TRAVEL_SHARE] * 8 + [1.0] * 10)
    quantiser = ready()
    # Two of six codes travel: used 5 times where the others are twice, at 2/5 of the weight, they are as common.
    vectors = torch.cat([CENTRES[:2].repeat(5, 1), CENTRES[2:].repeat(2, 1)])
    travelling = torch.tensor([0.4] * 10 + [1.0] * 8)
    assert float(quantiser.entropy_gap(vectors, travelling)) == pytest.approx(0, abs=1e-3)
    assert float(quantiser.entropy_gap(vectors, torch.ones(18))) > 0.05


def test_lasting_codes_are_the_cheapest_sequence() -> None:
    generator = torch.Generator().manual_seed(3)
    quantiser = ready(4)
    vectors = 3 * torch.randn(5, 4, 3, generator=generator)
    change = 20 * torch.rand(5, 3, generator=generator)
    found = quantiser.viterbi_codes(vectors, change)
    costs = torch.cdist(vectors, quantiser.codes).square()
    every = torch.cartesian_prod(*[torch.arange(4)] * 4)
    for clip in range(5):
        price = costs[clip, torch.arange(4), every].sum(1) + ((every.diff(dim=1) != 0) * change[clip]).sum(1)
        assert torch.equal(found[clip], every[price.argmin()])
    assert torch.equal(
        quantiser.viterbi_codes(vectors, torch.zeros(5, 3)), quantiser.nearest(vectors.flatten(0, 1)).view(5, 4)
    )


def test_chosen_codes_are_taken() -> None:
    quantiser = ready().eval()
    codes, index, commitment = quantiser(CENTRES, torch.tensor([0, 0, 1, 1, 2, 2]))
    assert index.tolist() == [0, 0, 1, 1, 2, 2] and torch.allclose(codes, quantiser.codes[index], atol=1e-5)
    assert commitment > 1


def test_codes_are_averaged_within_a_run_only() -> None:
    codes = torch.tensor([[1.0], [3.0], [10.0], [20.0], [30.0]])
    shifts = torch.tensor([[[0.0, 0], [0, 0], [5, 0], [5, 0], [5, 0]]])
    assert smooth_codes(codes, shifts, 1).flatten().tolist() == [2.0, 2.0, 15.0, 20.0, 25.0]
    assert smooth_codes(codes, shifts, 4).flatten().tolist() == [2.0, 2.0, 20.0, 20.0, 20.0]
