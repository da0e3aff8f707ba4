"""`glass-models`: list the models that can be played."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.bundle import open_bundle
from playground.commands.console import new_command, run_command
from playground.errors import PlaygroundError
from playground.library import bundle_folders, model_folders

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
        raise PlaygroundError(f"no models found; looked in {places}")
    rows = [_row(name, folder) for name, folder in folders.items()]
    table = [("model", "size", "local actions", "licence", "check"), *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
    bad = [row.cells[0] for row in rows if not row.good]
    if bad:
        raise PlaygroundError(f"cannot be played: {', '.join(bad)}; get these models again")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run glass-models and return its exit code."""
    return run_command(app, "glass-models", arguments)


def _row(name: str, folder: Path) -> _Row:
    """Check a bundle and describe it; a bad one says why."""
    try:
        bundle = open_bundle(folder)
        manifest = bundle.manifest
        size = sum((folder / file).stat().st_size for file in manifest.files if (folder / file).is_file())
        labels = ", ".join(f"{k} {action.label}" for k, action in enumerate(manifest.local_actions, start=1))
    except PlaygroundError as error:
        return _Row((name, "-", "-", "-", str(error)), good=False)
    described = (name, f"{size / 1e6:.1f} MB", labels, manifest.licence)
    try:
        bundle.verify()
    except PlaygroundError as error:
        return _Row((*described, str(error)), good=False)
    return _Row((*described, "ok"), good=True)


if __name__ == "__main__":
    sys.exit(main())
