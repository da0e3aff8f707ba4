"""Pieces of tracked clips whose poses are read once, before local actions are learned from them by the thousand.

Finding a pose costs many times what learning from it does, and encoders stand still by then.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from glass.networks.moving.facing import turn_pictures
from glass.networks.moving.local_motion import MovingMotionAnalysis
from glass.parallel.distributed import all_gather, shard
from glass.parallel.precision import device_of
from glass.stages.tracks import Tracks

CHUNK = 16
"""Pieces that are read at a time."""


@dataclass(frozen=True)
class PosePieces:
    """``M`` pieces of clips, ``T`` frames each, as if agents faced right throughout."""

    clips: Tensor
    """int64 ``(M,)``: of which clip each is."""
    starts: Tensor
    """int64 ``(M,)``: from which of its frames on."""
    encoded: Tensor
    """``(M, F, 2, 2)`` encoded first crops, the mean of each quarter: all that `PoseDynamics` sees of them."""
    poses: Tensor
    """``(M, T-1, P)`` of the ticks."""
    shifts: Tensor
    """``(M, T-1, 2)`` of the smooth path in pixels."""
    facings: Tensor
    """``(M, T)`` sides that agents faced, 1 is right and -1 left."""

    def draw(self, rng: np.random.Generator, count: int, ticks: int, where: torch.device) -> "PosePieces":
        """Draw this process's shard of ``count`` pieces, the first ``ticks`` of each, on a device."""
        chosen = torch.from_numpy(rng.integers(len(self.clips), size=count))[shard(count)]
        return self.pick(chosen, ticks, where)

    def pick(self, chosen: Tensor, ticks: int, where: torch.device) -> "PosePieces":
        """Take ``chosen`` pieces, int64 ``(B,)``, and of each so many first ticks, to a device."""
        return PosePieces(
            self.clips[chosen],
            self.starts[chosen],
            self.encoded[chosen].to(where),
            self.poses[chosen, :ticks].to(where),
            self.shifts[chosen, :ticks].to(where),
            self.facings[chosen, : ticks + 1].to(where),
        )

    def crops(self, tracks: Tracks, window: int) -> Tensor:
        """Cut the windows of all pieces out of the tracks that they were read from, turned to face right.

        Returns:
            ``(M, T, 4, window, window)`` premultiplied RGBA in [0, 1].
        """
        batch = tracks.crops(self.clips, self.starts, self.facings.shape[1], window, self.poses.device)
        return turn_pictures(batch.crops, self.facings)


@torch.no_grad()
def read_pose_pieces(
    lma: MovingMotionAnalysis,
    tracks: Tracks,
    rng: np.random.Generator,
    count: int,
    length: int,
    weights: Tensor | None = None,
    progress: Callable[[int], None] | None = None,
) -> PosePieces:
    """Draw ``count`` pieces of ``length`` frames from tracks, and read their poses; every process reads its share.

    Args:
        lma: whose encoders have learned.
        tracks: what is drawn from.
        rng: draws.
        count: pieces.
        length: frames of each.
        weights: ``(N, L-1)`` of the ticks, as `Tracks.choose`.
        progress: told how many pieces of this process's share have been read.
    """
    lma.eval()
    where, read = device_of(lma), []
    drawn = tracks.choose(rng, count, length, weights)
    for clips, starts in zip(*(part.split(CHUNK) for part in drawn), strict=True):
        batch = tracks.crops(clips, starts, length, lma.config.window, where)
        crops, shifts, facings = lma.face_right(batch.crops, batch.shifts, batch.facings)
        encoded = functional.adaptive_avg_pool2d(lma.encoder(crops[:, 0])[2], 2)
        poses = lma.poses(crops).unflatten(0, shifts.shape[:2])
        read.append((clips, starts, *(part.float().cpu() for part in (encoded, poses, shifts, facings))))
        if progress:
            progress(min(CHUNK * len(read), len(drawn[0])))
    return PosePieces(*(all_gather(torch.cat(part))[0] for part in zip(*read, strict=True)))
