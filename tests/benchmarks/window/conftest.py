"""The bundle that windows are tried with."""

from pathlib import Path

import pytest

from tests.playground.conftest import write_painted_bundle


@pytest.fixture(scope="session")
def painted_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the bundle written by hand; not to be changed."""
    return write_painted_bundle(tmp_path_factory.mktemp("models") / "painted")
