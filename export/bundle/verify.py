"""Verification of a bundle: a rollout of 100 ticks through the engine is compared with torch."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from PIL import Image

from glass.model import Glass
from glass.motion.windows import as_pictures, cut_windows, foreground_windows
from glass.networks.moving.local_motion import MovingMotionAnalysis
from glass.networks.shadow import shadow_centres, view_windows
from playground import Action
from playground.engine.compositing import (
    centred_on_position,
    extend_to_edge,
    outline_of,
    paste,
    without_shadow,
)
from playground.engine.inference import InferenceEngine
from playground.pictures.faces import TOLD, Faces
from playground.pictures.mask_cleaning import without_border_lines
from playground.pictures.start import start_from_mask
from playground.world.world import World

TICKS = 100
TOLERANCE = 2
"""Largest difference allowed between a pixel of the two rollouts, in steps of 1/255."""
START_TOLERANCE = 0.01
"""Largest distance allowed between the starting positions, in pixels."""
ACTIONS_TOLERANCE = 0.02
"""Share of local actions that may be read differently: a pair of crops may lie just between two codes."""


SMALL_DIFFERENCE, SMALL_DISTANCE = 32, 2.0
"""Differences, in steps of 1/255 and in pixels, up to which a bundle that plays differently still plays well."""


class VerificationError(Exception):
    """The bundle does not play as the model does."""

    def __init__(self, message: str, difference: int, slight: bool) -> None:
        """Say how it differs: by how many steps of 1/255 at most, and whether a person would hardly see it."""
        super().__init__(message)
        self.difference, self.slight = difference, slight


def _commands(model: Glass, max_shift: tuple[float, float]) -> list[Action]:
    rng = np.random.default_rng(0)
    count = model.lma.config.local_actions
    commands = []
    for tick in range(TICKS):
        if tick % 5 == 0:
            shift = (rng.uniform(-1, 1) * max_shift[0], rng.uniform(-1, 1) * max_shift[1])
            action = int(rng.integers(1, count + 1))
        # Back and forth, so that the agent stays in sight.
        sign = 1 if tick % 10 < 5 else -1
        commands.append(Action(shift=(sign * shift[0], sign * shift[1]), local_action=action))
    return commands


@dataclass(frozen=True)
class Rollout:
    """A game played by both."""

    difference: int
    """Largest difference of a pixel, in steps of 1/255."""
    apart: float
    """Pixels between where both find the agent at the start."""
    crops: torch.Tensor
    """``(TICKS + 1, 4, S, S)`` what torch painted, the first crop before it."""


@torch.no_grad()
def play_both(
    model: Glass, engine: InferenceEngine, picture: Image.Image, mask: np.ndarray, faces: Faces | None = None
) -> Rollout:
    """Play `TICKS` random ticks with torch and with the bundle; the mirrored picture is a view for those of several.

    Models that take it may be told which side the picture faces.
    """
    frame = _as_tensor(picture)
    solid = torch.from_numpy(mask)[None, None].float()
    position = model.anchor(frame, solid)
    crop = foreground_windows(frame, solid, position, model.lma.config.window)
    seen = frame.flip(-1), solid.flip(-1)
    view = foreground_windows(*seen, model.anchor(*seen), model.lma.config.window)
    if isinstance(model.lma, MovingMotionAnalysis):
        state, appearance = model.lma.start(crop, faces=torch.tensor([[TOLD[faces]]]))
    else:
        state, appearance = model.lma.start(crop, view[:, None])
    background = _layer(model.gma.empty_background(frame, solid))
    shadow = _Shadow(model, frame, solid, position)
    shade = shadow.of(solid, position)
    if shade is not None:
        background = without_shadow(background, shade, _place(position))
    # Not by `find_agent`, which would play a model that moves pixels at the picture's own size.
    levels = mask.astype(np.float32)
    world, start = World([engine]), start_from_mask("", np.asarray(picture.convert("RGB")), levels, engine.manifest)
    start = replace(start, faces=faces)
    if engine.manifest.views > 1:
        start = replace(start, views=(replace(start, frame=start.frame[:, ::-1], mask=start.mask[:, ::-1]),))
    _, inpainted = engine.open(start)
    worst, crops = round(float(abs(inpainted - background).max()) * 255), [crop]
    found = world.open([start])[0].position
    backdrop = world.snapshot().backdrop
    apart = float(np.hypot(*(position[0] - torch.tensor(found)).tolist()))
    position = position.double()
    for command in _commands(model, engine.manifest.max_shift):
        local_action, shift = torch.tensor([command.local_action]), torch.tensor([command.shift], dtype=torch.float64)
        crop, state = model.lma.step(state, appearance, local_action, shift.float())
        position = position + shift
        layer = extend_to_edge(_layer(crop), engine.manifest.enters)
        now = torch.from_numpy(outline_of(layer, _place(position), engine.frame_size)[None, None, ..., 0])
        expected = backdrop.pixels.copy()
        paste(expected, backdrop.layer, layer, _place(position), shadow.of(now, position))
        played = world.step([command])[0].frame
        worst = max(worst, int(abs(played.astype(int) - expected.astype(int)).max()))
        crops.append(crop)
    return Rollout(worst, apart, torch.cat(crops))


@torch.no_grad()
def _reading_difference(
    model: Glass, engine: InferenceEngine, picture: Image.Image, crops: torch.Tensor
) -> tuple[int, float]:
    """How differently both read: masks in steps of 1/255, and the share of local actions that are not the same."""
    found = engine.segment(np.array(picture.convert("RGB"))[None])
    true = without_border_lines(model.gma.segment(_as_tensor(picture))[:, 0].numpy())
    masks = abs(found - true).max() * 255
    pictures = crops.permute(0, 2, 3, 1).numpy()
    actions = engine.observe(pictures[:-1], pictures[1:]) != model.lma.observe(crops[:-1], crops[1:]).numpy()
    return round(float(masks)), float(actions.mean())


def _place(position: torch.Tensor) -> tuple[float, float]:
    """``(1, 2)`` as (x, y)."""
    x, y = position[0].tolist()
    return x, y


class _Shadow:
    """What torch says of an agent's shadow."""

    def __init__(self, model: Glass, frame: torch.Tensor, mask: torch.Tensor, position: torch.Tensor) -> None:
        """Look at the first frame ``(1, 3, H, W)`` and mask ``(1, 1, H, W)``."""
        self.model = model
        centre = self._centre(position)
        self.view = view_windows(frame, centre, model.config.shadow.window)
        self.first = cut_windows(mask, centre, model.config.shadow.window)

    def _centre(self, position: torch.Tensor) -> torch.Tensor:
        return shadow_centres(position, self.model.config.lma.window, self.model.config.anchor.enters_from_edge)

    def of(self, mask: torch.Tensor, position: torch.Tensor) -> np.ndarray | None:
        """Shadow ``(D, D, 1)`` around a position, of the mask ``(1, 1, H, W)``; None if the model casts none."""
        if self.model.shadow is None:
            return None
        centre = self._centre(position)
        taken = self.model.shadow(self.view, self.first, cut_windows(mask, centre, self.model.config.shadow.window))
        x, y = (centre - position)[0].round().int().tolist()
        return centred_on_position(_layer(taken), (x, y))


