"""From what was asked for to what is performed: pictures, saved games and the models that play them."""

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.bundles.library import find_bundle, find_bundles
from playground.commands.play_options import Order
from playground.engine.engine import Engine
from playground.pictures.flat_background import cut_from_ground
from playground.pictures.picture import Picture, fit_picture, load_picture, put_before
from playground.pictures.start import NoAgentError, Start
from playground.scripts.language import parse_script
from playground.selection.for_picture import choose_engine, settle
from playground.world.prepared_game import Performance, load_performance, together
from playground.world.world import World

Painter = Callable[[NDArray[np.uint8], str], NDArray[np.float32] | None]
"""Lets the player paint the agent in a frame (H, W, 3) of that name; returns its mask (H, W), or None."""


def cast(order: Order, painter: Painter | None = None) -> Performance:
    """Load a saved game, or the pictures and scripts of one player or two.

    Args:
        order: what was asked for.
        painter: asked where no model finds an agent, and the order says so.

    Raises:
        GlassError: something cannot be read, understood or played.
    """
    try:
        return _cast(order, painter)
    except NoAgentError as error:
        if painter is None or order.second is not None:
            raise
        raise NoAgentError(f"{error}, or paint it yourself (--paint)") from None


def _cast(order: Order, painter: Painter | None) -> Performance:
    if order.replay is not None:
        return load_performance(order.replay, order.model)
    engine, picture = _open_start(order) if order.image is None else _open(order, order.image, painter)
    engines, pictures = [engine], [picture]
    scripts = [parse_script(order.script, engine.manifest, order.script_source)]
    if order.second is not None:
        other, guest = _open_second(order, order.second, engine)
        engines.append(other)
        pictures.append(guest)
        scripts.append(parse_script(order.second_script, other.manifest, "script2"))
    world = World(engines)
    world.reset(pictures)
    notes = tuple(f"{one.name}: {one.note}" for one in pictures if one.note)
    return Performance(" and ".join(one.name for one in pictures), world, together(scripts), notes)


def candidates(model: str | None) -> tuple[Bundle, ...]:
    """Return the bundle of that name or path, or all there are.

    Raises:
        GlassError: there is none.
    """
    return find_bundles() if model is None else (find_bundle(model),)


def _open(order: Order, image: str, painter: Painter | None) -> tuple[Engine, Picture]:
    """Load a picture, and the model asked for or else the one that suits it."""
    bundles = candidates(order.model)
    picture = load_picture(image)
    if order.background is not None:
        picture = put_before(cut_from_ground(picture) or picture, load_picture(order.background))
    try:
        choice = choose_engine(picture, bundles)
    except NoAgentError:
        if not order.paint or painter is None:
            raise
        return _painted(Engine(bundles[0]), picture, painter)
    if choice.picture.mask is None and order.paint and painter is not None:
        return _painted(choice.engine, choice.picture, painter)
    return choice.engine, choice.picture


def _painted(engine: Engine, picture: Picture, painter: Painter) -> tuple[Engine, Picture]:
    """Return a model and a picture whose agent the player paints."""
    frame = fit_picture(picture, engine.frame_size, engine.manifest.window).frame
    mask = painter(frame, picture.name)
    if mask is None:
        raise GlassError(f"{picture.name}: no agent was painted")
    return engine, settle(replace(picture, note="its agent was painted"), Start(frame, mask))


def _open_second(order: Order, image: str, first: Engine) -> tuple[Engine, Picture]:
    """Load the second player's picture, and the model for it among those that fit the first one's world."""
    home = first.manifest
    bundles = [
        bundle
        for bundle in candidates(order.model)
        if (bundle.manifest.frame_size, bundle.manifest.tick_rate) == (home.frame_size, home.tick_rate)
    ]
    choice = choose_engine(load_picture(image), bundles)
    return first if choice.engine.manifest == home else choice.engine, choice.picture


def _open_start(order: Order) -> tuple[Engine, Picture]:
    """Load one of the start frames and its model."""
    if order.background is not None:
        raise GlassError("--background is for a picture of your own; give one")
    starts = [(bundle, name) for bundle in candidates(order.model) for name in bundle.manifest.starts]
    if not starts:
        raise GlassError("no model has a start frame; give a picture")
    bundle, name = starts[0] if order.seed is None else random.Random(order.seed).choice(starts)
    return Engine(bundle), load_picture(bundle.folder / name)
