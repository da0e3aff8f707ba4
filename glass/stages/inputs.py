"""What stages learn from: clips drawn from the sources, and what the weights so far read in them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from glass.config import Config
from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.data.puppets.limbs import Limbs
from glass.data.puppets.source import PuppetSource
from glass.data.sources import ClipSource
from glass.model import Glass
from glass.networks.action_codes import travel_weights
from glass.networks.moving.local_motion import MovingMotionAnalysis
from glass.stages.moving.pose_pieces import PosePieces, read_pose_pieces
from glass.stages.random_draws import draw_clips, step_rng
from glass.stages.tracks import Tracks, track_clips


@dataclass(frozen=True)
class StageInputs:
    """Gives each stage what it asks for; what is read once serves all later stages. The same clips in every run."""

    config: Config
    sources: Sequence[ClipSource]
    model: Glass
    """The averaged weights, as they are when something is read."""
    count_clips: Callable[[str, int], Callable[[int], None]]
    """Takes what clips are read for and how many there are; what it returns is told how many have been read."""

    def matting_clips(self) -> list[Clip]:
        """Draw the clips that masks are refined on."""
        return self._draw("examples", self.config.training.matting_clips)

    def faced_clips(self) -> list[Clip]:
        """Draw the short clips whose sides are learned from, where sources give them away."""
        training = self.config.training
        return draw_clips(self.sources, step_rng(training.seed, "faces", 0), training.faced_clips, 2)

    def limbed_puppets(self) -> Iterator[tuple[NDArray[np.uint8], Limbs]]:
        """Draw the puppets that limbs are learned from.

        Raises:
            GlassError: no source gives limbs away.
        """
        source = next((one for one in self.sources if isinstance(one, PuppetSource) and one.tells_limbs), None)
        if source is None:
            raise GlassError("limbs are learned from drawn ones: add puppets:limbs=true to --data")
        count = self.config.training.limbed_puppets
        drawn = self.count_clips("puppets", count)
        for number, puppet in enumerate(source.limbed(count), start=1):
            drawn(number)
            yield puppet

    @cached_property
    def tracks(self) -> Tracks:
        """The later stages' clips, their agents followed by the centres of their masks."""
        clips = self._draw("tracks", self.config.training.track_clips)
        read = self.count_clips("tracks", len(clips))
        return track_clips(self.model.gma, self.model.anchor, clips, self.config.path, read)

    @cached_property
    def anchored_tracks(self) -> Tracks:
        """The same clips, their agents followed by the anchor; with the sides they face where pixels are moved."""
        tracks, lma = self.tracks.anchored(self.model.anchor), self.config.lma
        return tracks.with_facings(lma.window) if lma.renderer == "move" and lma.turns else tracks

    @cached_property
    def pose_pieces(self) -> PosePieces:
        """Pieces of those clips with the poses that encoders find in them, as long as the local stage's longest."""
        training, lma, tracks = self.config.training, self.model.lma, self.anchored_tracks
        assert isinstance(lma, MovingMotionAnalysis)
        read = self.count_clips("read poses", training.pose_pieces)
        weights = tick_weights(self.config, tracks)
        rng, longest = step_rng(training.seed, "pieces", 0), max(training.local_stage.lengths)
        return read_pose_pieces(lma, tracks, rng, training.pose_pieces, longest, weights, read)

    def _draw(self, stream: str, count: int) -> list[Clip]:
        training = self.config.training
        return draw_clips(self.sources, step_rng(training.seed, stream, 0), count, training.track_length)


def tick_weights(config: Config, tracks: Tracks) -> Tensor | None:
    """Return how often ticks are drawn, ``(N, L-1)`` for `Tracks.choose`; None for all alike.

    Where travel has an action of its own, what is done standing is drawn more often than it happens, by the weights
    that codes are shared out with.
    """
    return travel_weights(tracks.shifts) if config.lma.locomotion_codes else None
