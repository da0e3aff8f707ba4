"""Trial of a model on a picture: it moves and acts for some ticks, and what it shows is compared with the picture."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from glass.core.directions import DIRECTIONS, EDGES
from glass.core.masks import SOLID, bounding_box
from playground.bundles.manifest import Manifest
from playground.core.action import Action
from playground.engine.compositing import Layer, cut_window, to_bytes
from playground.engine.fidelity import AgentView, FirstView
from playground.engine.inference import InferenceEngine
from playground.pictures.frame_fitting import has_shape
from playground.pictures.picture import Picture
from playground.pictures.pixel_art import as_drawn
from playground.pictures.start import OwnSize, Start, agreement, is_sure_enough

_MOVES = ("stay",) * 2 + ("right",) * 3 + ("left",) * 3 + ("down",) * 2
_ACT_TICKS, _MOST_ACTS = 2, 12
"""Ticks for which each local action is played, and how many of them at most."""
_LOOK_EVERY = 4
"""Every how many ticks it is measured what moves, which takes longer than a tick."""
_SURE = 0.86
"""Agreement of a model's own mask with a known one that agents of its training reach; models that paint need it."""
_LEAST_SURE = 0.28
"""The same of the confidence in a mask that the model found, before a ground that it may not know."""
_OWN_GRID = 1.15
"""Factor by which pixel art may be enlarged or shrunk for a model that paints, whose own art is of one grid."""
_ALIVE = 0.06
"""Least share of pixels that change, beyond travelling and turning round, in the liveliest quarter of the ticks."""
_SIZE = (0.6, 1.6)
"""Least and most area that is still the picture's, to the first frame's."""
_RIM = 1 / 10
"""Depth of the strip along an edge, as a share of the frame, in which an agent touches the edge."""
_REACH = 0.03
"""Least share of the edge's length along which an agent touches it."""


@dataclass(frozen=True)
class _Bars:
    """What a picture has to keep, both while it travels and while it acts, as a median over the ticks."""

    colours: float
    """Least share of its colours."""
    layout: float
    """Most by which the colours of bands from head to foot may differ."""
    sharpness: float
    """Least share of its sharpness."""


_CUT_OUT = _Bars(0.63, 0.075, 0.56)
"""For a known outline. Characters of the folk, LPC and W-Sprites test splits reach .65, .067 and .60; of the pictures
of other kinds the nearest end at .61 of their colours, a layout of .084 or .52 of their sharpness."""
_FOUND = _Bars(0.55, 0.105, 0.44)
"""For an outline that a model found: a rough one holds ground, which the model drops. The same characters before a
background reach .58, .098 and .49; photos end at .45 of their colours or .37 of their sharpness."""
_REACHING = _Bars(0.83, 0.1, 0.12)
"""For agents that reach in from an edge, of which at first little is seen, or their end."""
_MOVED = _Bars(0.6, 0.105, 0.45)
"""For pixels that are moved and stay what they are."""


@dataclass(frozen=True)
class Trial:
    """What a trial showed."""

    engine: InferenceEngine
    """The model."""
    start: Start
    """The picture as it sees it."""
    confidence: float
    """How sure the model is of the agent, in 0..1: agreement of its mask with a known one, or else its confidence."""
    colours: float
    """Colours of the first frame that are kept, 0..1: medians of travel and acts, the less of the two."""
    losses: tuple[str, ...]
    """What the picture loses, in words, the worst first; empty for one that stays itself and moves."""

    @property
    def keeps(self) -> bool:
        """Whether the picture stays itself, and moves."""
        return not self.losses


def agreed_confidence(engine: InferenceEngine, picture: Picture, start: Start) -> float:
    """Return in 0..1 how well a model's own mask agrees with a known one, or else its confidence in what it found.

    Where agents are small, any speck may be one: in a picture that has not the shape of their scenes, the model has to
    find its agent again, at the picture's own size.
    """
    stray = engine.manifest.has_small_agents and start.own is not None and not sees_scene(engine, picture)
    if not stray and not _is_known(picture, start):
        return start.confidence
    return agreement(engine.segment(start.frame[None])[0], start.mask)


def sees_scene(engine: InferenceEngine, picture: Picture) -> bool:
    """Say whether a model that knows small agents by their scene sees all of it: a picture has its shape."""
    return engine.manifest.has_small_agents and has_shape(picture.image.size, engine.frame_size)


def misfit(engine: InferenceEngine, picture: Picture, start: Start, confidence: float) -> str:
    """Return why a model is not for a picture, before any trial, in a few words; empty where it may be.

    A model whose agents reach in from an edge is for pictures whose agent does, and one whose agents are small in their
    scene for pictures that show a scene. One that paints has to know its agent when it sees it; one that moves the
    picture's own pixels has to be sure of it where it is not cut out.
    """
    edge = engine.manifest.enters
    if edge is not None and not touches_edge(start.mask, edge):
        return f"its agents reach in from the {edge} edge"
    known = _is_known(picture, start)
    strange = picture.cut_out is not None or (known and not is_sure_enough(confidence, engine.manifest))
    if strange and engine.keeps_own_size and engine.manifest.has_small_agents:
        return "its agents are small in a wide scene"
    may_be_wrong = edge is not None or (engine.keeps_own_size and not known)
    if may_be_wrong and not is_sure_enough(confidence, engine.manifest):
        return "it is not sure of the agent"
    if edge is None and not engine.moves_pixels:
        if confidence < (_SURE if known else _LEAST_SURE):
            return "it does not know such an agent" if known else "it is not sure of the agent"
        if _is_off_grid(picture, start):
            return "its own pixel art is of another size"
    return ""


