"""Looks of agents, for comparing poses: coarse, so that a shade repainted counts less than a limb that moves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.masks import SOLID
from playground.engine.agent_state import AgentState
from playground.engine.compositing import Layer, to_bytes
from playground.engine.fidelity import FLAT, sharpness

_GRID = 16
"""Cells along each side of a window."""


@dataclass(frozen=True)
class Looks:
    """What several agents look like at one moment, each from its own start frame."""

    cells: NDArray[np.float32]
    """(N, 16, 16, 4): premultiplied RGBA in [0, 1], averaged over the cells of each one's window."""
    sharpness: NDArray[np.float64]
    """(N,): mean gradient of each, of 255."""

    def distance(self, other: "Looks") -> float:
        """Return how far two looks of the same agents are apart: the median of differences, summed, over the area."""
        return self._difference(other, slice(None))

    def outline_distance(self, other: "Looks") -> float:
        """Return the same of their outlines alone, by which a pose is read."""
        return self._difference(other, slice(3, None))

    def sharpness_of(self, rest: "Looks") -> float:
        """Return the mean sharpness as a share of that at rest, which a flat agent keeps."""
        shares = self.sharpness / np.maximum(rest.sharpness, FLAT)
        return float(np.where(rest.sharpness > FLAT, shares, 1.0).mean())

    def _difference(self, other: "Looks", planes: slice) -> float:
        areas = np.maximum(self.cells[..., 3].sum((1, 2)), 1e-6)
        return float(np.median(np.abs(self.cells - other.cells)[..., planes].sum((1, 2, 3)) / areas))


def looks_of(agents: Sequence[AgentState]) -> Looks:
    """Return what agents of one model look like."""
    layers = [agent.cut_out if agent.source is None else agent.own_layer for agent in agents]
    sharp = [sharpness(to_bytes(layer[..., :3]), layer[..., 3] > SOLID) for layer in layers]
    return Looks(np.stack([_cells(layer) for layer in layers]), np.array(sharp))


def median_look(looks: Sequence[Looks]) -> Looks:
    """Return the median of looks of the same agents, cell by cell."""
    cells = np.median([one.cells for one in looks], 0).astype(np.float32)
    return Looks(cells, np.median([one.sharpness for one in looks], 0))


def _cells(layer: Layer) -> NDArray[np.float32]:
    planes = [
        Image.fromarray(np.ascontiguousarray(plane)).resize((_GRID, _GRID), Image.Resampling.BOX)
        for plane in layer.transpose(2, 0, 1)
    ]
    return np.stack([np.asarray(plane) for plane in planes], 2)
