"""`glass-export`: turn a trained run into a bundle that can be played."""

import logging
import re
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from glass.core.console import check_packages, new_command, run_command
from glass.core.errors import GlassError

if TYPE_CHECKING:
    from export.bundle.write import StartFrame

app = new_command("Turn a trained run into a bundle that can be played.")


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run made by glass-train.")],
    name: Annotated[str, typer.Option(help="Name of the model.")],
    out: Annotated[Path, typer.Option(help="Folder that holds the bundles.")] = Path("models"),
    starts: Annotated[
        str | None, typer.Option(help="Where start frames come from: a data source such as folk:split=test.")
    ] = None,
    start_count: Annotated[int, typer.Option(min=1, help="How many start frames to draw.")] = 12,
    licence: Annotated[str | None, typer.Option(help="Licence of weights and start frames.")] = None,
    card: Annotated[Path | None, typer.Option(help="A model card to put in; by default one is made.")] = None,
    leave_out: Annotated[
        str, typer.Option(help="Numbers of local actions to leave out, such as 4,6; those after them move up.")
    ] = "",
    seed: Annotated[int, typer.Option(min=0, help="Decides which start frames are drawn.")] = 0,
) -> None:
    """Export a run, hold a long rollout against torch, and write the bundle only if they agree."""
    check_packages("glass-export", ("onnxscript", "torch"), "training packages", "train")
    if not re.fullmatch(r"(\d+(,\d+)*)?", leave_out):
        raise GlassError(f"--leave-out {leave_out!r}: must be numbers of local actions, such as 4,6")
    unwanted = [int(number) for number in leave_out.split(",") if number]
    if not name or Path(name).name != name or name.startswith("."):
        raise GlassError(f"--name {name!r}: must be a plain name, since it becomes a folder")
    if card and not card.is_file():
        raise GlassError(f"{card}: no such card; give --card a Markdown file")
    from export.bundle.local_actions import leave_out as without
    from export.bundle.verify import VerificationError
    from export.bundle.write import BundleOptions, write_bundle
    from glass.training.checkpoint import load_model

    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    model, extra = load_model(folder / "weights.safetensors")
    if unwanted and "statistics" in extra:
        model, extra["statistics"] = without(model, extra["statistics"], unwanted)
    options = BundleOptions(name, out, draw_starts(starts, start_count, seed) if starts else [], licence, card)
    try:
        difference = write_bundle(model, extra, options)
    except VerificationError as error:
        raise GlassError(f"{folder}: not exported: {error}") from error
    print(f"{out / name}: written; 100 ticks differ from torch by at most {difference}/255")
    print(f"next: glass-play --model {out / name}")


def draw_starts(spec: str, count: int, seed: int) -> "list[StartFrame]":
    """Draw start frames from a data source, each of another character; fewer where it has no more.

    Puppets are cut out, as large as they are drawn: models that move pixels play them at their own size.

    Raises:
        GlassError: the source cannot be read, or shows no agent.
    """
    from export.bundle.write import StartFrame
    from glass.data.puppets.source import PuppetSource
    from glass.data.sources import open_source

    source = open_source(spec)
    rng = np.random.default_rng(seed)
    if isinstance(source, PuppetSource):
        return [StartFrame(name.replace(" ", "_"), cut_out) for name, cut_out in source.portraits(rng, count)]
    found: dict[str, StartFrame] = {}
    for _ in range(20 * count):
        clip = source.draw(rng, 2)
        if clip.masks is not None and not clip.masks[0].any():
            continue
        name = "".join(c if c.isalnum() else "-" for c in clip.character or clip.name)
        found.setdefault(name, StartFrame(name, clip.frames[0]))
        if len(found) == count:
            break
    if not found:
        raise GlassError(f"--starts {spec}: shows no agent in {20 * count} clips; choose another source")
    return list(found.values())


main = partial(run_command, app, "glass-export")
"""Run the command and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
