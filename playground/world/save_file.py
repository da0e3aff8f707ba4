"""Save files: a game's starts, the log of its actions, and its state at the end; written, read and resumed."""

import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_data_path

from glass.core.atomic_files import output_file
from glass.core.errors import GlassError
from glass.core.limbs import ACTIONS, LIMBS, MOVES
from playground.bundles.library import find_bundle
from playground.bundles.manifest import SHADOW, Manifest
from playground.core.action import MAX_TICKS, Action
from playground.engine.compositing import Backdrop
from playground.engine.inference import InferenceEngine
from playground.engine.layered_warp import ROOM, WarpLayers
from playground.engine.limbs.acting import STANDING, LimbAct
from playground.pictures.faces import read_faces
from playground.pictures.start import OwnSize, Start
from playground.world.history import COLUMNS, LEAST_COLUMNS, History, read_actions
from playground.world.world import World

PROGRAM = "glass-playground"
FORMAT = 1
SUFFIX = ".glass"
LARGEST = 512 * 2**20
"""Most bytes that a file may unpack to."""

_ABOUT = "about.json"
_PLAYED = ("segment.onnx", "start.onnx", "step.onnx", SHADOW)


@dataclass(frozen=True)
class SavedPlayer:
    """One player of a save."""

    model: str
    """Name of the model."""
    graphs: dict[str, str]
    """The sha256 of the model's graphs, by name."""
    start: Start
    """What the player began with."""
    state: NDArray[np.float32]
    """The model's memory at the end."""
    crop: NDArray[np.float32]
    """The agent at the end, (1, 4, S, S)."""
    position: tuple[float, float]
    """Where it was then, (x, y) in pixels."""
    warp: WarpLayers | None = None
    """What it was composed of then, where its own pixels are moved."""
    turned: bool = False
    """Whether it was turned then."""
    limb_act: LimbAct = STANDING
    """What its limbs were doing then."""


@dataclass(frozen=True)
class Save:
    """A game read from a file."""

    path: Path
    players: tuple[SavedPlayer, ...]
    """Who played."""
    pan: tuple[float, float]
    """How far (x, y) in pixels the background had moved."""
    actions: tuple[tuple[Action, ...], ...]
    """What each player did in every tick since the start."""


def quick_save_path(engines: Sequence[InferenceEngine]) -> Path:
    """Return where the quick save of a game of these models is."""
    names = "+".join(re.sub(r"[^\w.-]", "_", engine.manifest.name) for engine in engines)
    return user_data_path("glass-playground") / "saves" / f"{names}{SUFFIX}"


def write_save(path: Path, history: History) -> None:
    """Write a game to a file, whole or not at all; its folder is made if need be.

    Raises:
        GlassError: it cannot be written.
    """
    moment, world = history.world.snapshot(), history.world
    players: list[dict[str, object]] = [
        {"model": engine.manifest.name, "graphs": _graphs(engine.manifest)}
        | {"position": agent.position, "turned": agent.turned, "faces": start.faces}
        | {"limb_act": vars(agent.limb_act)}
        for engine, agent, start in zip(world.engines, moment.agents, world.starts, strict=True)
    ]
    about = {"format": FORMAT, "program": PROGRAM, "pan": moment.backdrop.pan, "players": players}
    arrays: dict[str, NDArray[Any]] = {"actions": history.actions}
    for number, (start, agent) in enumerate(zip(world.starts, moment.agents, strict=True)):
        arrays |= {f"{number}/frame": start.frame, f"{number}/mask": start.mask}
        arrays |= {f"{number}/state": agent.state.numpy(), f"{number}/crop": agent.crop.numpy()}
        for index, view in enumerate(start.views):
            arrays |= {f"{number}/view{index}_frame": view.frame, f"{number}/view{index}_mask": view.mask}
        if start.background is not None:
            arrays[f"{number}/background" if start.own is None else f"{number}/own_background"] = start.background
        if start.own is not None:
            arrays |= {f"{number}/own_frame": start.own.frame, f"{number}/own_mask": start.own.mask}
            arrays[f"{number}/own_pixel_art"] = np.array([start.own.pixel_art, start.own.inpainted])
            arrays[f"{number}/own_view"] = np.array([start.own.scale, *start.own.corner])
        if agent.warp is not None:
            arrays |= {f"{number}/warp_{name}": np.asarray(value) for name, value in vars(agent.warp).items()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GlassError(f"{path}: cannot be written ({error.strerror}); choose another place") from None
    with output_file(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_ABOUT, json.dumps(about, indent=2, ensure_ascii=False))
        for name, values in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.ascontiguousarray(values), allow_pickle=False)


