"""`glass-data`: make data sets with ground truth."""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from glass.data.core.specification import Specification
from glass.data.core.splits import SPLITS, split_range
from glass.data.parallel_drawing import draw_clips
from glass.data.sources import GeneratedSource, open_generator
from glass.data.stored.dataset import DatasetInfo, check_replaceable, new_dataset

app = new_command("Make data sets: clips of an agent before a moving background, with ground truth.")

Out = Annotated[Path, typer.Option(help="Folder of the data set; one made here before is replaced.")]
Clips = Annotated[int, typer.Option(min=1, help="How many clips.")]
Frames = Annotated[int, typer.Option(min=1, help="Frames in each clip.")]
Seed = Annotated[int, typer.Option(min=0, help="Decides everything random.")]
Split = Annotated[str, typer.Option(help="train, validation, test, or all: 80 / 10 / 10 % of the clips.")]
Sheets = Annotated[Path, typer.Option(help="Folder of sprite sheets.")]
Photo = Annotated[Path | None, typer.Option(help="Picture to film the agent before.")]
Backgrounds = Annotated[str | None, typer.Option(help="photo, generated or mixed; photo where one is given.")]
Empty = Annotated[float, typer.Option(min=0, max=1, help="Share of clips without an agent.")]
Edge = Annotated[float, typer.Option(min=0, max=1, help="Share of clips in which the agent may half leave the frame.")]

Processes = Annotated[int, typer.Option(min=1, help="How many make clips at once.")]


@dataclass(frozen=True)
class DataSetOptions:
    """A data set to be made."""

    kind: str
    """Kind of source, as `open_source` names it."""
    source_options: dict[str, str]
    """Options of the source, without its split."""
    out: Path
    """Folder of the data set."""
    clips: int
    """How many clips."""
    frames: int
    """Frames in each."""
    seed: int
    """Decides everything random."""
    split: str
    """One split, or all."""
    processes: int = 1
    """How many draw at once."""

    def counts(self) -> dict[str, int]:
        """Say how many clips each split gets.

        Raises:
            GlassError: no such split.
        """
        if self.split == "all":
            return {split: len(split_range(self.clips, split)) for split in SPLITS}
        if self.split not in SPLITS:
            raise GlassError(f"--split {self.split}: must be one of {', '.join(SPLITS)}, or all")
        return {self.split: self.clips}

    def source(self, split: str) -> GeneratedSource:
        """Open what a split's clips are drawn from.

        Raises:
            GlassError: see `open_generator`.
        """
        options = self.source_options | {"split": split}
        return open_generator(Specification(f"glass-data {self.kind}", self.kind, options))


@app.command()
def wsprites(
    sheets: Sheets,
    background: Annotated[Path, typer.Option(help="Picture to film the agent before.")],
    out: Out,
    clips: Clips = 100,
    frames: Frames = 40,
    seed: Seed = 0,
    split: Split = "all",
    backgrounds: Backgrounds = None,
    empty: Empty = 0.0,
    edge: Edge = 0.0,
) -> None:
    """Characters of the W-Sprites sheets (folders body, bottomwear, topwear, hair, shoes)."""
    options = _source_options(background, backgrounds, empty, edge) | {"sheets": str(sheets)}
    make(DataSetOptions("wsprites", options, out, clips, frames, seed, split))


@app.command()
def lpc(
    sheets: Sheets,
    out: Out,
    background: Photo = None,
    clips: Clips = 100,
    frames: Frames = 40,
    seed: Seed = 0,
    split: Split = "all",
    backgrounds: Backgrounds = None,
    empty: Empty = 0.0,
    edge: Edge = 0.0,
) -> None:
    """Characters of layered LPC sheets (folders body, feet, legs, torso, hair)."""
    options = _source_options(background, backgrounds, empty, edge) | {"sheets": str(sheets)}
    make(DataSetOptions("lpc", options, out, clips, frames, seed, split))


@app.command()
def folk(
    out: Out,
    background: Photo = None,
    clips: Clips = 100,
    frames: Frames = 40,
    seed: Seed = 0,
    split: Split = "all",
    backgrounds: Backgrounds = None,
    empty: Empty = 0.0,
    edge: Edge = 0.0,
) -> None:
    """Characters drawn by code; needs no other files."""
    make(DataSetOptions("folk", _source_options(background, backgrounds, empty, edge), out, clips, frames, seed, split))


