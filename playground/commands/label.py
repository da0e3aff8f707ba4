"""`glass-label`: rename the local actions of a model, and measure how they are played."""

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Annotated

import typer

from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from playground.bundles.action_names import LONGEST, check_names, name_local_actions, script_name
from playground.bundles.bundle import Bundle
from playground.bundles.library import find_bundle
from playground.bundles.manifest import Manifest
from playground.bundles.own_facts import keep_acts
from playground.commands.progress import share_bar
from playground.core.action import Action
from playground.scripts.language import parse_script

app = new_command("Give the local actions of a model names for the palette and for scripts.")

_LONGEST_ACT = 20
"""Most ticks up to the height of an act."""


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
    measure: Annotated[
        bool, typer.Option("--measure", help="Find how each is best played from rest and back; takes a minute.")
    ] = False,
    acts: Annotated[
        list[str] | None,
        typer.Option(
            "--act",
            help="Ticks up to the height of one, chosen by eye, such as '9=6*2 9*4'; measures the others.",
            metavar="K=TICKS",
        ),
    ] = None,
) -> None:
    """Give the local actions of a model names for the palette and for scripts."""
    bundle = find_bundle(model)
    given = dict(_parse(text) for text in names or ())
    if measure or acts:
        _measure(bundle, dict(_parse_act(text, bundle.manifest) for text in acts or ()), in_bundle)
        if not given:
            return
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


def _parse_act(text: str, manifest: Manifest) -> tuple[int, tuple[int, ...]]:
    number, equals, script = text.partition("=")
    ticks = [] if not script.strip() else parse_script(script, manifest, "--act")
    codes = tuple(tick.local_action for tick in ticks if tick == Action(local_action=tick.local_action))
    good = equals and number.strip().isdecimal() and len(number) <= 9 and 1 <= int(number) <= manifest.codes
    if not good or len(codes) != len(ticks) or not 1 <= len(codes) <= _LONGEST_ACT or None in codes:
        raise GlassError(
            f"--act {text!r}: give one of 1..{manifest.codes} and up to {_LONGEST_ACT} ticks of local actions, "
            "such as '9=6*2 9*4'"
        )
    return int(number), tuple(code for code in codes if code is not None)


def _measure(bundle: Bundle, given: Mapping[int, tuple[int, ...]], in_bundle: bool) -> None:
    """Measure all acts, tell how they are, and keep them."""
    from playground.acts.measuring import measure_acts, resting_agents
    from playground.engine.inference import InferenceEngine

    engine = InferenceEngine(bundle)
    agents = resting_agents(engine)
    if not agents:
        raise GlassError(f"--measure: no start frame of model {engine.manifest.name!r} shows an agent to measure on")
    with share_bar() as bar:
        task = bar.add_task("measuring")
        measured = measure_acts(engine, agents, given, lambda done, of: bar.update(task, completed=done, total=of))
    for code, one in enumerate(measured, start=1):
        act, label = one.act, bundle.manifest.local_actions[code - 1].label
        if act.same_as is not None:
            print(f"{code:>3}  {label}: shows the same as {act.same_as}")
            continue
        if not act.rise:
            print(f"{code:>3}  {label}: shows rest")
            continue
        ticks = f"{_ticks(act.rise)}, back {_ticks(act.fall) or 'at once'}"
        figures = f"height {one.height:.2f}, end {one.end:.2f}, sharp {one.clean:.2f}"
        print(f"{code:>3}  {label}: {ticks}  ({figures})")
    place = keep_acts(bundle.folder, {code: one.act for code, one in enumerate(measured, start=1)}, in_bundle)
    print(f"wrote {len(measured)} acts into {place}")


def _ticks(codes: Sequence[int]) -> str:
    """Return ticks as a script writes them."""
    return " ".join(f"{code}*{len(list(run))}" for code, run in groupby(codes))


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
