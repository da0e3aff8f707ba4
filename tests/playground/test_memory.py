"""Memory is given back."""

import gc
import weakref

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
