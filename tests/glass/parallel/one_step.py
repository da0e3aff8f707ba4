"""Takes the first step of every stage without changing anything: its losses and gradients.

Run by `test_distributed.py` in two processes: `torchrun ... -m tests.glass.parallel.one_step FILE ARGUMENTS` does what
`glass-train ARGUMENTS` does, and writes them to FILE before it trains.
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from safetensors.torch import save_file
from torch import Tensor

from glass.commands import train
from glass.config import Config
from glass.model import Glass
from glass.networks.global_motion import MASK_LOGIT_SCALE
from glass.networks.shadow import ShadowConfig
from glass.parallel.distributed import data_parallel, is_first, world_size
from glass.parallel.shared_batch_norm import share_statistics
from glass.stages.anchor import AnchorStage
from glass.stages.backdrop import BackdropStage, empty_clips
from glass.stages.global_motion import GlobalStage
from glass.stages.local_motion import LocalStage
from glass.stages.matting import MattingStage, matte_clips
from glass.stages.random_draws import draw_clips, step_rng
from glass.stages.shadow import ShadowStage, lit_backgrounds
from glass.stages.tracks import track_clips
from glass.training import runs
from glass.training.trainer import StageStep
from tests.fixtures.tiny_world import TinyWorld, tiny_config


def settings() -> Config:
    """Batches that two processes cannot share evenly."""
    config = tiny_config(1, 1, mask_bias=0.0)
    training = config.training
    stages = {
        name: replace(getattr(training, name), batch=5)
        for name in ("global_stage", "matting_stage", "backdrop_stage", "anchor_stage", "shadow_stage", "local_stage")
    }
    stages["local_stage"] = replace(stages["local_stage"], lengths=(8,))
    matting = replace(config.matting, light=0.2)
    shadow = ShadowConfig(cast=True, window=32, widths=(8, 8, 8, 8))
    return replace(config, matting=matting, shadow=shadow, training=replace(training, **stages))


def gradients(config: Config, rough: bool = False) -> dict[str, Tensor]:
    """Losses and gradients of each stage's first step, the local one without and with codes; also ``rough``."""
    torch.manual_seed(0)
    model = Glass(config)
    for _ in range(4):
        model.gma.scale_mask_logits(MASK_LOGIT_SCALE)
    if world_size() > 1:
        share_statistics(model)
    sources = [TinyWorld(empty=0.0)]
    clips = draw_clips(sources, step_rng(0, "tracks", 0), 7, 8)
    examples = matte_clips(model.gma, clips, config.matting)
    tracks = track_clips(model.gma, model.anchor, clips, config.path)
    stages = (
        GlobalStage(config, sources),
        MattingStage(config, lambda _: examples),
        BackdropStage(config, empty_clips(model.gma, clips)),
        AnchorStage(config, tracks),
        ShadowStage(config, tracks, lit_backgrounds(tracks)),
        LocalStage(replace(config, training=replace(config.training, local_stage=late(config))), tracks),
        LocalStage(config, tracks),
    )
    found: dict[str, Tensor] = {}
    for number, stage in enumerate(stages):
        if number == 6:
            generator = torch.Generator().manual_seed(0)
            vectors = torch.randn(200, config.lma.code_size, generator=generator)
            model.lma.quantiser.initialise(vectors, generator)
        module = stage.module(model).train()
        module.zero_grad()
        step = data_parallel(StageStep(model, module))
        with torch.autocast("cpu", torch.bfloat16, enabled=rough):
            result = step(stage, 1)
        for name, value in result.losses.check(1).items():
            found[f"{number}-{stage.name} loss {name}"] = torch.tensor(value)
        result.losses.total().backward()
        for name, parameter in module.named_parameters():
            assert parameter.grad is not None, name
            found[f"{number}-{stage.name} gradient {name}"] = parameter.grad.clone(
                memory_format=torch.contiguous_format
            )
    return found | {f"buffer {name}": value.float().clone() for name, value in model.named_buffers()}


def late(config: Config) -> object:
    """A schedule whose codes are set later than in its first step."""
    return replace(config.training.local_stage, steps=9, warm_up=4)


def main() -> int:
    """Do what `glass-train` does, and before it trains, in the same group of processes, write the first steps."""
    path, train_run = Path(sys.argv.pop(1)), runs._train

    def write_and_train(*arguments: Any) -> None:
        found = gradients(settings())
        if is_first():
            save_file(found, path)
        train_run(*arguments)

    with patch.object(runs, "_train", write_and_train):
        return train.main()


if __name__ == "__main__":
    sys.exit(main())
