"""Ctrl-C while a command is loaded ends it in one line, whichever command it is."""

import subprocess
import sys
import tomllib

import pytest

from tests.scripts import ROOT

SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
CODE = """
import importlib, os, signal, sys
load = importlib.import_module
def interrupted(module):
    os.kill(os.getpid(), signal.SIGINT)
    return load(module)
importlib.import_module = interrupted
from {module} import {function}
sys.exit({function}())
"""


@pytest.mark.parametrize("command", SCRIPTS)
def test_an_interrupt_while_a_command_is_loaded_is_one_line(command: str) -> None:
    module, _, function = SCRIPTS[command].partition(":")
    code = CODE.format(module=module, function=function)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", f"{command}: interrupted\n")


def test_afterwards_the_command_runs() -> None:
    module, _, function = SCRIPTS["glass-models"].partition(":")
    code = f"import sys; from {module} import {function}; sys.argv[1:] = ['--help']; sys.exit({function}())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: glass-models" in done.stdout
