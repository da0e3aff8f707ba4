"""What benchmarks share: figures are shown, and written as JSON where asked for.

Benchmarks import this file from the checkout: `pip install -e '.[dev]'`.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound="DataclassInstance")

JsonPlace = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the figures there, too.")]


def publish(report: R, place: Path | None, show: Callable[[R], None] | None = None) -> None:
    """Show a report, as JSON unless `show` prints it, and write it to `place` as JSON unless that is None."""
    text = json.dumps(asdict(report), indent=2)
    if show:
        show(report)
    else:
        print(text)
    if place:
        place.write_text(text + "\n", encoding="utf-8")
