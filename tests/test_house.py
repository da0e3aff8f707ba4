"""The house rules: small folders, one meaning for each class name, few imports between rooms, and no circle."""

import ast
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.scripts import ROOT

PACKAGES = ("glass", "export", "playground")
FOLDERS = (*PACKAGES, "benchmarks", "configs", "docs", "experiments", "models", "tests")
MOST_FILES = 15
"""Files of a folder."""
MOST_ARROWS = 64
"""Pairs of rooms of playground of which one imports the other."""


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """What each module imports of the three packages."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def sources() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def room(module: str) -> str:
    """The folder directly below the package that a module is in."""
    return ".".join(module.split(".")[:2])


def test_a_folder_holds_few_files() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    folders = Counter(path.parent.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc")
    assert {folder: count for folder, count in folders.items() if count > MOST_FILES} == {}


def test_a_class_name_means_one_thing() -> None:
    bodies = [ast.parse(path.read_text(encoding="utf-8")).body for path in sources()]
    names = Counter(node.name for body in bodies for node in body if isinstance(node, ast.ClassDef))
    assert [name for name, count in names.items() if count > 1] == []


def test_few_rooms_of_playground_import_each_other(imports: dict[str, set[str]]) -> None:
    inside = {module: found for module, found in imports.items() if module.startswith("playground.")}
    arrows = {(room(module), room(other)) for module, found in inside.items() for other in found if other in inside}
    assert 0 < len({(one, other) for one, other in arrows if one != other}) <= MOST_ARROWS


def test_no_modules_import_each_other_in_a_circle(imports: dict[str, set[str]]) -> None:
    assert len(list(TopologicalSorter(imports).static_order())) >= len(imports) > 100
