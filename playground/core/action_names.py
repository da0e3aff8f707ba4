"""How local actions are called in scripts: `slash_left` for the one that is labelled "slash left"."""

import re
import unicodedata
from collections.abc import Sequence

from glass.core.directions import DIRECTIONS

RESERVED = frozenset({*DIRECTIONS, "shift", "pan", "random"})
"""Words of the script language; no local action can be called by one of them."""
SYNTAX = "()*+#"
"""Signs of the script language; no name can hold one of them."""


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
