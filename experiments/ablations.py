"""What each part of the model and each loss is worth: `python experiments/ablations.py --out runs/ablations`.

Every variant differs from the base in the one thing it is named after. All are trained for the same few steps on the
same draws and measured on the same unseen clips. Global variants have a global stage only; local variants share one
global stage, one anchor and one set of tracks. Started again, it goes on with the variants that are missing. The table
goes to `ablations.md` in the folder.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import torch
import typer

from experiments.joint_stage import JOINT_PIPELINE
from experiments.variants import with_feedback, with_regressed_shifts
from export.evaluate.animation import cell_before_grey
from export.evaluate.code_usage import CodeAccumulator
from export.evaluate.image_metrics import decibels
from export.evaluate.means import nan_mean
from export.evaluate.reading import ReadingAccumulator
from glass.config import Config, StageConfig, TrainingConfig, from_dict, to_dict
from glass.core.atomic_files import write_text
from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from glass.core.masks import SOLID
from glass.data.core.clip import Clip
from glass.data.sources import ClipSource, open_source
from glass.model import Glass
from glass.motion.windows import as_pictures, window_corner
from glass.networks.decoder import LmaConfig
from glass.stages.base import NonFiniteLossError
from glass.stages.local_motion import LocalStage
from glass.stages.pipeline import PIPELINE
from glass.stages.random_draws import draw_clips, step_rng
from glass.stages.tracks import Tracks, track_clips
from glass.training.checkpoint import AVERAGED, load_model
from glass.training.progress import LineReporter
from glass.training.trainer import Trainer
from playground.clips.analysis import Analysis, Step

PIPELINES = {"global": PIPELINE[:1], "local": PIPELINE[-1:], "joint": JOINT_PIPELINE}
"""What a trainer goes through, by what is trained."""
TICKS = (1, 6, 12)
"""Ticks after the first frame at which windows are compared."""
FRAMES = 13
"""Frames of the clips that are measured on."""

Follow = Literal["anchor", "mask", "frame"]
"""What windows follow: the anchor, the centre of the mask, or nothing, since they show the whole frame."""


@dataclass(frozen=True)
class Variant:
    """One row of the table."""

    name: str
    """What is different."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Settings other than the base's, by their dotted names."""
    stage: Literal["global", "local", "joint"] = "local"
    """What is trained."""
    follow: Follow = "anchor"
    """What the windows follow."""
    build: Callable[[Config], Glass] = Glass
    """Makes the model."""

    @property
    def folder(self) -> str:
        """Name of its folder."""
        return f"{self.stage}-{'-'.join(self.name.replace(',', '').split())}"


VARIANTS = (
    Variant("all losses", stage="global"),
    Variant("without background loss", {"global_weights.background": 0.0}, "global"),
    Variant("without mask-size loss", {"global_weights.size": 0.0}, "global"),
    Variant("without binary loss", {"global_weights.binary": 0.0}, "global"),
    Variant("regressed shifts", stage="global", build=with_regressed_shifts),
    Variant("9 codes, all losses"),
    Variant("4 codes", {"lma.local_actions": 4}),
    Variant("12 codes", {"lma.local_actions": 12}),
    Variant("without gradient loss", {"local_weights.gradient": 0.0}),
    Variant("without commitment loss", {"local_weights.commitment": 0.0}),
    Variant("without usage loss", {"local_weights.code_entropy": 0.0}),
    Variant("without persistence loss", {"local_weights.temporal_info_nce": 0.0}),
    Variant("nearest code of every tick", {"lma.code_switch_cost": 0.0}),
    Variant("without displacement fields", {"lma.warp_fields": 0}),
    Variant("last painted crop encoded", build=with_feedback),
    Variant("stages one after the other, no anchor", follow="mask"),
    Variant("stages jointly, no anchor", stage="joint", follow="mask"),
    Variant("whole frame", {"lma.window": 128}, follow="frame"),
)
"""The rows in their order. The first of each kind is the base; the two without an anchor are to be compared with each
other; the whole frame takes by far the longest."""


@dataclass(frozen=True)
class Figures:
    """What a variant reached; None where it has nothing of the kind."""

    mask_iou: float | None = None
    """Intersection over union, mean over frames."""
    foreground_error: float | None = None
    """Pixels."""
    foreground_direction: float | None = None
    """Share of the true moves whose shift is within 45 degrees."""
    background_error: float | None = None
    """Pixels."""
    nmi: float | None = None
    """Normalised mutual information of local and true actions."""
    used: int | None = None
    """Local actions in use."""
    psnr: Mapping[int, float | None] = field(default_factory=dict)
    """Of the agent's cell before grey, by tick, in dB."""


