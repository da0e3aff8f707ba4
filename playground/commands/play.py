"""`glass-play`: play a picture in a window, or run a script without one."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Annotated

import typer

from glass.core.console import new_command, run_command, stop_like_interrupt
from glass.core.errors import GlassError
from glass.core.output_places import check_named
from playground.commands.play_options import Order
from playground.commands.prepare import candidates, cast
from playground.core.text_sizes import TEXT_SIZES
from playground.recording.recorder import RECORD_SCALE, FileRecorder, FrameFolder, Recorder, recording
from playground.scripts.language import read_script
from playground.world.prepared_game import Performance

if TYPE_CHECKING:
    from playground.ui.app import Opener, Settings

_SIZES = ", ".join(f"{size:g}" for size in TEXT_SIZES)

app = new_command("Play a picture: move what is in it with the arrow keys, and make it act with the number keys.")


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
    scale: Annotated[int | None, typer.Option(min=1, max=16, help="Enlargement of window and recording.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Chooses a headless run's start frame, and the autoplay.")
    ] = None,
    autoplay: Annotated[
        bool, typer.Option("--autoplay", help="Let the agent play by itself while nobody asks for anything.")
    ] = False,
    keymap: Annotated[str | None, typer.Option(help="TOML file that says which keys do what.", metavar="FILE")] = None,
    text_size: Annotated[float, typer.Option(help=f"Size of the text: {_SIZES}.", metavar="SIZE")] = 1.0,
) -> None:
    """Play a picture: move what is in it with the arrow keys, and make it act with the number keys."""
    check_named({"--frames": frames, "--record": record, "--script-file": script_file})
    if text_size not in TEXT_SIZES:
        raise GlassError(f"--text-size {text_size:g}: give one of {_SIZES}")
    gif, folder, save = (None if name is None else Path(name) for name in (record, frames, replay))
    image, second, *more = [*(images or []), None, None]
    if any(more):
        raise GlassError(f"unexpected extra argument {more[0]!r}; at most two can play")
    words = _script(script, script_file)
    order = Order(
        image,
        second,
        save,
        background,
        paint,
        model,
        *words,
        script2,
        gif,
        folder,
        scale,
        seed,
        autoplay,
        None if keymap is None else Path(keymap),
        text_size,
        headless,
    )
    order.check()
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
        raise GlassError("both --script and --script-file; give one of them")
    return read_script(Path(file)), file


def _has_display(order: Order) -> bool:
    """Say whether to open a window: where there is no display, a run that writes something can do without."""
    from playground.ui.toolkit.window import has_display

    if has_display():
        return True
    if order.autoplay:
        raise GlassError("--autoplay needs a display; without one, play --script 'random(1)*200' --record FILE")
    if order.record is None and order.frames is None:
        raise GlassError("no display to open a window on; add --headless with --record FILE or --frames DIR")
    return False


def _play_headless(order: Order) -> None:
    """Run the script and write what is seen; nothing is written before all that was asked for has been understood."""
    if order.paint:
        raise GlassError("--paint needs a window; without one, give a picture with an alpha channel")
    performance = cast(order)
    engine = performance.world.engines[0]
    start = performance.world.starts[0]
    engine.reset(start.frame, mask=start.mask)
    _announce(performance, f", {engine.measure_tick():.1f} ms a tick")
    recorders: list[Recorder] = []
    if order.record is not None:
        recorders.append(FileRecorder(order.record, engine.tick_rate, order.scale or RECORD_SCALE, realtime=False))
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
    from playground.input.keymap import DEFAULT_KEYMAP
    from playground.input.keymap_file import read_keymap
    from playground.ui.app import Settings, paint_agent, run
    from playground.ui.toolkit.window import close_window, is_key

    keymap = DEFAULT_KEYMAP if order.keymap is None else read_keymap(order.keymap, DEFAULT_KEYMAP, is_key)
    autoplay = (order.seed or 0) if order.autoplay else None
    settings = Settings(order.scale, order.record, order.frames, order.text_size, keymap, autoplay)

    def open_dropped(path: Path) -> Performance:
        plain = replace(order, second=None, replay=None, background=None, script="", second_script="", paint=True)
        return cast(replace(plain, image=str(path)), paint_agent)

    try:
        if order.image is None and order.replay is None:
            _play_from_gallery(order, settings, open_dropped)
        else:
            performance = cast(order, paint_agent)
            _announce(performance)
            run(performance, settings, open_dropped)
    finally:
        close_window()


def _play_from_gallery(order: Order, settings: "Settings", opener: "Opener") -> None:
    """Let the player choose a picture, and another one after each game."""
    from playground.ui.app import run
    from playground.ui.gallery.gallery import Gallery, choose, load_starts

    attract = Random(settings.autoplay) if settings.autoplay is not None else None
    gallery = Gallery(load_starts(candidates(order.model)), settings.keymap, settings.text_size, attract)
    while (chosen := choose(gallery)) is not None:
        try:
            if chosen.model is None:
                performance = opener(chosen.path)
            else:
                second = None if chosen.second is None else str(chosen.second)
                model = str(chosen.model.resolve())
                performance = cast(replace(order, image=str(chosen.path), second=second, model=model))
        except GlassError as error:
            gallery.tell(str(error))
            continue
        _announce(performance)
        if not run(performance, settings, opener):
            return
        settings = replace(settings, record=None, frames=None)  # they have what they were to record


def _announce(performance: Performance, more: str = "") -> None:
    """Say what was made of the pictures, what plays them, and on what."""
    for note in performance.notes:
        print(note)
    engines = performance.world.engines
    models = " and ".join(dict.fromkeys(engine.manifest.name for engine in engines))
    print(f"{performance.name}: model {models} on {engines[0].provider_name}{more}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
