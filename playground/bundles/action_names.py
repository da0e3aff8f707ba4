"""Names of local actions: in scripts `slash_left` is the one labelled "slash left"; giving them others."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from glass.core.atomic_files import output_file
from glass.core.directions import DIRECTIONS
from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.bundles.manifest import MANIFEST_FILE, read_manifest
from playground.bundles.own_facts import names_file, read_names, write_names

RESERVED = frozenset({*DIRECTIONS, "shift", "pan", "random"})
"""Words of the script language; no local action can be called by one of them."""
SYNTAX = "()*+#"
"""Signs of the script language; no name can hold one of them."""
LONGEST = 24
"""Longest name, in letters."""


def script_name(label: str) -> str:
    """Return the word that a label is written as: its letters a-z and digits, in lower case, `_` between the runs.

    It is empty where the label cannot be written in a script: it has none of these letters before its first digit, or
    it is a word of the script language.
    """
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    name = "_".join(re.findall(r"[a-z]+|[0-9]+", plain))
    return "" if name in RESERVED or not name[:1].isalpha() else name


def named_codes(labels: Sequence[str]) -> dict[str, int]:
    """Return the local action (1..K) of each name that means exactly one of the labels 1..K."""
    names = [script_name(label) for label in labels]
    return {name: code for code, name in enumerate(names, start=1) if name and names.count(name) == 1}


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


def name_local_actions(bundle: Bundle, names: Mapping[int, str], in_bundle: bool = False) -> tuple[Bundle, Path]:
    """Give some of the local actions 1..K new names, and write them whole or not at all.

    They are the user's own, beside those given before, and no file of the bundle changes; or, `in_bundle`, they go into
    its manifest, for everybody who gets it. Returns the bundle as it is now, and the file that was written.

    Raises:
        GlassError: there is no such local action, a new name is no good, or the file cannot be read or written.
    """
    shipped = read_manifest(bundle.folder)
    own = read_names(shipped)  # read anew: others may have given names since
    for code in names:
        if not 1 <= code <= shipped.codes:
            raise GlassError(f"no local action {code}; model {shipped.name!r} has 1..{shipped.codes}")
    names = {code: name.strip() for code, name in names.items()}
    named = shipped.with_labels({**own, **names})
    check_names([action.label for action in named.local_actions], names)
    if in_bundle:
        place = bundle.folder / MANIFEST_FILE
        with output_file(place, "leave out --in-bundle, or name the actions of a copy of its folder") as part:
            part.write_text(shipped.with_labels(names).to_json(), encoding="utf-8")
        names = {code: name for code, name in own.items() if code not in names}
    else:
        place, names = names_file(shipped), {**own, **names}
    if names != own:
        write_names(shipped, names)
    return Bundle(bundle.folder, named), place
