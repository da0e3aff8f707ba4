"""Memory is kept together and given back."""

import gc
import subprocess
import sys
import weakref

import pytest

from playground.core.memory import give_memory_back


class Part:
    """Something that another part knows."""

    def __init__(self) -> None:
        self.other: Part | None = None


def test_what_knows_itself_only_is_let_go_of() -> None:
    gc.disable()
    try:
        one, other = Part(), Part()
        one.other, other.other = other, one
        seen = weakref.ref(one)
        del one, other
        assert seen() is not None
        give_memory_back()
        assert seen() is None
    finally:
        gc.enable()


THREADS = """
import ctypes, threading
from playground.core.memory import keep_memory_together
if {together}:
    keep_memory_together()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
threads = [threading.Thread(target=lambda: libc.malloc(ctypes.c_size_t(5000))) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks glibc")
def test_threads_share_one_arena() -> None:
    counts = []
    for together in (False, True):
        code = THREADS.format(together=together)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        if "malloc" not in done.stdout:
            pytest.skip("another C library")
        counts.append(done.stdout.count("<heap nr="))
    assert counts[0] > 1 and counts[1] == 1
