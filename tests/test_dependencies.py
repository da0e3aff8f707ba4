"""Who may know whom: the contracts of pyproject.toml hold, and importing a package brings nothing unneeded."""

import subprocess
import sys

import pytest

from tests.scripts import ROOT


def test_contracts_hold() -> None:
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, "0 broken" in done.stdout) == (0, True), done.stdout


@pytest.mark.parametrize(
    ("modules", "kept_out"),
    [
        ("playground, playground.engine.inference", {"torch", "pygame", "glass.data", "export", "onnx", "typer"}),
        (
            "glass, glass.core.errors, glass.data.sources, glass.data.stored.dataset",
            {"torch", "playground", "export", "pygame"},
        ),
        ("glass.training.trainer, glass.training.runs", {"playground", "export", "pygame", "onnx", "onnxruntime"}),
    ],
)
def test_importing_brings_nothing_unneeded(modules: str, kept_out: set[str]) -> None:
    code = f"import sys, {modules}; print(sorted({kept_out!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