@app.command()
def puppets(
    out: Out,
    background: Photo = None,
    clips: Clips = 100,
    frames: Frames = 40,
    seed: Seed = 0,
    split: Split = "all",
    backgrounds: Backgrounds = None,
    empty: Empty = 0.0,
    edge: Edge = 0.0,
    only: Annotated[str, typer.Option(help="Kinds of builds, joined by +, such as biped+fish.")] = "",
    without: Annotated[str, typer.Option(help="Kinds of builds to leave out, joined by +.")] = "",
) -> None:
    """Articulated agents of random build and texture, drawn by code; needs no other files."""
    options = _source_options(background, backgrounds, empty, edge) | {"only": only, "without": without}
    make(DataSetOptions("puppets", options, out, clips, frames, seed, split))


@app.command()
def robot(
    out: Out,
    clips: Clips = 100,
    frames: Frames = 30,
    seed: Seed = 0,
    split: Split = "all",
    size: Annotated[int, typer.Option(help="Width and height of the frames, in pixels.")] = 128,
    hover: Annotated[float, typer.Option(min=0, max=1, help="Share of clips in which the hand touches nothing.")] = 0.0,
    bair: Annotated[float, typer.Option(min=0, max=1, help="Share of clips that look like BAIR robot pushing.")] = 0.0,
    processes: Processes = 1,
) -> None:
    """A simulated arm that pushes things in a bin (pip install 'glass-playground[robot]')."""
    options = {"size": str(size), "hover": str(hover), "bair": str(bair)}
    make(DataSetOptions("robot", options, out, clips, frames, seed, split, processes))


@app.command()
def tennis(
    out: Out,
    clips: Clips = 100,
    frames: Frames = 24,
    seed: Seed = 0,
    split: Split = "all",
    size: Annotated[str, typer.Option(help="Width and height of the frames, in pixels, such as 256x96.")] = "192x72",
    rate: Annotated[float, typer.Option(help="Frames a second; the paper's clips have about 5.")] = 10.0,
    processes: Processes = 1,
) -> None:
    """Broadcast tennis drawn by code, of which the near player is the agent; needs no other files."""
    options = {"size": size, "rate": str(rate)}
    make(DataSetOptions("tennis", options, out, clips, frames, seed, split, processes))


def _source_options(background: Path | None, backgrounds: str | None, empty: float, edge: float) -> dict[str, str]:
    options = {"empty": str(empty), "edge": str(edge)}
    if background is not None:
        options["background"] = str(background)
    choice = backgrounds or ("photo" if background else "generated")
    return options | {"backgrounds": choice}


def make(options: DataSetOptions) -> None:
    """Write a data set and say so on stdout.

    Raises:
        GlassError: the options cannot be met; nothing is written.
    """
    counts = {split: count for split, count in options.counts().items() if count}
    sources = {split: options.source(split) for split in counts}
    check_replaceable(options.out)
    first = next(iter(sources.values()))
    arguments: dict[str, str | int | float] = {
        "split": options.split,
        "clips": options.clips,
        "frames": options.frames,
        **options.source_options,
    }
    info = DatasetInfo(
        generator=f"glass-data {options.kind}",
        arguments=arguments,
        seed=options.seed,
        tick_rate=first.tick_rate,
        frame_size=first.frame_size,
        licence=first.licence,
        actions=first.action_names,
    )
    console = Console(stderr=True)
    with (
        Progress(console=console, disable=not console.is_terminal, transient=True) as progress,
        new_dataset(options.out, info) as dataset,
    ):
        task = progress.add_task("Drawing clips", total=options.clips)
        for split, source in sources.items():
            seed = (options.seed, SPLITS.index(split))
            for clip in draw_clips(source, counts[split], options.frames, seed, options.processes):
                dataset.add(split, clip)
                progress.advance(task)
    parts = ", ".join(f"{count} {split}" for split, count in counts.items())
    print(f"{options.out}: {options.clips} clips of {options.frames} frames ({parts})")


main = partial(run_command, app, "glass-data")
"""Run the command and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
