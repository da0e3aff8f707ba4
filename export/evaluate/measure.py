"""The evaluation: all figures of a model on a source of clips."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from export.evaluate.animation import StartedGame, start_at_first_frame, start_from_cut_out
from export.evaluate.code_usage import CodeAccumulator
from export.evaluate.drift import DriftFigures, measure_drift
from export.evaluate.frechet import lite0_frechet
from export.evaluate.obedience import ObedienceFigures, measure_obedience
from export.evaluate.reading import ReadingAccumulator, ReadingFigures
from export.evaluate.replay import ReplayAccumulator, ReplayFigures
from export.evaluate.sample import Sample, draw_samples
from glass.data.core.clip import ACTIONS
from glass.data.sources import ClipSource
from playground import Engine
from playground.clips.analysis import analyse

ReportProgress = Callable[[str, float], None]
"""Takes what is being done, and the share of it that is done, in 0..1."""


VIEWS = [ACTIONS.index(f"walk {side}") for side in ("front", "left", "right")]
"""Actions whose first frame is a standing view."""


@dataclass(frozen=True)
class Amount:
    """How much is measured."""

    clips: int = 40
    """Clips that are read and replayed."""
    frames: int = 25
    """Frames of each."""
    starts: int = 40
    """Clips from whose first frame each local action is held."""
    plays: int = 12
    """Clips from whose first frame a long play starts; from their characters cut out, local actions are held, too."""
    views: int = 0
    """Views of each character, standing, that replays are given beside the first frame, of those in `VIEWS`."""
    distance: bool = True
    """Whether the Fréchet distance is measured; it needs many frames."""


FULL = Amount()
QUICK = Amount(clips=12, starts=8, plays=3, distance=False)


@dataclass(frozen=True)
class Report:
    """Everything measured in a run."""

    model: str
    """The model's name."""
    data: str
    """The source of the clips."""
    seed: int
    """What decided which clips were drawn."""
    amount: Amount
    """How much was measured."""
    reading: ReadingFigures
    """Clips read."""
    replay: ReplayFigures
    """Clips played again."""
    obedience: ObedienceFigures | None
    """Local actions held; None where no character's true animation is known."""
    cut_out: ObedienceFigures | None
    """Local actions held from sprites without a background; None as above."""
    drift: DriftFigures | None
    """Long play; None where no character's true animation is known."""
    lite0_frechet: float | None
    """Fréchet distance of played and true agents; None where it was not measured."""
    left_out: tuple[str, ...]
    """What could not be measured, and why."""


def measure(
    engine: Engine, source: ClipSource, data: str, amount: Amount, seed: int, progress: ReportProgress
) -> Report:
    """Measure a model.

    Args:
        engine: plays the model.
        source: where the clips come from.
        data: what the source was called.
        amount: how much to measure.
        seed: decides which clips are drawn.
        progress: called now and then.

    Raises:
        GlassError: the source's frames are not of the model's size, or it has no clips as long as asked for.
    """
    samples = draw_samples(
        source, engine.frame_size, amount.clips, amount.frames, seed, partial(progress, "drawing clips")
    )
    reading, replay = ReadingAccumulator(CodeAccumulator(engine.manifest.codes)), ReplayAccumulator()
    for number, sample in enumerate(samples):
        analysis = analyse(engine, sample.clip.frames)
        reading.add(sample.clip, analysis)
        views = () if sample.character is None else tuple(sample.character.cells[VIEWS[: amount.views], 0])
        replay.add(sample.clip, analysis, engine, views)
        progress("reading and replaying", (number + 1) / len(samples))
    read = reading.figures()
    meanings = read.local_actions.meanings
    known = [sample for sample in samples if sample.character is not None] if meanings else []

    def cut_out_of(sample: Sample) -> StartedGame:
        assert sample.character is not None
        return start_from_cut_out(engine, sample.character.cells[0, 0])

    first_frame_of = partial(start_at_first_frame, engine)
    obedience = cut_out = drift = None
    if known:
        obedience = measure_obedience(
            known[: amount.starts], meanings, first_frame_of, partial(progress, "holding local actions")
        )
        cut_out = measure_obedience(
            known[: amount.plays], meanings, cut_out_of, partial(progress, "holding local actions, cut out")
        )
        drift = measure_drift(
            known[: amount.plays], meanings, first_frame_of, seed, partial(progress, "playing for long")
        )
    distance = None
    if amount.distance and len(replay.true_regions) > 1:
        distance = lite0_frechet(
            replay.played_regions, replay.true_regions, partial(progress, "measuring the distance")
        )
    return Report(
        model=engine.manifest.name,
        data=data,
        seed=seed,
        amount=amount,
        reading=read,
        replay=replay.figures(),
        obedience=obedience,
        cut_out=cut_out,
        drift=drift,
        lite0_frechet=distance,
        left_out=_left_out(samples, read, known),
    )


def _left_out(samples: list[Sample], reading: ReadingFigures, known: list[Sample]) -> tuple[str, ...]:
    """Say what could not be measured, and why."""
    sentences = []
    for name, missing in (
        ("mask IoU", reading.mask_iou is None),
        ("foreground shift error", reading.foreground_shift.error is None),
        ("background shift error", reading.background_shift.error is None),
        ("NMI", reading.local_actions.nmi is None),
    ):
        if missing:
            sentences.append(f"{name}: the clips do not tell the truth")
    if not known:
        sentences.append(
            "obedience and drift: no character's true animation is known; give a source that draws its clips"
        )
    if all(sample.clip.positions is None for sample in samples):
        sentences.append("the agent's cell: its place is not known; the model's window stands in for it")
    return tuple(sentences)
