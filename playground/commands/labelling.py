"""Names for local actions: what each does, as letters on a terminal, and a person's names written into the bundle."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from rich.text import Text

from glass.core.atomic_files import output_file
from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle, open_bundle
from playground.bundles.manifest import MANIFEST_FILE
from playground.core.action import Action
from playground.core.action_names import RESERVED, SYNTAX, script_name
from playground.engine.compositing import cut_window
from playground.pictures.picture import Picture
from playground.world.public_engine import Engine

LONGEST = 24
"""Longest name, in letters."""
LOOPS = 2
"""Natural lengths of a local action that its preview lasts."""
SHORTEST = 6
"""Fewest ticks of a preview."""

Frame = NDArray[np.uint8]


def check_names(labels: Sequence[str], codes: Collection[int]) -> None:
    """See that some of the local actions 1..K can be called as `labels`, those of all of them, say.

    Raises:
        GlassError: one of these labels is empty, too long, cannot be written in a script, or means the same as
            another of all.
    """
    names = [script_name(label) for label in labels]
    for code in codes:
        label, name = labels[code - 1], names[code - 1]
        where = f"local action {code}, name {label!r}"
        if not label.strip() or len(label) > LONGEST or not label.isprintable():
            raise GlassError(f"{where}: give 1 to {LONGEST} letters, all of them visible")
        if set(label) & set(SYNTAX):
            raise GlassError(f"{where}: leave out {' '.join(SYNTAX)}, which mean something in scripts")
        if not name:
            words = " ".join(sorted(RESERVED))
            raise GlassError(f"{where}: begin with a letter a-z, and use no word of scripts ({words})")
        same = [other for other, found in enumerate(names, start=1) if found == name and other != code]
        if same:
            raise GlassError(f"{where}: in scripts it is {name!r}, as that of {same[0]} is; give another name")


def name_local_actions(bundle: Bundle, names: Mapping[int, str]) -> Bundle:
    """Give local actions new names and write them into the bundle's manifest, whole or not at all.

    Args:
        bundle: what to change; its other files, and so their hashes, stay as they are.
        names: the new name of some of the local actions 1..K.

    Returns:
        The bundle as it is now.

    Raises:
        GlassError: there is no such local action, a new name is no good, or the manifest cannot be written.
    """
    manifest = open_bundle(bundle.folder).manifest  # others may have given names since
    for code in names:
        if not 1 <= code <= manifest.codes:
            raise GlassError(f"no local action {code}; model {manifest.name!r} has 1..{manifest.codes}")
    actions = tuple(
        replace(action, label=names.get(code, action.label).strip())
        for code, action in enumerate(manifest.local_actions, start=1)
    )
    check_names([action.label for action in actions], names)
    changed = replace(manifest, local_actions=actions)
    with output_file(bundle.folder / MANIFEST_FILE, "name the actions of a copy of its folder") as part:
        part.write_text(changed.to_json(), encoding="utf-8")
    return Bundle(bundle.folder, changed)


def preview(engine: Engine, picture: Picture, local_action: int) -> list[Frame]:
    """Return what a local action looks like: the agent's windows, (S, S, 3) each, from the start on, tick by tick."""
    seen = [engine.reset(picture)]
    length = engine.manifest.local_actions[local_action - 1].length
    for _ in range(max(LOOPS * length, SHORTEST)):
        seen.append(engine.step(Action(local_action=local_action)))
    window = min(engine.manifest.window, min(engine.frame_size))
    return [cut_window(one.frame, one.position, window).astype(np.uint8) for one in seen]  # type: ignore[arg-type]


def half_blocks(pictures: Sequence[Frame], columns: int) -> Text:
    """Return pictures, uint8 (h, w, 3) and of one size, side by side as lines of half blocks: two pixels a letter.

    Args:
        pictures: at least one.
        columns: how many letters wide all of them may be together; pixels are left out, or repeated, to fit.
    """
    height, width = pictures[0].shape[:2]
    each = max(1, min(2 * width, (columns + 1) // len(pictures) - 1))
    rows = 2 * max(1, round(height * each / width / 2))
    ys, xs = (np.arange(rows) * height // rows), (np.arange(each) * width // each)
    gap = np.full((rows, 1, 3), -1)
    parts = [part for picture in pictures for part in (picture[ys][:, xs].astype(int), gap)][:-1]
    board = np.concatenate(parts, 1)
    text = Text(no_wrap=True)
    for upper, lower in zip(board[::2], board[1::2], strict=True):
        for over, under in zip(upper.tolist(), lower.tolist(), strict=True):
            style = Style(color=_hex(over), bgcolor=_hex(under)) if over[0] >= 0 else Style()
            text.append("▀" if over[0] >= 0 else " ", style)
        text.append("\n")
    return text


def _hex(colour: Sequence[int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
