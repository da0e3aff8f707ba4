"""Giving memory back to the system."""

import ctypes
import gc
import sys


def give_memory_back() -> None:
    """Let go of what nothing refers to any longer.

    Parts of a game know each other, so that Python would let go of its model and its way back late. What threads have
    freed glibc keeps for them; asked to, it gives that back, too.
    """
    gc.collect()
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries have none
        if trim is not None:
            trim(0)
