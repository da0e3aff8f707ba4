"""What each part of the model and each loss is worth: `python experiments/ablations.py --out runs/ablations`.

Every variant differs from the base in the one thing it is named after. All are trained for the same few steps on the
same draws and measured on the same unseen clips. Global variants have a global stage only; local variants share one
global stage, one anchor and one set of tracks. Started again, it goes on with the variants that are missing. The table
goes to `ablations.md` in the folder.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from experiments.joint_stage import JOINT_PIPELINE
from experiments.variants import with_feedback, with_regressed_shifts
from export.evaluate.animation import GREY
from export.evaluate.code_usage import normalised_information
from export.evaluate.image_metrics import decibels
from export.evaluate.means import nan_mean
from export.evaluate.shifts import ShiftAccumulator
from glass.config import Config, StageConfig, TrainingConfig, from_dict, to_dict
from glass.core.atomic_files import write_text
from glass.core.errors import GlassError
from glass.data.core.clip import CELL, Clip
from glass.data.sources import ClipSource, open_source
from glass.model import Glass
from glass.motion.windows import as_pictures, window_corner
from glass.networks.local_motion import LmaConfig
from glass.stages.base import NonFiniteLossError
from glass.stages.draws import draw_clips, step_rng
from glass.stages.global_motion import GlobalStage
from glass.stages.local_motion import LocalStage
from glass.stages.pipeline import PIPELINE
from glass.stages.tracks import Tracks, track_clips
from glass.training.checkpoint import AVERAGED, TrainingPosition, load_model
from glass.training.progress import LineReporter
from glass.training.trainer import Trainer
from playground.engine.compositing import cut_window

TICKS = (1, 6, 12)
"""Ticks after the first frame at which windows are compared."""
COMMON_SHARE = 0.03
"""A local action counts as used when it has more than this share of the steps."""
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
    overlaps, foreground, background = [], ShiftAccumulator(), ShiftAccumulator()
    for clip in clips:
        assert clip.masks is not None and clip.foreground_shifts is not None and clip.background_shifts is not None
        pictures = as_pictures(torch.from_numpy(clip.frames))
        masks = model.gma.segment(pictures)
        agent, scene = model.gma.register(pictures[None], masks[None])
        solid = masks[:, 0].numpy() > 0.5
        shown = clip.masks.any((1, 2))
        overlaps += ((clip.masks & solid).sum((1, 2)) / (clip.masks | solid).sum((1, 2)))[shown].tolist()
        foreground.add([(x, y) for x, y in agent[0].tolist()], clip.foreground_shifts)
        background.add([(x, y) for x, y in scene[0].tolist()], clip.background_shifts)
    agent_figures, scene_figures = foreground.figures(), background.figures()
    return Figures(nan_mean(overlaps), agent_figures.error, agent_figures.direction, scene_figures.error)


@torch.no_grad()
def measure_local(model: Glass, reader: Glass, clips: Sequence[Clip], how: Follow) -> Figures:
    """Replay clips from their first windows and compare; those in which ``reader`` finds no agent are passed over."""
    model.eval()
    window = model.config.lma.window
    errors: dict[int, list[float]] = {tick: [] for tick in TICKS}
    read: list[int] = []
    true: list[int] = []
    for clip in clips:
        try:
            tracks = follow_agents(reader, [clip], how)
        except ValueError:
            continue
        assert clip.actions is not None and clip.positions is not None
        batch = tracks.crops(torch.zeros(1, dtype=torch.long), torch.zeros(1, dtype=torch.long), len(clip), window)
        motion = model.lma(batch.crops, batch.shifts)
        read += (motion.local_actions[0] - 1).tolist()
        true += clip.actions[1:].tolist()
        corners = window_corner(tracks.positions[0], window).numpy()
        for tick in TICKS:
            played = _cell(motion.crops[0, tick - 1].permute(1, 2, 0).numpy(), clip.positions[tick] - corners[tick])
            errors[tick].append(float(((played - _true_cell(clip, tick)) ** 2).mean()) * 255**2)
    shares = np.bincount(read, minlength=model.config.lma.local_actions) / max(len(read), 1)
    return Figures(
        nmi=normalised_information(read, true) if read else None,
        used=int((shares > COMMON_SHARE).sum()),
        psnr={tick: nan_mean(decibels(error) for error in found) for tick, found in errors.items()},
    )


def _true_cell(clip: Clip, tick: int) -> NDArray[np.float32]:
    assert clip.masks is not None and clip.positions is not None
    alpha = clip.masks[tick, ..., None].astype(np.float32)
    return _cell(np.concatenate([clip.frames[tick] / np.float32(255) * alpha, alpha], 2), clip.positions[tick])


def _cell(layer: NDArray[np.float32], position: NDArray[np.float64]) -> NDArray[np.float32]:
    """Cut the agent's cell around a place (x, y) out of premultiplied RGBA, (H, W, 4), and put it before grey."""
    x, y = position.tolist()
    cell = cut_window(layer, (x, y), CELL)
    shown: NDArray[np.float32] = cell[..., :3] + (1 - cell[..., 3:]) * np.float32(GREY)
    return shown


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
        figures = {"global": self._global, "local": self._local, "joint": self._joint}[variant.stage](variant)
        write_text(path, json.dumps(asdict(figures), indent=2) + "\n")
        return figures

    def _trainer(self, variant: Variant) -> Trainer:
        config = changed(self.base, variant.changes)
        (self.folder / variant.folder).mkdir(parents=True, exist_ok=True)
        pipeline = JOINT_PIPELINE[:1] if variant.stage == "joint" else PIPELINE
        folder = self.folder / variant.folder
        return Trainer(
            config, self.sources, folder, LineReporter(), save_every=10**9, pipeline=pipeline, build=variant.build
        )

    def _global(self, variant: Variant) -> Figures:
        trainer = self._trainer(variant)
        if trainer.position.stage == "global":
            trainer.train(GlobalStage(trainer.config, self.sources))
        return measure_global(trainer.averaged, self.clips)

    def _local(self, variant: Variant) -> Figures:
        trainer = self._trainer(variant)
        shared = self._only_masks() if variant.follow == "mask" else self._shared()
        if trainer.is_new:
            trainer.warm_start([shared])
            trainer.position = TrainingPosition("local", 0)
        reader = load_model(shared)[0]
        if trainer.position.stage == "local":
            trainer.train(LocalStage(trainer.config, self._read(reader, variant.follow)))
        return measure_local(trainer.averaged, reader, self.clips, variant.follow)

    def _read(self, reader: Glass, how: Follow) -> Tracks:
        """Draw the clips that local stages learn from, and read them once."""
        if how not in self.tracks:
            training = self.base.training
            rng = step_rng(training.seed, "tracks", 0)
            clips = draw_clips(self.sources, rng, training.track_clips, training.track_length)
            self.tracks[how] = follow_agents(reader, clips, how)
        return self.tracks[how]

    def _joint(self, variant: Variant) -> Figures:
        trainer = self._trainer(variant)
        trainer.run()
        found = measure_local(trainer.averaged, trainer.averaged, self.clips, variant.follow)
        return replace(measure_global(trainer.averaged, self.clips), nmi=found.nmi, used=found.used, psnr=found.psnr)

    def _only_masks(self) -> Path:
        """Weights of the base's global stage."""
        self.figures(VARIANTS[0])
        return self.folder / VARIANTS[0].folder / AVERAGED

    def _shared(self) -> Path:
        """Weights with masks to the pixel and an anchor, from the base's global stage on."""
        training = self.base.training
        skipped = replace(
            training,
            global_stage=replace(training.global_stage, steps=0),
            local_stage=replace(training.local_stage, steps=0),
        )
        run = Trainer(replace(self.base, training=skipped), self.sources, self.folder / "shared", LineReporter())
        if run.is_new:
            run.warm_start([self._only_masks()])
        if run.position.stage != "done":
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return its exit code."""
    parser = argparse.ArgumentParser(description="Train and measure variants of the model that differ in one thing.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the runs and the table")
    parser.add_argument("--data", action="append", metavar="SPEC", help="source to learn from; may be repeated")
    parser.add_argument("--test", default="folk:split=test", metavar="SPEC", help="source of unseen clips")
    parser.add_argument("--global-steps", type=int, default=200, help="steps of the global and the matting stage")
    parser.add_argument("--local-steps", type=int, default=250, help="steps of the anchor and the local stage")
    parser.add_argument("--clips", type=int, default=24, help="clips to measure on")
    parser.add_argument("--only", metavar="WORDS", help="only variants with these words in their names")
    given = parser.parse_args(arguments)
    if min(given.global_steps, given.local_steps, given.clips) < 1:
        parser.error("--global-steps, --local-steps and --clips must be at least 1")
    torch.set_flush_denormal(True)
    try:
        sources = [open_source(spec) for spec in given.data or ["folk:split=train"]]
        test = open_source(given.test)
        clips = [test.draw(np.random.default_rng((1, number)), FRAMES) for number in range(given.clips)]
        base = base_config(test.frame_size, given.global_steps, given.local_steps)
        bench = Bench(base, sources, clips, given.out)
        rows = []
        for variant in VARIANTS:
            if not given.only or given.only in variant.name:
                rows.append((variant, bench.figures(variant)))
                write_text(given.out / "ablations.md", table(rows))
    except (GlassError, NonFiniteLossError, ValueError) as error:
        print(f"{given.out}: {error}", file=sys.stderr)
        return 2
    print(f"\n{table(rows)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
