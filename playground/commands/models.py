"""`glass-models`: list the models that can be played."""

import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path

from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from playground.bundles.bundle import open_bundle
from playground.bundles.library import bundle_folders, model_folders

_GAP = "  "
_NARROWEST = 12
"""Least width of a column that is made narrower."""

app = new_command("List the models that can be played, and check their files.")


@dataclass(frozen=True)
class _Row:
    """One model as listed."""

    cells: tuple[str, str, str, str, str]
    good: bool


@app.command()
def models() -> None:
    """List the models that can be played, and check their files."""
    folders = bundle_folders()
    if not folders:
        places = ", ".join(str(folder) for folder in model_folders())
        raise GlassError(f"no models found; looked in {places}")
    rows = [_row(name, folder) for name, folder in folders.items()]
    table = [("model", "size", "local actions", "licence", "check"), *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    if sys.stdout.isatty():
        widths = _fitted(widths, shutil.get_terminal_size().columns)
    for cells in table:
        parts = [textwrap.wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
        for line in zip_longest(*parts, fillvalue=""):
            print(_GAP.join(part.ljust(width) for part, width in zip(line, widths, strict=True)).rstrip())
    bad = [row.cells[0] for row in rows if not row.good]
    if bad:
        raise GlassError(f"cannot be played: {', '.join(bad)}; get these models again")


main = partial(run_command, app, "glass-models")
"""Run the command and return its exit code."""


def _fitted(widths: Sequence[int], room: int) -> list[int]:
    """Make the widest columns narrower until a line fits a terminal of `room` columns, as far as words allow it."""
    fitted = list(widths)
    while sum(fitted) + len(_GAP) * (len(fitted) - 1) > room and max(fitted) > _NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _row(name: str, folder: Path) -> _Row:
    """Check a bundle and describe it; a bad one says why."""
    try:
        bundle = open_bundle(folder)
        manifest = bundle.manifest
        size = sum((folder / file).stat().st_size for file in manifest.files if (folder / file).is_file())
        labels = ", ".join(f"{k} {action.label}" for k, action in enumerate(manifest.local_actions, start=1))
    except GlassError as error:
        return _Row((name, "-", "-", "-", str(error)), good=False)
    described = (name, f"{size / 1e6:.1f} MB", labels, manifest.licence)
    try:
        bundle.verify()
    except GlassError as error:
        return _Row((*described, str(error)), good=False)
    return _Row((*described, "ok"), good=True)


if __name__ == "__main__":
    sys.exit(main())
