"""`glass-play`: play a picture in a window, or run a script without one."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from glass.core.console import new_command, run_command, stop_like_interrupt, takes_options
from glass.core.errors import GlassError
from playground.commands.play_options import PlayOptions
from playground.commands.prepare import candidates, prepare_game
from playground.gameplay.settings import GameSettings
from playground.recording.recorder import FrameFolder, open_recorders, recording, recording_scale
from playground.scripts.language import read_script
from playground.world.layers import agents_alone
from playground.world.prepared_game import PreparedGame

if TYPE_CHECKING:
    from playground.pictures.box_cut import Asker
    from playground.ui.app import Opener

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
    game = prepare_game(options)
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
    from playground.input.keymap import DEFAULT_KEYMAP
    from playground.input.keymap_file import read_keymap
    from playground.ui.app import prepare_in_window, run
    from playground.ui.toolkit.window import close_window, is_key

    keymap = DEFAULT_KEYMAP if options.keymap is None else read_keymap(Path(options.keymap), DEFAULT_KEYMAP, is_key)
    autoplay = (options.seed or 0) if options.autoplay else None
    record, frames = (None if name is None else Path(name) for name in (options.record, options.frames))
    settings = GameSettings(options.scale, record, frames, options.text_size, keymap, autoplay)

    def open_dropped(path: Path, ask: "Asker") -> PreparedGame:
        return prepare_game(PlayOptions(images=[str(path)], model=options.model), ask)

    try:
        if options.image is None and options.replay is None:
            _play_from_gallery(options, settings, open_dropped)
        else:
            name = " and ".join(Path(place).name for place in options.images or [options.replay or ""])
            game, _ = prepare_in_window(partial(prepare_game, options), name, settings)
            if game is not None:
                _announce(game)
                run(game, settings, open_dropped)
    finally:
        close_window()


def _play_from_gallery(options: PlayOptions, settings: GameSettings, opener: "Opener") -> None:
    """Let the player choose a picture, and another one after each game."""
    from playground.ui.app import prepare_in_window, run
    from playground.ui.gallery.entries import load_starts
    from playground.ui.gallery.gallery import Gallery, choose

    attract = Random(settings.autoplay) if settings.autoplay is not None else None
    gallery = Gallery(load_starts(candidates(options.model)), settings.keymap, settings.text_size, attract)
    while (chosen := choose(gallery)) is not None:
        try:
            if chosen.model is None:
                prepare = partial(opener, chosen.path)
            else:
                images = [str(path) for path in (chosen.path, chosen.second) if path is not None]
                own = replace(options, images=images, model=str(chosen.model.resolve()))
                prepare = partial(_without_asking, own)
            game, stays = prepare_in_window(prepare, chosen.path.name, settings)
        except GlassError as error:
            gallery.tell(str(error))
            continue
        if game is None:
            if not stays:
                return
            continue
        _announce(game)
        if not run(game, settings, opener):
            return
        settings = replace(settings, record=None, frames=None)  # they have what they were to record


def _without_asking(options: PlayOptions, ask: "Asker") -> PreparedGame:
    """Prepare a model's own start frame."""
    return prepare_game(options)


def _announce(game: PreparedGame, more: str = "") -> None:
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
