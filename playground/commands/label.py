"""`glass-label`: rename the local actions of a model."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer

from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from playground.bundles.action_names import LONGEST, check_names, name_local_actions, script_name
from playground.bundles.library import find_bundle

app = new_command("Give the local actions of a model names for the palette and for scripts.")


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
    in_bundle: Annotated[
        bool, typer.Option("--in-bundle", help="Write them into the bundle, for everybody who gets it.")
    ] = False,
) -> None:
    """Give the local actions of a model names for the palette and for scripts."""
    bundle = find_bundle(model)
    given = dict(_parse(text) for text in names or ())
    if not given:
        if not sys.stdin.isatty():
            raise GlassError("names are asked for in a terminal; without one give them, as in --name 4='slash left'")
        given = _ask([action.label for action in bundle.manifest.local_actions])
    named, place = name_local_actions(bundle, given, in_bundle)
    for code, action in enumerate(named.manifest.local_actions, start=1):
        print(f"{code:>3}  {action.label}  (in scripts: {script_name(action.label)})")
    print(f"wrote {len(given)} of {named.manifest.codes} names into {place}")


main = partial(run_command, app, "glass-label")
"""Run the command and return its exit code."""


def _parse(text: str) -> tuple[int, str]:
    number, equals, name = text.partition("=")
    if not equals or not number.strip().isdecimal() or len(number) > 9:
        raise GlassError(f"--name {text!r}: give a number and a name, such as '4=slash left'")
    return int(number), name


def _ask(labels: list[str]) -> dict[int, str]:
    """Ask for a name of each local action and return those given; those kept are left out."""
    given: dict[int, str] = {}
    print("A name, or Enter to keep the one in brackets. Ctrl-C leaves all as it was; glass-play shows what each does.")
    for code in range(1, len(labels) + 1):
        while name := _answer(f"{code} [{labels[code - 1]}]: "):
            if _accepted(labels, code, name):
                given[code] = labels[code - 1] = name
                break
    return given


def _answer(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError:
        raise KeyboardInterrupt from None


def _accepted(labels: Sequence[str], code: int, name: str) -> bool:
    """Say whether a name will do, and on the console why not."""
    try:
        check_names([*labels[: code - 1], name, *labels[code:]], [code])
    except GlassError as error:
        print(error)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
