"""The public `Engine`: one agent behind `reset` and `step`, as Gymnasium's environments have them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.bundles.library import find_bundle
from playground.core.action import Action, Observation
from playground.engine.inference import InferenceEngine
from playground.pictures.faces import Faces, cannot_be_told, read_faces
from playground.pictures.picture import Box, Mask, Part, Picture, as_picture
from playground.pictures.sheets.standing_cell import Cell
from playground.world.world import Snapshot, World


class Engine(InferenceEngine):
    """Plays a bundle: `reset` with a picture, then `step` with an Action a tick. `manifest` says what the bundle is."""

    def __init__(self, bundle: Bundle, providers: Sequence[str] | None = None) -> None:
        """Check a bundle's files and make its graphs ready; see `load`."""
        super().__init__(bundle, providers)
        self.world = World([self])
        """What is played: a world of one player."""

    @classmethod
    def load(cls, name_or_path: str | Path, providers: Sequence[str] | None = None) -> "Engine":
        """Load a bundle by its name or its folder.

        `providers` are names of onnxruntime's execution providers; CUDA where it works, else the CPU, when None.

        Raises:
            GlassError: there is no such bundle, a file of it is missing, changed or not the graph it should be.
        """
        return cls(find_bundle(name_or_path), providers)

    def reset(
        self,
        picture: Picture | Image.Image | NDArray[np.uint8],
        mask: Mask | None = None,
        cell: Cell | None = None,
        frame: int | None = None,
        *,
        crop: Box | None = None,
        whole: bool = False,
        views: Sequence[Picture | Image.Image | NDArray[np.uint8]] = (),
        faces: Faces | None = None,
    ) -> Observation:
        """Start from a picture; the observation is that picture as fitted to the frame.

        Args:
            picture: of any size and mode, or uint8 (H, W, 3) or (H, W, 4).
            mask: where the agent is, (H, W) of the picture or of the frame, in any form of `Mask`. A sheet of sprites
                is taken whole with it, unless a cell is given.
            cell: column and row in a sheet of sprites, counted from 0; one in which the agent stands where None.
            frame: number of an animation's frame, counted from 0; the image's current one where None.
            crop: the part of the picture to play, (left, top, width, height) in its pixels.
            whole: see all of it: no cell of a sheet, no nearer view.
            views: the same agent from other sides, at most one less than the manifest's `views`. Without any, a model
                of several views takes the standing cells of a sheet.
            faces: the side that the agent faces, "left" or "right", or "front" for one that never turns; when None the
                model looks for itself.

        Raises:
            GlassError: as for `find_agent`, there is no such cell, frame or side, or the model cannot be told sides.
        """
        if read_faces(faces) is not None and not self.takes_faces:
            raise GlassError(cannot_be_told(self.manifest.name))
        part = Part(cell, frame, whole or mask is not None, crop)
        others = tuple(as_picture(view, f"view {number}") for number, view in enumerate(views, start=1))
        seen = replace(as_picture(picture, part=part), views=others, faces=faces)
        return _copied(self.world.open([self.find_agent(seen, mask)]))

    def step(self, action: Action) -> Observation:
        """Play one tick.

        The window moves by exactly the action's shift; the model is told the shift within the manifest's `max_shift`.

        Raises:
            GlassError: before any `reset`, or a local action outside 1..K.
        """
        return _copied(self.world.step([action]))

    def snapshot(self) -> Snapshot:
        """Return this moment, to `restore` later.

        Raises:
            GlassError: before any `reset`.
        """
        return self.world.snapshot()

    def restore(self, snapshot: Snapshot) -> Observation:
        """Go back to a moment; the steps that follow are as they were. Returns what was seen then, for you to change.

        Raises:
            GlassError: it is a moment of another model.
        """
        return _copied(self.world.restore(snapshot))


def _copied(seen: tuple[Observation, ...]) -> Observation:
    """Return what the one player sees, for the caller to change."""
    return replace(seen[0], frame=seen[0].frame.copy(), mask=seen[0].mask.copy())
