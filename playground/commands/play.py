"""`glass-play`: play a picture in a window, or run a script without one."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from glass.core.console import new_command, run_command, stop_like_interrupt, takes_options
from glass.core.errors import GlassError
from playground.commands.play_options import PlayOptions
from playground.core.memory import keep_memory_together
from playground.gameplay.settings import GameSettings
from playground.recording.recorder import FrameFolder, open_recorders, recording, recording_scale
from playground.scripts.language import read_script

if TYPE_CHECKING:
    from PIL import Image

    from playground.pictures.box_cut import Asker
    from playground.ui.gallery.entries import GalleryEntry
    from playground.ui.opening import FileOpening, Found, Opener
    from playground.world.prepared_game import PreparedGame

app = new_command("Play a picture: move what is in it with the arrow keys, and make it act with the number keys.")


@app.command()
@takes_options(PlayOptions)
def play(options: PlayOptions) -> None:
    """Play a picture: move what is in it with the arrow keys, and make it act with the number keys."""
    options.check()
    if options.script_file is not None:
        options = replace(options, script=read_script(Path(options.script_file)))
    if options.headless or not _has_display(options):
        _play_headless(options)
    else:
        _play_in_window(options)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run glass-play and return its exit code."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    keep_memory_together()
    stop_like_interrupt()
    return run_command(app, "glass-play", arguments)


def _has_display(options: PlayOptions) -> bool:
    """Say whether to open a window: where there is no display, a run that writes something can do without."""
    from playground.ui.toolkit.window import has_display

    if has_display():
        return True
    if options.autoplay:
        raise GlassError("--autoplay needs a display; without one, play --script 'random(1)*200' --record FILE")
    if options.record is None and options.frames is None:
        raise GlassError("no display to open a window on; add --headless with --record FILE or --frames DIR")
    return False


def _play_headless(options: PlayOptions) -> None:
    """Run the script and write what is seen; nothing is written before all that was asked for has been understood."""
    if options.paint:
        raise GlassError("--paint needs a window; without one, give a picture with an alpha channel")
    from playground.world.layers import agents_alone

    game = _prepare(options)
    _announce(game, f", {game.world.measure_tick():.1f} ms a tick")
    tick_rate = game.world.engines[0].tick_rate
    record, frames = (None if name is None else Path(name) for name in (options.record, options.frames))
    scale = recording_scale(options.scale, game.world.own_size)
    recorders = open_recorders(record, frames, tick_rate, scale, realtime=False)
    with recording(recorders):
        for frame in game.frames():
            kept = agents_alone(game.world.snapshot()) if options.agent_only else frame
            for recorder in recorders:
                recorder.add(kept if isinstance(recorder, FrameFolder) else frame)
    written = " and ".join(place for place in (options.record, options.frames) if place is not None)
    if game.turns:
        print(f"wrote the start frame and {len(game.turns)} ticks to {written}")
    else:
        print(f"wrote the start frame alone to {written}; to see it move, add a script, as in --script 'right*10 1*8'")


def _play_in_window(options: PlayOptions) -> None:
    """Open a window and play until the player leaves; a script is played first."""
    if options.agent_only:
        raise GlassError("--agent-only is for a run without a window; add --headless")
    from playground.gameplay.kept_settings import SettingsFile, settings_file
    from playground.input.keymap import DEFAULT_KEYMAP
    from playground.input.keymap_file import read_keymap
    from playground.ui.preparing import OpenTask, leave_window, prepare_in_window
    from playground.ui.toolkit.window import is_key

    keymap = DEFAULT_KEYMAP if options.keymap is None else read_keymap(Path(options.keymap), DEFAULT_KEYMAP, is_key)
    autoplay = (options.seed or 0) if options.autoplay else None
    record, frames = (None if name is None else Path(name) for name in (options.record, options.frames))
    kept = SettingsFile(settings_file(), **({} if options.text_size is None else {"text_size": options.text_size}))
    if kept.problem:
        print(kept.problem, file=sys.stderr)
    if options.folder is not None:
        kept.change(folder=str(Path(options.folder).absolute()))
    settings = GameSettings(options.scale, record, frames, keymap, autoplay, kept)

    def open_files(found: "Found", ask: "Asker", model: Path | None = None) -> "PreparedGame":
        from playground.commands.opened_files import options_for

        wanted = options.model if model is None else str(model)
        if not isinstance(found, tuple):
            return _prepare(PlayOptions(model=wanted), ask, found)
        own, note = options_for(found, wanted)
        game = _prepare(own, ask)
        return replace(game, notes=(*game.notes, note), brief=(*game.brief, note)) if note else game

    try:
        if options.image is None and options.replay is None:
            with _opening(settings, open_files) as opening:
                _play_from_gallery(options, settings, opening)
        else:
            name = " and ".join(Path(place).name for place in options.images or [options.replay or ""])
            game, _ = prepare_in_window(OpenTask(name, partial(_prepare, options)), settings)
            if game is not None:
                from playground.ui.app import run

                _announce(game)
                if options.images:
                    kept.opened(tuple(Path(place) for place in options.images))
                with _opening(settings, open_files) as opening:
                    run(game, settings, opening)
    finally:
        leave_window(settings)


@contextmanager
def _opening(settings: GameSettings, opener: "Opener") -> Iterator["FileOpening"]:
    """Open files in the window; what goes on meanwhile is ended after the window is gone."""
    from playground.ui.opening import FileOpening
    from playground.ui.preparing import leave_window

    opening = FileOpening(settings, opener)
    try:
        yield opening
    finally:
        try:
            leave_window(settings)
        finally:
            opening.meanwhile.close()


def _play_from_gallery(options: PlayOptions, settings: GameSettings, opening: "FileOpening") -> None:
    """Let the player choose a picture, and another one after each game."""
    from playground.bundles.library import bundle_dates
    from playground.commands.prepare import candidates
    from playground.ui.app import run
    from playground.ui.gallery.entries import load_starts
    from playground.ui.gallery.gallery import Gallery, choose
    from playground.ui.preparing import prepare_in_window

    attract = Random(settings.autoplay) if settings.autoplay is not None else None

    def find_starts() -> "tuple[GalleryEntry, ...]":
        return load_starts(candidates(options.model))

    gallery = Gallery(
        find_starts(), settings.keymap, settings.text_size, attract, opening.meanwhile, restock=find_starts
    )
    known = bundle_dates()
    stays = True
    while stays:
        if bundle_dates() != known:  # one was learned
            known = bundle_dates()
            gallery.renew()
        chosen = choose(gallery, settings.kept.now)
        if chosen is None:
            return
        try:
            task, stays = opening.ask(chosen.command) if chosen.command else opening.files(chosen.files)
            if chosen.model is not None and task is not None:
                images = [str(path) for path in chosen.files]
                own = replace(options, images=images, model=str(chosen.model.resolve()), background=chosen.background)
                task = replace(task, prepare=partial(_without_asking, own))
            game, stays = prepare_in_window(task, settings) if task is not None and stays else (None, stays)
        except GlassError as error:
            gallery.tell(str(error))
            continue
        if game is not None:
            _announce(game)
            stays = run(game, settings, opening)
            game = None  # its model need not be kept while they choose
            settings = replace(settings, record=None, frames=None)  # they have what they were to record


def _without_asking(options: PlayOptions, ask: "Asker") -> "PreparedGame":
    """Prepare a model's own start frame."""
    return _prepare(options)


def _prepare(options: PlayOptions, ask: "Asker | None" = None, pasted: "Image.Image | None" = None) -> "PreparedGame":
    """Prepare a game; what does that is loaded now, while a window is seen already."""
    from playground.commands.prepare import prepare_game

    return prepare_game(options, ask, pasted)


def _announce(game: "PreparedGame", more: str = "") -> None:
    """Say what was made of the pictures, what plays them, and on what."""
    for warning in game.warnings:
        print(warning, file=sys.stderr)
    for note in game.notes:
        print(note)
    engines = game.world.engines
    models = " and ".join(dict.fromkeys(engine.manifest.name for engine in engines))
    print(f"{game.name}: model {models} on {engines[0].provider_name}{more}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
