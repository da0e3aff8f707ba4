"""Who may know whom: the contracts of pyproject.toml hold, and notice when they do not."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.scripts import ROOT

PACKAGES = ("glass", "export", "playground")
DRAWING = {
    "cards",
    "demonstration",
    "game",
    "gamepad",
    "glide",
    "help",
    "hud",
    "joystick",
    "app",
    "controls",
    "gallery",
    "gallery_grid",
    "layout",
    "painting",
    "painting_layout",
    "theme",
    "view",
    "window",
}
"""Modules of the playground that draw or read devices."""


def contracts() -> list[str]:
    """Names of the contracts, in order."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    return [contract["name"] for contract in settings["contracts"]]


def lint(folder: Path) -> str:
    """What import-linter says about the project in a folder."""
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    return done.stdout


def imports(path: Path) -> set[str]:
    """Packages imported anywhere in a file, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_contracts_hold() -> None:
    said = lint(ROOT)
    assert [name for name in contracts() if f"{name} KEPT" not in said] == []


def test_contracts_notice(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    wrongs = {
        "glass/layers.py": "def late():\n    import onnx\n\n    return onnx\n",
        "playground/script.py": "def late():\n    import glass\n\n    return glass\n",
        "playground/picture.py": "import onnxruntime\n",
        "glass/losses.py": "import glass.trainer\n",
        "glass/data/world.py": "import torch\n",
    }
    for name, text in wrongs.items():
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write(f"\n\n{text}")
    said = lint(tmp_path)
    assert [name for name in contracts() if f"{name} BROKEN" not in said] == []


def test_each_library_is_used_where_it_belongs() -> None:
    playing = {path.stem: imports(path) for path in (ROOT / "playground").rglob("*.py")}
    assert {name for name, used in playing.items() if "onnxruntime" in used} == {"engine"}
    assert {name for name, used in playing.items() if "pygame" in used} <= DRAWING
    assert not any({"torch", "glass", "export"} & used for used in playing.values())
    for package in ("glass", "playground"):
        assert not any("export" in imports(path) for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize(
    ("modules", "kept_out"),
    [
        ("playground, playground.engine", {"torch", "pygame", "glass", "export", "onnx", "typer"}),
        ("glass, glass.errors, glass.data.sources, glass.data.dataset", {"torch", "playground", "export", "pygame"}),
        ("glass.trainer, glass.runs", {"playground", "export", "pygame", "onnx", "onnxruntime"}),
    ],
)
def test_importing_brings_nothing_unneeded(modules: str, kept_out: set[str]) -> None:
    code = f"import sys, {modules}; print(sorted({kept_out!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