def base_config(frame_size: tuple[int, int], global_steps: int, local_steps: int) -> Config:
    """Give the settings that variants differ from."""
    return Config(
        frame_size=frame_size,
        lma=LmaConfig(window=56, local_actions=9, warp_fields=2),
        training=TrainingConfig(
            global_stage=StageConfig(steps=global_steps, average_decay=0.98),
            matting_stage=StageConfig(
                steps=global_steps, batch=16, lengths=(2,), learning_rate=1e-3, average_decay=0.98
            ),
            anchor_stage=StageConfig(steps=local_steps, batch=16, lengths=(8,), average_decay=0.98),
            local_stage=StageConfig(
                steps=local_steps, batch=6, lengths=(8,), average_decay=0.98, warm_up=local_steps // 3
            ),
            matting_clips=60,
            track_clips=200,
            precision="full",
        ),
    )


def changed(config: Config, changes: Mapping[str, Any]) -> Config:
    """Give a config with some settings changed, by their dotted names."""
    values = to_dict(config)
    for name, value in changes.items():
        *path, last = name.split(".")
        place = values
        for part in path:
            place = place[part]
        place[last] = value
    return from_dict(Config, values)


def follow_agents(model: Glass, clips: list[Clip], how: Follow) -> Tracks:
    """Read clips as a variant's local stage sees them.

    Raises:
        ValueError: no clip shows an agent throughout.
    """
    tracks = track_clips(model.gma, model.anchor, clips, model.config.path)
    if how == "mask":
        return replace(tracks, shifts=_measured_shifts(model, tracks))
    tracks = tracks.anchored(model.anchor)
    return whole_frame(tracks) if how == "frame" else tracks


def whole_frame(tracks: Tracks) -> Tracks:
    """Return the same clips, seen by windows in the middle of the frame, where the agent travels."""
    height, width = tracks.frames.shape[2:4]
    return replace(tracks, positions=torch.tensor([width / 2, height / 2]).expand_as(tracks.positions))


@torch.no_grad()
def _measured_shifts(model: Glass, tracks: Tracks) -> torch.Tensor:
    """Shifts ``(N, L-1, 2)`` between neighbouring frames, as they are found."""
    pairs = zip(tracks.frames, tracks.masks, strict=True)
    found = (
        model.gma.register(as_pictures(clip)[None], masks[None, :, None].float() / 255)[0] for clip, masks in pairs
    )
    return torch.cat(list(found))


@torch.no_grad()
def measure_global(model: Glass, clips: Sequence[Clip]) -> Figures:
    """Compare masks and shifts with the truth of clips."""
    model.eval()
    reading = ReadingAccumulator(CodeAccumulator(1))
    for clip in clips:
        pictures = as_pictures(torch.from_numpy(clip.frames))
        masks = model.gma.segment(pictures)
        shifts = [layer[0].tolist() for layer in model.gma.register(pictures[None], masks[None])]
        steps = tuple(Step(tuple(agent), tuple(scene), 1) for agent, scene in zip(*shifts, strict=True))
        analysis = Analysis("", clip.frame_size, masks[:, 0].numpy() > SOLID, steps)
        reading.add(replace(clip, actions=None), analysis)
    found = reading.figures()
    agent, scene = found.foreground_shift, found.background_shift
    return Figures(found.mask_iou, agent.error, agent.direction, scene.error)


@torch.no_grad()
def measure_local(model: Glass, reader: Glass, clips: Sequence[Clip], how: Follow) -> Figures:
    """Replay clips from their first windows and compare; those in which ``reader`` finds no agent are passed over."""
    model.eval()
    window = model.config.lma.window
    errors: dict[int, list[float]] = {tick: [] for tick in TICKS}
    codes = CodeAccumulator(model.config.lma.local_actions)
    for clip in clips:
        try:
            tracks = follow_agents(reader, [clip], how)
        except ValueError:
            continue
        assert clip.actions is not None and clip.positions is not None and clip.masks is not None
        batch = tracks.crops(torch.zeros(1, dtype=torch.long), torch.zeros(1, dtype=torch.long), len(clip), window)
        motion = model.lma(batch.crops, batch.shifts)
        codes.add(motion.local_actions[0].tolist(), clip.actions[1:].tolist(), None, "")
        corners = window_corner(tracks.positions[0], window).numpy()
        for tick in TICKS:
            crop, place = motion.crops[0, tick - 1].permute(1, 2, 0).numpy(), clip.positions[tick]
            alpha = clip.masks[tick, ..., None].astype(np.float32)
            truth = np.concatenate([clip.frames[tick] / np.float32(255) * alpha, alpha], 2)
            difference = cell_before_grey(crop, place - corners[tick]) - cell_before_grey(truth, place)
            errors[tick].append(float((difference**2).mean()) * 255**2)
    found = codes.figures() if codes.local_actions else None
    return Figures(
        nmi=found.nmi if found else None,
        used=found.used if found else 0,
        psnr={tick: nan_mean(map(decibels, values)) for tick, values in errors.items()},
    )


