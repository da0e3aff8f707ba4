"""`glass-label`: see what each local action does, and name it."""

import sys
import time
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.bundles.library import find_bundle
from playground.commands.labelling import LONGEST, Frame, check_names, half_blocks, name_local_actions, preview
from playground.core.action_names import script_name
from playground.pictures.picture import Picture, load_picture
from playground.world.public_engine import Engine

app = new_command("See what each local action of a model does, and give it a name for the palette and for scripts.")

_SHOWN = 5
"""Moments of a preview that are shown side by side."""


@app.command()
def run(
    model: Annotated[str, typer.Option(help="Name or path of a model.")],
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            help=f"A name of up to {LONGEST} letters given at once, such as '4=slash left'; may be repeated.",
            metavar="K=NAME",
        ),
    ] = None,
    image: Annotated[str | None, typer.Option(help="A picture to show them on; else the first start frame.")] = None,
) -> None:
    """See what each local action of a model does, and give it a name for the palette and for scripts."""
    bundle = find_bundle(model)
    given = dict(_parse(text) for text in names or ())
    if given and image is not None:
        raise GlassError("--image shows what is asked for in a terminal; leave it out with --name")
    if not given:
        if not sys.stdin.isatty():
            raise GlassError("names are asked for in a terminal; without one give them, as in --name 4='slash left'")
        given = _ask(bundle, _picture(bundle, image))
    named = name_local_actions(bundle, given)
    for code, action in enumerate(named.manifest.local_actions, start=1):
        print(f"{code:>3}  {action.label}  (in scripts: {script_name(action.label)})")
    print(f"wrote {len(given)} of {named.manifest.codes} names into {bundle.folder}")


main = partial(run_command, app, "glass-label")
"""Run the command and return its exit code."""


def _parse(text: str) -> tuple[int, str]:
    number, equals, name = text.partition("=")
    if not equals or not number.strip().isdecimal() or len(number) > 9:
        raise GlassError(f"--name {text!r}: give a number and a name, such as '4=slash left'")
    return int(number), name


def _picture(bundle: Bundle, image: str | None) -> Picture:
    if image is not None:
        return load_picture(image)
    if not bundle.manifest.starts:
        raise GlassError(f"model {bundle.manifest.name!r} has no start frame; add --image with a picture")
    return load_picture(bundle.folder / bundle.manifest.starts[0])


def _ask(bundle: Bundle, picture: Picture) -> dict[int, str]:
    """Show every local action and return the names given; those kept are left out."""
    engine, console = Engine(bundle), Console(highlight=False)
    labels = [action.label for action in bundle.manifest.local_actions]
    given: dict[int, str] = {}
    console.print(
        "A name, or Enter to keep the one in brackets, or ? to see it once more. Ctrl-C leaves all as it was."
    )
    for code in range(1, bundle.manifest.codes + 1):
        frames = preview(engine, picture, code)
        _show(console, frames, engine.tick_rate)
        while True:
            said = _answer(console, f"{code} [{labels[code - 1]}]: ")
            if said == "?":
                _show(console, frames, engine.tick_rate)
                continue
            if not said or _accepted(console, labels, code, said):
                break
        if said:
            given[code] = labels[code - 1] = said
    return given


def _answer(console: Console, question: str) -> str:
    try:
        return console.input(question, markup=False).strip()
    except EOFError:
        raise KeyboardInterrupt from None


def _accepted(console: Console, labels: list[str], code: int, said: str) -> bool:
    """Say whether a name will do, and on the console why not."""
    try:
        check_names([*labels[: code - 1], said, *labels[code:]], [code])
    except GlassError as error:
        console.print(str(error), markup=False)
        return False
    return True


def _show(console: Console, frames: Sequence[Frame], tick_rate: float) -> None:
    """Play a preview where it stands, then leave some of its moments side by side."""
    width, height = console.width, console.height
    columns = max(8, min(width, 2 * (height - 3)))
    with Live(console=console, auto_refresh=False, transient=True) as live:
        for frame in frames:
            live.update(half_blocks([frame], columns), refresh=True)
            time.sleep(1 / tick_rate)
    every = max(1, (len(frames) - 1) // (_SHOWN - 1))
    console.print(half_blocks(frames[::every][:_SHOWN], width))


if __name__ == "__main__":
    sys.exit(main())
