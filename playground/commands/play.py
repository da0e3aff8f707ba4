"""`glass-play`: play a picture in a window, or run a script without one."""

import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from playground.agent import NoAgentError
from playground.bundle import Bundle
from playground.choice import choose_engine
from playground.commands.console import new_command, run_command, stop_like_interrupt
from playground.engine import Engine
from playground.errors import PlaygroundError
from playground.files import check_folder_place
from playground.library import find_bundle, find_bundles
from playground.performance import Performance, load_performance, together
from playground.picture import Picture, load_picture, put_before
from playground.recorder import RECORD_SCALE, FileRecorder, FrameFolder, Recorder, check_recording, recording
from playground.script import parse_script, read_script
from playground.world import World

app = new_command("Play a picture: move what is in it with the arrow keys, and make it act with the number keys.")


@dataclass(frozen=True)
class Order:
    """What glass-play was asked for."""

    image: str | None
    """The picture's file; None asks for a choice of start frames."""
    second: str | None
    """The second player's picture, if there is one."""
    replay: Path | None
    """A saved game to play again instead of a picture."""
    background: str | None
    """Picture to put a cut-out one before; None takes a plain colour."""
    paint: bool
    """Whether the player may paint the agent in a picture in which no model finds one."""
    model: str | None
    """Name or path of a bundle; None leaves the choice to the picture."""
    script: str
    """What to play, in the script language."""
    script_source: str
    """What errors call it: "script", or the file it came from."""
    second_script: str
    """What the second player plays."""
    record: Path | None
    """GIF to write."""
    frames: Path | None
    """Folder of pictures to write."""
    scale: int | None
    """Enlargement of the window and the GIF; None leaves it to them."""
    seed: int | None
    """Chooses the start frame where there is neither picture nor window, and the autoplay; None takes the first."""
    autoplay: bool
    """Whether the agent plays by itself while nobody asks for anything."""


