"""What all tests share: one thread, and a tiny bundle."""

import gc
import os
from pathlib import Path

import pytest

# Before torch is imported, and for child processes: two threads beside a busy process wait for each other.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# A graph's conversion makes millions of objects that stay; looking through them for garbage takes a tenth of the time.
gc.set_threshold(100_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def no_data_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty data folder, so that no test sees models, saves and names of whoever runs it."""
    os.environ["XDG_DATA_HOME"] = str(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def tiny_bundle() -> Path:
    """The folder of a tiny real bundle (frame 32x24, window 16, 4 local actions); not to be changed."""
    return Path(__file__).parent / "fixtures" / "tiny"
