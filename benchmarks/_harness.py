"""What benchmarks share: a mistake is one line and exit code 2; figures are shown, and written as JSON where asked for.

Benchmarks import this file from the checkout: `pip install -e '.[dev]'`.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from glass.core.errors import GlassError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound="DataclassInstance")


def make_parser(description: str) -> argparse.ArgumentParser:
    """Return a parser of arguments that knows `--json FILE`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return parser


def to_json(report: "DataclassInstance") -> str:
    """Return the figures of a report as JSON."""
    return json.dumps(asdict(report), indent=2)


def show_json(report: "DataclassInstance") -> None:
    """Print a report as JSON."""
    print(to_json(report))


def finish(measure: Callable[[], R], show: Callable[[R], None], path: Path | None) -> int:
    """Measure, show the report and write it to `path` as JSON unless that is None; return the exit code."""
    try:
        report = measure()
    except GlassError as error:
        print(error, file=sys.stderr)
        return 2
    show(report)
    if path:
        path.write_text(to_json(report) + "\n", encoding="utf-8")
    return 0
