"""Progress bars of commands: on stderr, on a terminal only, and gone when they are done."""

import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn


def live_progress(*columns: ProgressColumn) -> Progress:
    """Return rich's progress with these columns; elsewhere than on a terminal nothing is shown."""
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def share_bar() -> Progress:
    """Return a bar with a description and the time left."""
    return live_progress(TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
