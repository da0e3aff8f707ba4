"""Memory of a program that opens one game after the other: kept together, and given back to the system."""

import ctypes
import gc
import sys

_ARENA_MAX = -8
"""The number by which glibc's `mallopt` knows how many arenas there are at most."""


def keep_memory_together() -> None:
    """Let all threads take memory from one place; to be called before there are threads.

    glibc gives each thread an arena of its own, and each game is prepared by another thread: what one has freed the
    next one does not take, and a model's arrays among it keep it from being given back.
    """
    if sys.platform.startswith("linux"):
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_ARENA_MAX, 1)


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
