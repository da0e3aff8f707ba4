"""What all tests share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tiny_bundle() -> Path:
    """The folder of a tiny real bundle (frame 32x24, window 16, 4 local actions); not to be changed."""
    return Path(__file__).parent / "fixtures" / "tiny"
