"""`glass-models`: list the models that can be played."""

import sys
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from playground.bundles.bundle import open_bundle
from playground.bundles.library import bundle_folders, model_folders

_PIPED_WIDTH = 10_000
"""Columns of output that is no terminal: no line of a table is that long, so that none is wrapped."""

app = new_command("List the models that can be played, and check their files.")


@app.command()
def models() -> None:
    """List the models that can be played, and check their files."""
    folders = bundle_folders()
    if not folders:
        places = ", ".join(str(folder) for folder in model_folders())
        raise GlassError(f"no models found; looked in {places}")
    rows = [_row(name, folder) for name, folder in folders.items()]
    table = Table("model", "size", "local actions", "licence", "check", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH, color_system=None)
    with console.capture() as lines:
        console.print(table)
    print("\n".join(line.rstrip() for line in lines.get().splitlines()))
    bad = [name for name, *_, check in rows if check != "ok"]
    if bad:
        raise GlassError(f"cannot be played: {', '.join(bad)}; get these models again")


main = partial(run_command, app, "glass-models")
"""Run the command and return its exit code."""


def _row(name: str, folder: Path) -> tuple[str, str, str, str, str]:
    """Check a bundle and describe it; the last cell is "ok", or says what is wrong."""
    try:
        bundle = open_bundle(folder)
        manifest = bundle.manifest
        size = sum((folder / file).stat().st_size for file in manifest.files if (folder / file).is_file())
        labels = ", ".join(f"{k} {action.label}" for k, action in enumerate(manifest.local_actions, start=1))
    except GlassError as error:
        return name, "-", "-", "-", str(error)
    described = (name, f"{size / 1e6:.1f} MB", labels, manifest.licence)
    try:
        bundle.verify()
    except GlassError as error:
        return *described, str(error)
    return *described, "ok"


if __name__ == "__main__":
    sys.exit(main())
