"""What the package shows to others, and what it keeps out."""

import subprocess
import sys

import playground


def test_public_names() -> None:
    assert sorted(playground.__all__) == [
        "Action",
        "Engine",
        "LocalAction",
        "Manifest",
        "Observation",
        "PlaygroundError",
        "Snapshot",
    ]
    assert all(hasattr(playground, name) for name in playground.__all__)


def test_commands_load_neither_learning_nor_window() -> None:
    code = (
        "import sys, playground, playground.commands.play, playground.commands.analyse, playground.commands.models;"
        "print(sorted({'torch', 'export', 'pygame', 'onnx', 'av'} & set(sys.modules)),"
        "[name for name in sys.modules if name.startswith('glass.') and not name.startswith('glass.core')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] []"
    assert done.stderr == ""
