"""Vector-quantised local actions: an action network reads a pair of crops as one of K codes (paper, section 3.2)."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from glass.motion.clip_facings import TRAVEL
from glass.networks.layers import LEAK, conv_block

KMEANS_ROUNDS = 20
SMALLEST_COUNT = 1e-3
TEMPERATURE = 2.0
"""Of the softmax over squared distances to the codes."""
TRAVEL_SHARE = 0.4
"""Weight of a travelling tick, where a standing one weighs 1, when codes are shared out."""


def travel_direction(shifts: Tensor) -> Tensor:
    """Direction of shifts ``(..., 2)``, int64 ``(...)``: left, right, up and down are 0..3, standing is -1."""
    size = shifts.abs()
    along = size.argmax(-1)
    forward = shifts.gather(-1, along[..., None])[..., 0] > 0
    return torch.where(size.amax(-1) >= TRAVEL, 2 * along + forward, -1)


def travel_weights(shifts: Tensor) -> Tensor:
    """Sample weights ``(...)`` in [0, 1] of ticks with shifts ``(..., 2)``, when codes are shared out.

    Travel is told by the shift, and walking is the same for all of it; codes are there for what is done standing.
    """
    return torch.where(travel_direction(shifts) >= 0, TRAVEL_SHARE, 1.0)


def code_swap_indices(shifts: Tensor, probability: float) -> Tensor:
    """Draw which tick's code each tick gets in training (augmentation), so that codes mean actions, not moments.

    What the shift already tells, and where in its course an action is, the state knows; a code should say only what the
    agent does. So with ``probability`` a travelling tick takes the code of any other tick of the batch that travels in
    the same direction, and a standing one that of a neighbouring standing tick.

    Args:
        shifts: ``(B, T, 2)`` pixels.
        probability: how often, in [0, 1].

    Returns:
        int64 ``(B*T,)``, indices into the ticks laid in one row.
    """
    batch, ticks = shifts.shape[:2]
    device = shifts.device
    own = torch.arange(batch * ticks, device=device)
    direction = travel_direction(shifts)
    offset = torch.randint(0, 2, (batch, ticks), device=device) * 2 - 1
    neighbour = (torch.arange(ticks, device=device) + offset).clamp(0, ticks - 1)
    standing = (direction < 0) & (direction.gather(1, neighbour) < 0)
    beside = (torch.arange(batch, device=device)[:, None] * ticks + neighbour).flatten()
    swapped = torch.where(standing.flatten(), beside, own)
    for way in range(4):
        members = own[direction.flatten() == way]
        swapped[members] = members[torch.randperm(len(members), device=device)]
    return torch.where(torch.rand(batch * ticks, device=device) < probability, swapped, own)


def smooth_codes(codes: Tensor, shifts: Tensor, reach: int) -> Tensor:
    """Average codes over the ticks around them, so that they say what is done and not where in its course it is.

    Only ticks of the same run are averaged: of standing, or of travel.

    Args:
        codes: ``(B*T, D)``, one clip's in a row.
        shifts: ``(B, T, 2)`` pixels.
        reach: ticks before and after that are counted.
    """
    stands = travel_direction(shifts) < 0
    run = torch.cat([stands[:, :1] & False, stands[:, 1:] != stands[:, :-1]], 1).cumsum(1)
    ticks = torch.arange(shifts.shape[1], device=shifts.device)
    near = (ticks[:, None] - ticks).abs() <= reach
    shares = ((run[:, :, None] == run[:, None]) & near).to(codes.dtype)
    averaged: Tensor = shares @ codes.unflatten(0, shifts.shape[:2]) / shares.sum(2, keepdim=True)
    return averaged.flatten(0, 1)


class ActionNetwork(nn.Module):
    """Siamese network: an action vector from two crops cut around the agent at neighbouring ticks."""

    def __init__(self, window: int, widths: tuple[int, int], code_size: int, difference_only: bool = False) -> None:
        """Build the network for ``window`` x ``window`` RGBA crops and vectors of ``code_size``.

        It compares what both crops show, or with ``difference_only`` sees only what changes between them.
        """
        super().__init__()
        self.difference_only = difference_only
        fine, coarse = widths
        self.pose = nn.Sequential(conv_block(64, fine), conv_block(fine, coarse, 2), conv_block(coarse, coarse))
        side = -(-window // 16)
        self.compare = nn.Sequential(
            conv_block(coarse if difference_only else 3 * coarse, coarse),
            conv_block(coarse, coarse, 2),
            nn.Flatten(),
            nn.Linear(coarse * side * side, 128),
            nn.LeakyReLU(LEAK),
            nn.Linear(128, code_size),
            # Vectors of unit spread: from the first step they say more than the noise, and codes cannot shrink away.
            nn.BatchNorm1d(code_size, affine=False),
        )

    def features(self, crops: Tensor) -> Tensor:
        """Encode crops ``(N, 4, S, S)`` into ``(N, C, S/8, S/8)``."""
        features: Tensor = self.pose(functional.pixel_unshuffle(crops, 4))
        return features

    def forward(self, now: Tensor, after: Tensor) -> Tensor:
        """Compare the features of two ticks: ``(N, code_size)``."""
        seen = after - now if self.difference_only else torch.cat([now, after, after - now], 1)
        vectors: Tensor = self.compare(seen).float()
        return vectors


class VectorQuantiser(nn.Module):
    """Vector quantisation (VQ) with codes kept by exponential moving average (EMA); dead codes restart from data.

    Until `initialise` is called vectors pass through unquantised (a continuous warm-up), since codes that start from
    noise collapse.
    """

    codes: Tensor
    counts: Tensor
    sums: Tensor
    ready: Tensor
    """Whether the codes are initialised, as it is stored with the weights."""

    def __init__(
        self, count: int, size: int, noise: float = 0.2, decay: float = 0.98, dead_share: float = 0.02
    ) -> None:
        """Keep ``count`` codes of ``size`` numbers; one used less than ``dead_share`` of the average restarts.

        Vectors that are not quantised yet get Gaussian ``noise`` of that standard deviation in training.
        """
        super().__init__()
        self.noise = noise
        self.decay = decay
        self.dead_share = dead_share
        self.register_buffer("codes", torch.randn(count, size))
        self.register_buffer("counts", torch.ones(count))
        self.register_buffer("sums", self.codes.clone())
        self.register_buffer("ready", torch.zeros((), dtype=torch.bool))

    @property
    def initialised(self) -> bool:
        """Whether vectors are quantised."""
        return bool(self.ready)

    @torch.no_grad()
    def initialise(self, vectors: Tensor, generator: torch.Generator) -> None:
        """Set the codes by k-means (k-means++ seeding) of ``(N, D)`` vectors, on the CPU."""
        codes = vectors[torch.randint(len(vectors), (1,), generator=generator)]
        while len(codes) < len(self.codes):
            distance = torch.cdist(vectors, codes).amin(1).square() + 1e-12
            codes = torch.cat([codes, vectors[torch.multinomial(distance, 1, generator=generator)]])
        for _ in range(KMEANS_ROUNDS):
            nearest = torch.cdist(vectors, codes).argmin(1)
            codes = torch.stack(
                [vectors[nearest == k].mean(0) if (nearest == k).any() else codes[k] for k in range(len(codes))]
            )
        counts = torch.bincount(nearest, minlength=len(codes)).float().clamp(min=SMALLEST_COUNT)
        self.counts.copy_(counts / counts.sum() * len(codes) * 8)
        self.codes.copy_(codes)
        self.sums.copy_(self.codes * self.counts[:, None])
        self.ready.fill_(True)

    def nearest(self, vectors: Tensor) -> Tensor:
        """Index 0..K-1 of the code nearest to each of ``(N, D)``."""
        distance = self.codes.square().sum(1) - 2 * vectors @ self.codes.t()
        return distance.argmin(1)

    @torch.no_grad()
    def _update(self, vectors: Tensor, index: Tensor) -> None:
        chosen = functional.one_hot(index, len(self.codes)).to(vectors.dtype)
        self.counts.lerp_(chosen.sum(0), 1 - self.decay)
        self.sums.lerp_(chosen.t() @ vectors, 1 - self.decay)
        dead = self.counts < self.dead_share * self.counts.mean()
        if dead.any():
            fresh = vectors[torch.randint(len(vectors), (int(dead.sum()),))]
            self.counts[dead] = self.counts.mean()
            self.sums[dead] = fresh * self.counts.mean()
        self.codes.copy_(self.sums / self.counts.clamp(min=SMALLEST_COUNT)[:, None])

    def entropy_gap(self, vectors: Tensor, weights: Tensor) -> Tensor:
        """Entropy gap of soft code usage, a scalar: 0 is even use of all codes, log K is one code for all.

        Args:
            vectors: ``(N, D)``.
            weights: ``(N,)`` of the vectors.
        """
        if not self.initialised:
            return vectors.new_zeros(())
        choice = torch.softmax(-torch.cdist(vectors, self.codes).square() / TEMPERATURE, 1)
        share = weights @ choice / weights.sum()
        return math.log(len(self.codes)) + (share * (share + 1e-9).log()).sum()

    @torch.no_grad()
    def viterbi_codes(self, vectors: Tensor, change: Tensor) -> Tensor:
        """Viterbi decoding: the sequences of codes nearest to sequences of vectors, at a cost for each change of code.

        An action begins and ends like others do; what comes before and after tells which it is.

        Args:
            vectors: ``(B, T, D)``.
            change: ``(B, T-1)`` what another code than the tick before costs, in squared distance.

        Returns:
            Indices 0..K-1, int64 ``(B, T)``.
        """
        costs = torch.cdist(vectors, self.codes).square()
        best, before = costs[:, 0], []
        for tick in range(1, costs.shape[1]):
            least, source = best.min(1, keepdim=True)
            least = least + change[:, tick - 1 : tick]
            stays = best <= least
            before.append(torch.where(stays, torch.arange(best.shape[1], device=best.device), source))
            best = torch.where(stays, best, least) + costs[:, tick]
        chosen = [best.argmin(1)]
        for source in reversed(before):
            chosen.append(source.gather(1, chosen[-1][:, None])[:, 0])
        return torch.stack(chosen[::-1], 1)

    def forward(self, vectors: Tensor, chosen: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Quantise ``(N, D)``: codes (straight-through gradients), indices 0..K-1, commitment loss.

        The codes are those ``chosen``, indices ``(N,)``, or the nearest ones.
        """
        index = self.nearest(vectors) if chosen is None else chosen
        if not self.initialised:
            noise = self.noise * torch.randn_like(vectors) if self.training else 0.0
            return vectors + noise, index, vectors.new_zeros(())
        codes = self.codes[index]
        if self.training:
            self._update(vectors.detach(), index)
        return vectors + (codes - vectors).detach(), index, functional.mse_loss(vectors, codes.detach())
