"""The variants that are compared, and the bench that trains and measures them in a folder."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from experiments.figures import Figures, Follow, follow_agents, measure_global, measure_local
from experiments.joint_stage import JOINT_PIPELINE
from experiments.variants import with_feedback, with_regressed_shifts
from glass.config import Config, StageConfig, TrainingConfig, from_dict, to_dict
from glass.core.atomic_files import write_text
from glass.data.core.clip import Clip
from glass.data.sources import ClipSource
from glass.model import Glass
from glass.networks.decoder import LmaConfig
from glass.stages.local_motion import LocalStage
from glass.stages.pipeline import PIPELINE
from glass.stages.random_draws import draw_clips, step_rng
from glass.stages.tracks import Tracks
from glass.training.checkpoint import AVERAGED, load_model
from glass.training.progress import LineReporter
from glass.training.trainer import Trainer

PIPELINES = {"global": PIPELINE[:1], "local": PIPELINE[-1:], "joint": JOINT_PIPELINE}
"""What a trainer goes through, by what is trained."""


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
