"""Starting a run: from what a person asked for to a config, sources and a trainer with live progress."""

import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from glass.config import Config, GlobalWeights, TrainingConfig, current_settings, from_dict, to_dict
from glass.core.atomic_files import write_text
from glass.core.errors import GlassError
from glass.data.sources import ClipSource, open_source
from glass.networks.decoder import LmaConfig
from glass.networks.global_motion import GmaConfig
from glass.parallel.distributed import barrier, is_first, process_group
from glass.stages.base import NonFiniteLossError
from glass.training.checkpoint import LIVE
from glass.training.progress import LineReporter, LiveReporter, QuietReporter, Reporter
from glass.training.run_options import RunOptions
from glass.training.tensorboard import recorded
from glass.training.trainer import Trainer

RUN_FILE = "run.json"


def read_settings(path: Path | None) -> dict[str, Any]:
    """Read the settings that a JSON file names; none without a file.

    Raises:
        GlassError: no such file, or something else.
    """
    if path is None:
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise GlassError(f"{path}: no such settings file; give --config a JSON file") from None
    except (OSError, ValueError) as error:
        raise GlassError(f"{path}: not a JSON file of settings ({error})") from error
    if not isinstance(values, dict):
        raise GlassError(f"{path}: settings must be a JSON object")
    return values


def _merge(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        nested = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merge(base[key], value) if nested else value
    return merged


def make_config(options: RunOptions, frame_size: tuple[int, int]) -> Config:
    """Build the config that ``options`` ask for.

    Raises:
        GlassError: a setting that is unknown or out of range.
    """
    defaults = TrainingConfig()
    try:
        config = Config(
            frame_size=frame_size,
            gma=GmaConfig(),
            lma=LmaConfig(window=options.window, local_actions=options.local_actions),
            global_weights=GlobalWeights(size_prior=options.mask_size),
            training=TrainingConfig(
                global_stage=replace(defaults.global_stage, steps=options.global_steps),
                local_stage=replace(defaults.local_stage, steps=options.local_steps),
                track_clips=options.track_clips,
                track_length=options.track_length,
                seed=options.seed,
            ),
        )
        config = from_dict(Config, _merge(to_dict(config), current_settings(Config, read_settings(options.config))))
        kept = options.keep_actions or config.training.keep_actions
        return replace(config, training=replace(config.training, keep_actions=kept))
    except (ValueError, TypeError) as error:
        raise GlassError(f"glass-train: {error}") from error


def _same_frame_size(sources: list[ClipSource]) -> tuple[int, int]:
    sizes = {source.frame_size for source in sources}
    if len(sizes) > 1:
        raise GlassError(f"--data: frames of different sizes ({sorted(sizes)}); use sources of one size")
    return sizes.pop()


def _keep_settings(folder: Path, config: Config, data: list[str]) -> None:
    """Note the run's settings, or check that they are those it began with; before its first checkpoint they may change.

    Raises:
        GlassError: the folder holds something else, or a run with other settings.
    """
    settings = {"config": to_dict(config), "data": data}
    text = json.dumps(settings, indent=1)
    path = folder / RUN_FILE
    if not path.exists():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise GlassError(f"{folder}: not empty and not a run; choose another --out")
        folder.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
    elif not (folder / LIVE).exists():
        write_text(path, text)
    elif not _agree(_read_settings(path), config, data):
        raise GlassError(f"{folder}: a run with other settings lives here; repeat its settings or choose another --out")


def _agree(saved: Any, config: Config, data: list[str]) -> bool:
    """Say whether a run began with these settings; those that are newer than the run had their defaults."""
    try:
        return bool(from_dict(Config, saved["config"]) == config and saved["data"] == data)
    except (KeyError, TypeError, ValueError):
        return False


def _read_settings(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise GlassError(f"{path}: damaged ({error}); remove the folder and train again") from error


def start_run(options: RunOptions, live: bool) -> None:
    """Train, or go on training, a run; started by torchrun, as one of several processes, of which the first writes.

    Raises:
        GlassError: options that do not fit, data that cannot be read, a loss that is not finite.
    """
    sources = [open_source(spec) for spec in options.data]
    config = make_config(options, _same_frame_size(sources))
    if not options.warm_start and not (options.out / LIVE).exists():
        if config.training.keep_actions:
            raise GlassError("--keep-actions: whose? Give their weights by --warm-start")
        if config.shadow.cast and not config.training.shadow_stage.steps:
            raise GlassError("shadow.cast: it is not learned; let training.shadow_stage have steps")
    with process_group():
        if is_first():
            _keep_settings(options.out, config, options.data)
        barrier()
        _train(options, config, sources, live)


def _train(options: RunOptions, config: Config, sources: list[ClipSource], live: bool) -> None:
    with ExitStack() as shown:
        told: Reporter = QuietReporter()
        if is_first():
            reporter: Reporter = shown.enter_context(LiveReporter()) if live else LineReporter()
            told = shown.enter_context(recorded(reporter, options.out))
        trainer = Trainer(config, sources, options.out, told, options.save_every)
        if options.warm_start and trainer.is_new:
            trainer.warm_start(options.warm_start)
            if is_first():
                print(f"{options.out}: begins with {trainer.extra['warm_start']}")
        try:
            trainer.run()
        except NonFiniteLossError as error:
            raise GlassError(f"{options.out}: {error}; the last checkpoint is kept") from error
        except ValueError as error:
            raise GlassError(f"{options.out}: {error}") from error
    if is_first():
        print(f"{options.out}: trained; next: glass-export {options.out} --name NAME")