@app.command()
def play(
    images: Annotated[
        list[str] | None,
        typer.Argument(
            help="A picture, or two for two players in the first one; without any, choose a start frame.",
            metavar="[IMAGE] [IMAGE]",
        ),
    ] = None,
    background: Annotated[str | None, typer.Option(help="Picture to put a cut-out one before.", metavar="FILE")] = None,
    paint: Annotated[
        bool, typer.Option("--paint", help="Paint the agent yourself if no model finds it; needs a window.")
    ] = False,
    model: Annotated[str | None, typer.Option(help="Name or path of a model; else chosen by the picture.")] = None,
    script: Annotated[str, typer.Option(help="Actions to play, such as 'right*10 3*8 left+up+2'.")] = "",
    script_file: Annotated[
        str | None, typer.Option(help="Text file of actions; '#' begins a remark.", metavar="FILE")
    ] = None,
    script2: Annotated[str, typer.Option(help="Actions of the second player.")] = "",
    replay: Annotated[str | None, typer.Option(help="Saved game to play again.", metavar="FILE")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Run the script without a window.")] = False,
    record: Annotated[str | None, typer.Option(help="GIF, MP4 or WebP to write.", metavar="FILE")] = None,
    frames: Annotated[str | None, typer.Option(help="Folder for one PNG a tick.", metavar="DIR")] = None,
    scale: Annotated[int | None, typer.Option(min=1, max=16, help="Enlargement of window and GIF.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Chooses a headless run's start frame, and the autoplay.")
    ] = None,
    autoplay: Annotated[
        bool, typer.Option("--autoplay", help="Let the agent play by itself while nobody asks for anything.")
    ] = False,
) -> None:
    """Play a picture: move what is in it with the arrow keys, and make it act with the number keys."""
    if frames == "":
        raise PlaygroundError("--frames: empty; give the name of a folder")
    gif, folder, save = (None if name is None else Path(name) for name in (record, frames, replay))
    image, second, *more = [*(images or []), None, None]
    if any(more):
        raise PlaygroundError(f"unexpected extra argument {more[0]!r}; at most two can play")
    words = _script(script, script_file)
    order = Order(image, second, save, background, paint, model, *words, script2, gif, folder, scale, seed, autoplay)
    _check(order)
    if headless and gif is None and folder is None:
        raise PlaygroundError("--headless shows nothing by itself; add --record FILE or --frames DIR")
    if gif is not None:
        check_recording(gif)
    if folder is not None:
        check_folder_place(folder, "--frames")
    if headless or not _has_display(order):
        _play_headless(order)
    else:
        _play_in_window(order)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run glass-play and return its exit code."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    stop_like_interrupt()
    return run_command(app, "glass-play", arguments)


def _script(script: str, file: str | None) -> tuple[str, str]:
    """Return the script asked for, and what errors call it."""
    if file is None:
        return script, "script"
    if script:
        raise PlaygroundError("both --script and --script-file; give one of them")
    return read_script(Path(file)), file


def _check(order: Order) -> None:
    """Refuse what does not go together."""
    if order.replay is not None:
        others = (order.image, order.script, order.second_script, order.background, order.paint, order.autoplay)
        if any(others) or order.seed is not None:
            raise PlaygroundError("--replay plays a saved game as it was; give no picture, script or seed with it")
    elif order.second is None and order.second_script:
        raise PlaygroundError("--script2 is for a second player; give two pictures")
    elif order.second is not None and order.paint:
        raise PlaygroundError("--paint is for one picture alone; paint the agents first, one by one")


def _has_display(order: Order) -> bool:
    """Say whether to open a window: where there is no display, a run that writes something can do without."""
    from playground.window import has_display

    if has_display():
        return True
    if order.record is None and order.frames is None:
        raise PlaygroundError("no display to open a window on; add --headless with --record FILE or --frames DIR")
    return False


def _play_headless(order: Order) -> None:
    """Run the script and write what is seen; nothing is written before all that was asked for has been understood."""
    if order.paint:
        raise PlaygroundError("--paint needs a window; without one, give a picture with an alpha channel")
    if order.autoplay:
        raise PlaygroundError("--autoplay needs a window; without one, play --script 'random(1)*200'")
    performance = _performance(order)
    engine = performance.world.engines[0]
    recorders: list[Recorder] = []
    if order.record is not None:
        recorders.append(FileRecorder(order.record, engine.tick_rate, order.scale or RECORD_SCALE, live=False))
    if order.frames is not None:
        recorders.append(FrameFolder(order.frames))
    with recording(recorders):
        for frame in performance.frames():
            for recorder in recorders:
                recorder.add(frame)
    written = " and ".join(str(place) for place in (order.record, order.frames) if place is not None)
    print(f"wrote the start frame and {len(performance.turns)} ticks to {written}")


def _play_in_window(order: Order) -> None:
    """Open a window and play until the player leaves; a script is played first."""
    from playground.app import Settings, perform, run
    from playground.gallery import choose

    autoplay = (order.seed or 0) if order.autoplay else None
    if order.replay is not None or order.second is not None:
        perform(_performance(order), Settings(order.scale, order.record, order.frames, autoplay=autoplay))
        return
    image, chosen_order = order.image, order
    if image is None:
        chosen = choose(_candidates(order.model))
        if chosen is None:
            return
        chosen_order, image = replace(order, model=str(chosen[0].resolve())), str(chosen[1])
    engine, picture = _open(chosen_order, image)
    actions = parse_script(order.script, engine.manifest, order.script_source)
    if picture.mask is not None or not order.paint:
        engine.reset(picture)
        _announce(engine, picture.name, picture.note)
    settings = Settings(order.scale, order.record, order.frames, actions, autoplay=autoplay)
    run(engine, picture, settings, opener=lambda path: _open(replace(order, background=None), str(path)))


def _performance(order: Order) -> Performance:
    """Load a saved game, or the pictures and scripts of one player or two; and say what plays."""
    if order.replay is not None:
        performance = load_performance(order.replay, order.model)
        start = performance.world.starts[0]
        performance.world.engines[0].reset(start.frame, mask=start.mask)
        _announce(performance.world.engines[0], performance.name)
        return performance
    engine, picture = _open_start(order) if order.image is None else _open(order, order.image)
    engines, pictures = [engine], [picture]
    scripts = [parse_script(order.script, engine.manifest, order.script_source)]
    if order.second is not None:
        other, guest = _open_second(order, order.second, engine)
        engines.append(other)
        pictures.append(guest)
        scripts.append(parse_script(order.second_script, other.manifest, "script2"))
    engine.reset(picture)
    world = World(engines)
    world.reset(pictures)
    for one, seen in zip(engines, pictures, strict=True):
        if one is not engine:
            one.reset(seen)
        _announce(one, seen.name, seen.note)
    return Performance(" and ".join(one.name for one in pictures), world, together(scripts))


def _open(order: Order, image: str) -> tuple[Engine, Picture]:
    """Load a picture, and the model asked for or else the one that suits it."""
    bundles = _candidates(order.model)
    picture = load_picture(image)
    if order.background is not None:
        picture = put_before(picture, load_picture(order.background))
    try:
        choice = choose_engine(picture, bundles)
    except NoAgentError:
        if not order.paint:
            raise
        return Engine(bundles[0]), picture
    return choice.engine, choice.picture


def _open_second(order: Order, image: str, first: Engine) -> tuple[Engine, Picture]:
    """Load the second player's picture, and the model for it among those that fit the first one's world."""
    home = first.manifest
    bundles = [
        bundle
        for bundle in _candidates(order.model)
        if (bundle.manifest.frame_size, bundle.manifest.tick_rate) == (home.frame_size, home.tick_rate)
    ]
    choice = choose_engine(load_picture(image), bundles)
    return first if choice.engine.manifest == home else choice.engine, choice.picture


def _open_start(order: Order) -> tuple[Engine, Picture]:
    """Load one of the start frames and its model."""
    if order.background is not None:
        raise PlaygroundError("--background is for a picture of your own; give one")
    starts = [(bundle, name) for bundle in _candidates(order.model) for name in bundle.manifest.starts]
    if not starts:
        raise PlaygroundError("no model has a start frame; give a picture")
    bundle, name = starts[0] if order.seed is None else random.Random(order.seed).choice(starts)
    return Engine(bundle), load_picture(bundle.folder / name)


def _candidates(model: str | None) -> tuple[Bundle, ...]:
    return find_bundles() if model is None else (find_bundle(model),)


def _announce(engine: Engine, name: str, note: str = "") -> None:
    """Say what was made of a picture, what plays it, on what, and how fast."""
    if note:
        print(f"{name}: {note}")
    tick = engine.measure_tick()
    print(f"{name}: model {engine.manifest.name} on {engine.provider_name}, {tick:.1f} ms a tick", flush=True)


if __name__ == "__main__":
    sys.exit(main())