def _layer(picture: torch.Tensor) -> np.ndarray:
    """``(1, C, H, W)`` as ``(H, W, C)``."""
    return picture[0].permute(1, 2, 0).contiguous().numpy()


def _as_tensor(picture: Image.Image) -> torch.Tensor:
    """``(1, 3, H, W)`` in [0, 1]."""
    return as_pictures(torch.from_numpy(np.array(picture.convert("RGB"))))[None]


def verify(model: Glass, engine: InferenceEngine, picture: Image.Image, mask: np.ndarray) -> int:
    """Return the largest difference over a rollout, in steps of 1/255.

    Raises:
        VerificationError: it is more than `TOLERANCE`, or the bundle reads other masks or local actions than the model.
    """
    rollout = play_both(model, engine, picture, mask)
    if engine.takes_faces:
        told = play_both(model, engine, picture, mask, "left")
        rollout = max(rollout, told, key=lambda played: played.difference)
    if rollout.apart > START_TOLERANCE:
        raise VerificationError(
            f"the agent starts {rollout.apart:.2g} pixels from where torch finds it",
            rollout.difference,
            rollout.apart <= SMALL_DISTANCE and rollout.difference <= SMALL_DIFFERENCE,
        )
    if rollout.difference > TOLERANCE:
        raise VerificationError(
            f"after {TICKS} ticks a pixel differs from torch by {rollout.difference}/255 (allowed: {TOLERANCE}/255)",
            rollout.difference,
            rollout.difference <= SMALL_DIFFERENCE,
        )
    masks, actions = _reading_difference(model, engine, picture, rollout.crops)
    if masks > TOLERANCE or actions > ACTIONS_TOLERANCE:
        raise VerificationError(
            f"masks differ from torch by {masks}/255 (allowed: {TOLERANCE}/255), "
            f"and {actions:.0%} of the local actions read (allowed: {ACTIONS_TOLERANCE:.0%})",
            masks,
            masks <= SMALL_DIFFERENCE,
        )
    return rollout.difference
