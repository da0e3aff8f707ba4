"""What all tests share: one thread, and a tiny bundle."""

import os
from pathlib import Path

import pytest

# Before torch is imported, and for child processes: two threads beside a busy process wait for each other.
os.environ["OMP_NUM_THREADS"] = "1"


@pytest.fixture(scope="session")
def tiny_bundle() -> Path:
    """The folder of a tiny real bundle (frame 32x24, window 16, 4 local actions); not to be changed."""
    return Path(__file__).parent / "fixtures" / "tiny"
