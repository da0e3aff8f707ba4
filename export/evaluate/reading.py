"""Accuracy of what a model reads from clips: masks (IoU), shifts and local actions."""

from dataclasses import dataclass, field

from export.evaluate.code_usage import CodeAccumulator, CodeFigures
from export.evaluate.means import nan_mean
from export.evaluate.shifts import ShiftAccumulator, ShiftFigures
from glass.data.core.clip import Clip
from playground.clips.analysis import Analysis


@dataclass(frozen=True)
class ReadingFigures:
    """Figures of reading; None where the truth is unknown."""

    mask_iou: float | None
    """Intersection over union of the masks, mean over the frames that show the agent."""
    foreground_shift: ShiftFigures
    """How the agent moved."""
    background_shift: ShiftFigures
    """How the background's content moved."""
    local_actions: CodeFigures
    """What the agent did."""


@dataclass
class ReadingAccumulator:
    """What has been read so far."""

    codes: CodeAccumulator
    """The local actions."""
    overlaps: list[float] = field(default_factory=list)
    """Intersection over union of the masks, of each frame that shows the agent."""
    foreground: ShiftAccumulator = field(default_factory=ShiftAccumulator)
    """The agent's shifts."""
    background: ShiftAccumulator = field(default_factory=ShiftAccumulator)
    """The background's."""

    def add(self, clip: Clip, analysis: Analysis) -> None:
        """Compare what was read from a clip with the truth, as far as that is known."""
        if clip.masks is not None:
            both = (clip.masks & analysis.masks).sum((1, 2))
            either = (clip.masks | analysis.masks).sum((1, 2))
            shown = clip.masks.any((1, 2))
            self.overlaps += (both[shown] / either[shown]).tolist()
        if clip.foreground_shifts is not None:
            self.foreground.add([step.foreground_shift for step in analysis.steps], clip.foreground_shifts)
        if clip.background_shifts is not None:
            self.background.add([step.background_shift for step in analysis.steps], clip.background_shifts)
        self.codes.add(
            [step.local_action for step in analysis.steps],
            None if clip.actions is None else clip.actions[1:].tolist(),
            None if clip.foreground_shifts is None else [(x, y) for x, y in clip.foreground_shifts.tolist()],
            clip.character,
        )

    def figures(self) -> ReadingFigures:
        """Sum up."""
        return ReadingFigures(
            mask_iou=nan_mean(self.overlaps),
            foreground_shift=self.foreground.figures(),
            background_shift=self.background.figures(),
            local_actions=self.codes.figures(),
        )