def read_save(path: Path) -> Save:
    """Read a game from a file.

    Raises:
        GlassError: there is no such file, it is damaged, or no saved game at all.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(path, archive)
    except FileNotFoundError:
        raise GlassError(f"{path}: no such file; save a game first") from None
    except OSError as error:
        raise GlassError(f"{path}: cannot be read ({error.strerror or error}); give a saved game") from None
    except Exception as error:  # what is no save, or a damaged one, may raise anything while it is unpacked
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise GlassError(f"{path}: not a saved game, or damaged ({reason}); give another file") from None


def open_engines(save: Save, model: str | None = None) -> tuple[InferenceEngine, ...]:
    """Load the models of a save, found by their names, or the model of that name or path for all players.

    Raises:
        GlassError: a model is not found, damaged, or another one than the save's.
    """
    engines: dict[str, InferenceEngine] = {}
    for player in save.players:
        if player.model not in engines:
            bundle = find_bundle(model or player.model)
            _check_model(save, player, bundle.manifest)
            engines[player.model] = InferenceEngine(bundle)
    return tuple(engines[player.model] for player in save.players)


def open_world(save: Save, engines: Sequence[InferenceEngine]) -> World:
    """Return a world at the start of a saved game; its actions, stepped one by one, show the frames that were.

    Raises:
        GlassError: the game had other players, another model, or another version of it.
    """
    if len(save.players) != len(engines):
        raise GlassError(f"{save.path}: a game of {_count(save.players)}, and this is one of {_count(engines)}")
    for player, engine in zip(save.players, engines, strict=True):
        _check_model(save, player, engine.manifest)
        if player.start.mask.shape != engine.frame_size[::-1]:
            raise GlassError(f"{save.path}: damaged (its frame is not the model's); give another file")
    world = World(engines)
    world.open([player.start for player in save.players])
    return world


def resume(save: Save, engines: Sequence[InferenceEngine]) -> History:
    """Return a saved game at the moment it was saved.

    Raises:
        GlassError: as for `open_world`.
    """
    world = open_world(save, engines)
    history = History(world)
    if save.actions:
        agents = []
        for player, engine, agent in zip(save.players, engines, world.agents, strict=True):
            if player.state.shape != agent.state.numpy().shape or player.crop.shape != agent.crop.numpy().shape:
                raise GlassError(f"{save.path}: damaged (its agent is not the model's); give another file")
            posed = engine.pose(agent, player.state, player.crop, player.position)
            agents.append(replace(posed, warp=player.warp, turned=player.turned, limb_act=player.limb_act))
        world.place(agents, Backdrop(world.snapshot().backdrop.source, save.pan))
        history.resume(save.actions)
    return history


def _check_model(save: Save, player: SavedPlayer, manifest: Manifest) -> None:
    name = manifest.name
    if player.model != name:
        raise GlassError(f"{save.path}: a game of model {player.model!r}, not of {name!r}; give that model")
    if player.graphs != _graphs(manifest):
        raise GlassError(f"{save.path}: a game of another version of model {name!r}; give that version")


def _graphs(manifest: Manifest) -> dict[str, str]:
    return {name: manifest.files[name] for name in _PLAYED if name in manifest.files}


def _count(players: Sequence[object]) -> str:
    return "one player" if len(players) == 1 else f"{len(players)} players"


def _read(path: Path, archive: zipfile.ZipFile) -> Save:
    """Read a save; what is wrong with it raises some exception or other, whose text says what."""
    if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
        raise ValueError(f"it unpacks to more than {LARGEST // 2**20} MB")
    about = json.loads(archive.read(_ABOUT))
    if (about["program"], about["format"]) != (PROGRAM, FORMAT):
        raise ValueError(f"format {about['format']}, this program reads format {FORMAT}")
    players = tuple(_player(archive, number, entry) for number, entry in enumerate(about["players"]))
    log = _array(archive, "actions", np.float64, 3)
    columns = log.shape[2]
    good = log.shape[1] == len(players) > 0 and LEAST_COLUMNS <= columns <= COLUMNS
    if not good or len(log) > MAX_TICKS:
        raise ValueError(f"actions {log.shape}")
    return Save(path, players, _point(about["pan"]), read_actions(log))


def _player(archive: zipfile.ZipFile, number: int, entry: dict[str, Any]) -> SavedPlayer:
    start, held = _seen(archive, f"{number}/"), set(archive.namelist())
    frame, views = start.frame, sum(name.startswith(f"{number}/view") for name in held) // 2
    sides = tuple(_seen(archive, f"{number}/view{index}_") for index in range(views))
    start = replace(start, views=sides, faces=read_faces(entry.get("faces")))
    if any(view.mask.shape != start.mask.shape for view in start.views):
        raise ValueError(f"views {[view.mask.shape for view in start.views]}")
    state = _array(archive, f"{number}/state", np.float32)
    crop = _array(archive, f"{number}/crop", np.float32, 4)
    graphs = {str(name): str(value) for name, value in entry["graphs"].items()}
    if f"{number}/own_frame.npy" in held:
        own = _array(archive, f"{number}/own_frame", np.uint8, 3)
        own_mask = _array(archive, f"{number}/own_mask", np.float32, 2)
        background = _array(archive, f"{number}/own_background", np.uint8, 3)
        if not own.shape == background.shape == (*own_mask.shape, 3):
            raise ValueError(f"frame {own.shape}, mask {own_mask.shape}, background {background.shape}")
        pixel_art, inpainted = _array(archive, f"{number}/own_pixel_art", np.bool_, 1).tolist()
        scale, *corner = _array(archive, f"{number}/own_view", np.float64, 1).tolist()
        seen = OwnSize(own, own_mask, pixel_art, scale, _point(corner), inpainted)
        start = replace(start, own=seen, background=background)
    elif f"{number}/background.npy" in held:
        background = _array(archive, f"{number}/background", np.uint8, 3)
        if background.shape != frame.shape:
            raise ValueError(f"frame {frame.shape}, background {background.shape}")
        start = replace(start, background=background)
    warp = None
    if f"{number}/warp_fields.npy" in held:
        mirrored = bool(_array(archive, f"{number}/warp_mirrored", np.bool_)[()])
        names = ["fields", "weights", "paint"]
        names += ["limbs"] if f"{number}/warp_limbs.npy" in held else []  # Files of an earlier version have none.
        parts = {name: _array(archive, f"{number}/warp_{name}", np.float32) for name in names}
        warp = WarpLayers(mirrored, **parts)
        warp = warp.with_room() if warp.side == crop.shape[-1] else warp  # Those had no room, either.
        fields, side = len(warp.weights), crop.shape[-1] + 2 * round(ROOM * crop.shape[-1])
        shapes = (warp.fields.shape[:2], warp.weights.shape[1:], warp.paint.shape, warp.limbs.shape)
        known = (((fields, 2), (side, side), (4, side, side), (limbs, MOVES)) for limbs in (0, len(LIMBS)))
        if shapes not in known:
            raise ValueError(f"layers {shapes}")
    position, turned = _point(entry["position"]), bool(entry.get("turned", False))
    act = _limb_act(entry.get("limb_act", {}))
    return SavedPlayer(str(entry["model"]), graphs, start, state, crop, position, warp, turned, act)


def _limb_act(entry: dict[str, Any]) -> LimbAct:
    action, ticks = entry.get("action"), int(entry.get("ticks", 0))
    if not (action is None or 0 <= int(action) < len(ACTIONS)):
        raise ValueError(f"action {action} of limbs")
    return LimbAct(None if action is None else int(action), max(0, ticks))


def _seen(archive: zipfile.ZipFile, prefix: str) -> Start:
    """Read a frame and where its agent is."""
    frame, mask = _array(archive, f"{prefix}frame", np.uint8, 3), _array(archive, f"{prefix}mask", np.float32, 2)
    if frame.shape != (*mask.shape, 3) or not 0 <= mask.min() <= mask.max() <= 1:
        raise ValueError(f"frame {frame.shape}, mask {mask.shape}")
    return Start(frame, mask)


def _array(archive: zipfile.ZipFile, name: str, kind: type[np.generic], axes: int | None = None) -> NDArray[Any]:
    with archive.open(f"{name}.npy") as file:
        array: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
    if array.dtype != kind or (axes is not None and array.ndim != axes) or not np.isfinite(array).all():
        raise ValueError(f"{name} is {array.dtype} {array.shape}")
    return array


def _point(value: Any) -> tuple[float, float]:
    x, y = (float(number) for number in value)
    if not (isfinite(x) and isfinite(y)):
        raise ValueError(f"point {value}")
    return x, y