def run_trial(engine: InferenceEngine, picture: Picture, start: Start, confidence: float) -> Trial:
    """Let a model move and act for some ticks, at its own size, and compare what it shows with the picture.

    What lies beyond the first frame is left out: of an agent at an edge the model shows more than the picture does.
    """
    own = OwnSize(start.frame, start.mask, pixel_art=False, scale=1.0) if engine.keeps_own_size else None
    agent, _ = engine.open(replace(start, own=own, background=None))
    window, position = engine.manifest.window if agent.source is None else agent.source.side, agent.position
    seen = cut_window(np.ones((*start.mask.shape, 1), np.float32), position, window)[..., 0] > 0
    alpha = start.mask[..., None]
    first = np.concatenate([start.frame / np.float32(255) * alpha, alpha], 2)
    view = _view(cut_window(first, position, window), seen)
    if not view.mask.any():
        return Trial(engine, start, confidence, 0.0, ("its whole agent",))
    reference = FirstView(view, smooth=True)
    fidelity, articulation = [], []
    for number, action in enumerate(_actions(engine.manifest)):
        agent = engine.act(agent, action)
        view = _view(agent.cut_out if agent.source is None else agent.own_layer, seen)
        found = reference.compare(view)
        fidelity.append((found.colours, found.layout, found.size, found.sharpness))
        if number % _LOOK_EVERY == 1:
            articulation.append(reference.articulation(view))
    bars = _bars(engine, _is_known(picture, start))
    going, acting = np.median(fidelity[: len(_MOVES)], 0), np.median(fidelity[len(_MOVES) :], 0)
    colours, _, _, sharp = (float(value) for value in np.minimum(going, acting))
    layout = float(max(going[1], acting[1]))
    size = max(float(going[2]), float(acting[2]), key=lambda size: max(size, 1 / max(size, 1e-3)))
    verdicts = (
        (colours < bars.colours, f"its colours ({colours:.0%} are kept)"),
        (layout > bars.layout, "what is where on it"),
        (not _SIZE[0] <= size <= _SIZE[1], f"its size ({size:.0%} of it)"),
        (sharp < bars.sharpness, f"its sharpness ({sharp:.0%} is kept)"),
        (float(np.quantile(articulation, 0.75)) < _ALIVE, "its life: nothing on it moves"),
    )
    return Trial(engine, start, confidence, colours, tuple(loss for lost, loss in verdicts if lost))


def touches_edge(mask: NDArray[np.float32], edge: str) -> bool:
    """Say whether an agent's mask (H, W) touches an edge of the frame, and not the one across from it."""
    solid = mask > SOLID
    x, y = EDGES[edge]
    solid = solid.T if x else solid
    solid = solid[::-1] if x + y < 0 else solid  # the edge is now at row 0
    depth = max(1, round(_RIM * len(solid)))
    touching = np.count_nonzero(solid[:depth].any(0))
    return bool(touching >= _REACH * solid.shape[1] and not solid[-1].any())


def _bars(engine: InferenceEngine, known: bool) -> _Bars:
    """Return what a picture has to keep with a model, whose agent's outline may be known."""
    if engine.manifest.enters is not None:
        return _REACHING
    if engine.keeps_own_size:
        return _MOVED
    return _CUT_OUT if known else _FOUND


def _is_off_grid(picture: Picture, start: Start) -> bool:
    """Say whether a picture is pixel art that a start shows larger or smaller than it was drawn."""
    cut, box = picture.cut_out, bounding_box(start.mask > SOLID)
    if cut is None or box is None:
        return False
    art, pixel_art = as_drawn(cut.image)
    solid = bounding_box(np.asarray(art.getchannel("A")) > 255 * SOLID)
    if not pixel_art or solid is None:
        return False
    scale = max(box[2] - box[0], box[3] - box[1]) / max(solid[2] - solid[0], solid[3] - solid[1])
    return not 1 / _OWN_GRID <= scale <= _OWN_GRID


def _is_known(picture: Picture, start: Start) -> bool:
    """Say whether the agent was cut out or told by a mask, so that its mask is no guess of the model's.

    A background that is known tells of a ground that was taken away; one that was inpainted is behind any agent.
    """
    ground = start.background is not None and not (start.own is not None and start.own.inpainted)
    return picture.image.mode == "RGBA" or picture.mask is not None or ground


def _actions(manifest: Manifest) -> list[Action]:
    """Return what is played: to stand, to go, and the local actions."""
    ways = [DIRECTIONS[way] for way in _MOVES]
    moves = [Action((x * manifest.speed, y * manifest.speed)) for x, y in ways]
    codes = range(1, min(manifest.codes, _MOST_ACTS) + 1)
    return moves + [Action(local_action=code) for code in codes for _ in range(_ACT_TICKS)]


def _view(crop: Layer, seen: NDArray[np.bool_]) -> AgentView:
    """Return a premultiplied RGBA crop (S, S, 4) as a view of the agent, where the first frame shows anything."""
    return AgentView(to_bytes(crop[..., :3]), (crop[..., 3] > SOLID) & seen)