@dataclass(frozen=True)
class Bench:
    """Trains and measures variants in a folder."""

    base: Config
    """What they differ from."""
    sources: Sequence[ClipSource]
    """What they learn from."""
    clips: Sequence[Clip]
    """What they are measured on."""
    folder: Path
    """Where their runs go."""
    tracks: dict[Follow, Tracks] = field(default_factory=dict)
    """What local stages learn from, once it has been read."""

    def figures(self, variant: Variant) -> Figures:
        """Train and measure a variant, unless that has been done."""
        path = self.folder / variant.folder / "figures.json"
        if path.exists():
            found = json.loads(path.read_text(encoding="utf-8"))
            return Figures(**found | {"psnr": {int(tick): value for tick, value in found["psnr"].items()}})
        print(f"\n{variant.stage} stage: {variant.name}", flush=True)
        model, reader = self.train(variant)
        figures = Figures() if variant.stage == "local" else measure_global(model, self.clips)
        if variant.stage != "global":
            local = measure_local(model, reader, self.clips, variant.follow)
            figures = replace(figures, nmi=local.nmi, used=local.used, psnr=local.psnr)
        write_text(path, json.dumps(asdict(figures), indent=2) + "\n")
        return figures

    def train(self, variant: Variant) -> tuple[Glass, Glass]:
        """Return a variant's model, and the one that reads the clips for it."""
        trainer = Trainer(
            changed(self.base, variant.changes),
            self.sources,
            self.folder / variant.folder,
            LineReporter(),
            save_every=10**9,
            pipeline=PIPELINES[variant.stage],
            build=variant.build,
        )
        if variant.stage != "local":
            trainer.run()
            return trainer.averaged, trainer.averaged
        shared = self._only_masks() if variant.follow == "mask" else self._shared()
        if trainer.is_new:
            trainer.warm_start([shared])
        reader = load_model(shared)[0]
        if trainer.position.stage == "local":
            trainer.folder.mkdir(parents=True, exist_ok=True)
            trainer.train(LocalStage(trainer.config, self._read(reader, variant.follow)))
        return trainer.averaged, reader

    def _read(self, reader: Glass, how: Follow) -> Tracks:
        """Draw the clips that local stages learn from, and read them once."""
        if how not in self.tracks:
            training = self.base.training
            rng = step_rng(training.seed, "tracks", 0)
            clips = draw_clips(self.sources, rng, training.track_clips, training.track_length)
            self.tracks[how] = follow_agents(reader, clips, how)
        return self.tracks[how]

    def _only_masks(self) -> Path:
        """Weights of the base's global stage."""
        self.figures(VARIANTS[0])
        return self.folder / VARIANTS[0].folder / AVERAGED

    def _shared(self) -> Path:
        """Weights with masks to the pixel and an anchor, from the base's global stage on."""
        run = Trainer(self.base, self.sources, self.folder / "shared", LineReporter(), pipeline=PIPELINE[1:-1])
        if run.is_new:
            run.warm_start([self._only_masks()])
        run.run()
        return self.folder / "shared" / AVERAGED


def table(rows: Sequence[tuple[Variant, Figures]]) -> str:
    """Lay figures out as a table in Markdown."""
    heads = ["", "mask IoU", "foreground error, px", "direction", "background error, px", "NMI", "codes used"]
    heads += [f"tick {tick}, dB" for tick in TICKS]
    lines = [heads, ["---"] * len(heads)]
    for variant, one in rows:
        values = (one.mask_iou, one.foreground_error, one.foreground_direction, one.background_error, one.nmi)
        lines.append(
            [
                variant.name,
                *(_text(value, 3) for value in values),
                _text(one.used, 0),
                *(_text(one.psnr.get(tick), 1) for tick in TICKS),
            ]
        )
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _text(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


app = new_command("Train and measure variants of the model that differ in one thing.")


@app.command()
def ablations(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the runs and the table.")],
    data: Annotated[
        list[str] | None, typer.Option(metavar="SPEC", help="Source to learn from; may be repeated.")
    ] = None,
    test: Annotated[str, typer.Option(metavar="SPEC", help="Source of unseen clips.")] = "folk:split=test",
    global_steps: Annotated[int, typer.Option(min=1, help="Steps of the global and the matting stage.")] = 200,
    local_steps: Annotated[int, typer.Option(min=1, help="Steps of the anchor and the local stage.")] = 250,
    clips: Annotated[int, typer.Option(min=1, help="Clips to measure on.")] = 24,
    only: Annotated[str, typer.Option(metavar="WORDS", help="Only variants with these words in their names.")] = "",
) -> None:
    """Train and measure variants of the model that differ in one thing."""
    torch.set_flush_denormal(True)
    sources = [open_source(spec) for spec in data or ["folk:split=train"]]
    unseen = open_source(test)
    shown = [unseen.draw(np.random.default_rng((1, number)), FRAMES) for number in range(clips)]
    bench = Bench(base_config(unseen.frame_size, global_steps, local_steps), sources, shown, out)
    rows = []
    try:
        for variant in VARIANTS:
            if only in variant.name:
                rows.append((variant, bench.figures(variant)))
                write_text(out / "ablations.md", table(rows))
    except (NonFiniteLossError, ValueError) as error:
        raise GlassError(f"{out}: {error}") from error
    print(f"\n{table(rows)}")


main = partial(run_command, app, "ablations.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
