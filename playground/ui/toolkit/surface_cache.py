"""LRU cache of surfaces that are made of arrays; an array is known by its identity and must not change."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from numpy.typing import NDArray
from pygame import Surface

Size = tuple[int, int]


class SurfaceCache:
    """Makes a surface of an array at a size (width, height), unless it is one of those used last."""

    def __init__(self, make: Callable[[NDArray[Any], Size], Surface], most: int) -> None:
        """Keep up to `most` of the surfaces that `make` returns."""
        self._made = lru_cache(most)(lambda key, size: make(key.array, size))

    def get(self, array: NDArray[Any], size: Size) -> Surface:
        """Return the surface of `array` at `size`."""
        return self._made(Identity(array), size)


class Identity:
    """An array as a key, equal to itself only; it keeps the array, so that its id stays its own."""

    def __init__(self, array: NDArray[Any]) -> None:
        self.array = array

    def __hash__(self) -> int:
        return id(self.array)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and self.array is other.array
