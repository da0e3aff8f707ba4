"""The engine: a bundle's graphs in onnxruntime, played one tick at a time."""

import contextlib
import io
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image

from glass.core.directions import EDGES
from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.bundles.library import find_bundle
from playground.bundles.manifest import SHADOW, Manifest
from playground.core.action import Action, Observation
from playground.core.constants import SOLID
from playground.engine.agent_state import DeviceArray, Light, Opening, Puppet, Snapshot
from playground.engine.compositing import Layer, cut_window, outline_of, paste
from playground.pictures.crop_search import find_start
from playground.pictures.picture import Mask, Picture, as_picture, fit_picture
from playground.pictures.start import Start, start_from

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
Value: TypeAlias = DeviceArray | NDArray[np.float32] | NDArray[np.int64]

_OUTPUTS = {
    "segment.onnx": {"mask"},
    "locate.onnx": {"position"},
    "start.onnx": {"crop", "position", "inpainted_background", "state"},
    "step.onnx": {"crop", "next_state"},
    "observe.onnx": {"local_action"},
    SHADOW: {"shadow"},
}


class Engine:
    """Plays a bundle: `reset` with a picture, then `step` with an Action a tick. `manifest` says what the bundle is."""

    def __init__(self, bundle: Bundle, providers: Sequence[str] | None = None) -> None:
        """Check a bundle's files and make its graphs ready; see `load`."""
        bundle.verify()
        self.manifest: Manifest = bundle.manifest
        self._graphs = _Graphs(bundle, _preferred_providers() if providers is None else list(providers))
        self._moment: Snapshot | None = None

    @classmethod
    def load(cls, name_or_path: str | Path, providers: Sequence[str] | None = None) -> "Engine":
        """Load a bundle by its name or its folder.

        Args:
            name_or_path: a model's name, or the path of a bundle.
            providers: names of onnxruntime's execution providers; CUDA where it works, else the CPU, when None.

        Raises:
            GlassError: there is no such bundle, a file of it is missing, changed or not the graph it should be.
        """
        return cls(find_bundle(name_or_path), providers)

    @property
    def provider(self) -> str:
        """The provider that runs the steps, as onnxruntime names it."""
        return self._graphs.provider

    @property
    def provider_name(self) -> str:
        """The same for people: "CPU" or "CUDA"."""
        return self.provider.removesuffix("ExecutionProvider")

    @property
    def frame_size(self) -> tuple[int, int]:
        """Width and height of the frame in pixels."""
        return self.manifest.frame_size

    @property
    def tick_rate(self) -> float:
        """Ticks a second."""
        return self.manifest.tick_rate

    def segment(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the masks, (N, H, W) in [0, 1], of frames (N, H, W, 3)."""
        return _array(self._graphs.run("segment.onnx", {"frame": _planes(frames)}, to_cpu=("mask",))["mask"])[:, 0]

    def locate(self, frames: NDArray[np.uint8], masks: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return where the agent is, (N, 2) pixels, x and y, in frames (N, H, W, 3) with masks (N, H, W) in [0, 1].

        It is the centre of the window around the agent: one spot of its body, the same in every pose.
        """
        inputs = {"frame": _planes(frames), "mask": np.ascontiguousarray(masks[:, None])}
        return _array(self._graphs.run("locate.onnx", inputs, to_cpu=("position",))["position"]).astype(np.float64)

    def observe(self, crops: Layer, next_crops: Layer) -> NDArray[np.int64]:
        """Return the local actions, (N,) in 1..K, seen between crops and next crops.

        Both are (N, S, S, 4), premultiplied RGBA in [0, 1], cut around the agent's tracked path.
        """
        pair = {"crop": crops, "next_crop": next_crops}
        inputs = {name: np.ascontiguousarray(value.transpose(0, 3, 1, 2)) for name, value in pair.items()}
        out = self._graphs.run("observe.onnx", inputs, to_cpu=("local_action",))
        return np.asarray(out["local_action"].numpy(), np.int64)

    def find_agent(self, picture: Picture | Image.Image | NDArray[np.uint8], mask: Mask | None = None) -> Start:
        """Fit a picture to the frame and find its agent: by the mask given, the picture's alpha, or `find_start`.

        Raises:
            GlassError: the picture cannot be used, or no agent is found in it.
        """
        picture = as_picture(picture)
        fitted = fit_picture(picture, self.frame_size, self.manifest.window, mask, self.manifest.mask_size)
        if fitted.mask is not None:
            return start_from(fitted, None, self.manifest)
        return find_start(picture, fitted, self.manifest, self.segment)

    def reset(self, picture: Picture | Image.Image | NDArray[np.uint8], mask: Mask | None = None) -> Observation:
        """Start from a picture; the observation is that picture as fitted to the frame.

        Args:
            picture: of any size and mode, or uint8 (H, W, 3) or (H, W, 4).
            mask: where the agent is, (H, W) of the picture or of the frame, in any form of `Mask`.

        Raises:
            GlassError: as for `find_agent`.
        """
        start = self.find_agent(picture, mask)
        opening = self.open(start)
        observation = Observation(start.frame, start.mask > SOLID, opening.puppet.position)
        return self.restore(Snapshot(opening.puppet, opening.backdrop(), observation, self._graph))

    def step(self, action: Action) -> Observation:
        """Play one tick.

        The window moves by exactly the action's shift; the model is told the shift within the manifest's `max_shift`.

        Raises:
            GlassError: before any `reset`, or a local action outside 1..K.
        """
        moment = self.snapshot()
        puppet = self.cast(self.act(moment.puppet, action).moved(action.scroll))
        backdrop = moment.backdrop.moved(action.pan).moved(action.scroll)
        frame, mask = paste(backdrop, puppet.layer, puppet.position, puppet.shade)
        seen = Observation(frame, mask, puppet.position)
        return self.restore(Snapshot(puppet, backdrop, seen, self._graph))

    def open(self, start: Start) -> Opening:
        """Return the agent of a start and what is behind it; no moment of play is touched."""
        inputs = {"frame": _planes(start.frame[None]), "mask": start.mask[None, None]}
        out = self._graphs.run("start.onnx", inputs, to_cpu=("crop", "position", "inpainted_background"))
        x, y = _array(out["position"])[0]
        appearance = {name: value for name, value in out.items() if name.startswith("appearance_")}
        puppet = Puppet(appearance, out["state"], out["crop"], (float(x), float(y)), self.manifest.enters)
        background = np.ascontiguousarray(_array(out["inpainted_background"])[0].transpose(1, 2, 0))
        if self.manifest.casts_shadow:
            light = self._light(start, puppet.position)
            puppet = self._shaded(puppet, light, light.first)
            background = puppet.unshaded(background)
        return Opening(puppet, background, start.mask)

    def act(self, puppet: Puppet, action: Action) -> Puppet:
        """Return a puppet of this model after one more tick, its shadow not `cast` yet; no moment of play is touched.

        Raises:
            GlassError: a local action outside 1..K.
        """
        inputs = self._step_inputs(puppet, action)
        if not action.hold:
            out = self._graphs.run("step.onnx", inputs, to_cpu=("crop",))
            puppet = replace(puppet, state=out["next_state"], crop=out["crop"])
        return puppet.moved(action.shift)

    def cast(self, puppet: Puppet) -> Puppet:
        """Return a puppet of this model with the shadow that it casts where it is now, if the model knows any."""
        light = puppet.light
        if light is None:
            return puppet
        outline = outline_of(puppet.layer, puppet.position, self.frame_size)
        return self._shaded(puppet, light, _square(outline, puppet.position, light.ahead, light.side))

    def pose(
        self, puppet: Puppet, state: NDArray[np.float32], crop: NDArray[np.float32], position: tuple[float, float]
    ) -> Puppet:
        """Return a puppet of this model with another state and crop of the same shapes elsewhere, as a file kept them.

        `position` is (x, y) in pixels.
        """
        posed = replace(puppet, state=self._graphs.value(state), crop=ort.OrtValue.ortvalue_from_numpy(crop))
        return self.cast(replace(posed, position=position))

    def snapshot(self) -> Snapshot:
        """Return this moment, to `restore` later.

        Raises:
            GlassError: before any `reset`.
        """
        if self._moment is None:
            raise GlassError("the engine has no picture yet; call reset first")
        return self._moment

    def restore(self, snapshot: Snapshot) -> Observation:
        """Go back to a moment; the steps that follow are as they were. Returns what was seen then, for you to change.

        Raises:
            GlassError: it is a moment of another model.
        """
        if snapshot.graph != self._graph:
            raise GlassError(f"a moment of another model; give one of model {self.manifest.name!r}")
        self._moment = snapshot
        seen = snapshot.observation
        return replace(seen, frame=seen.frame.copy(), mask=seen.mask.copy())

    @property
    def _graph(self) -> str:
        return self.manifest.files["step.onnx"]

    def measure_tick(self, ticks: int = 20, seconds: float = 0.5) -> float:
        """Return the median time of a tick in milliseconds, and leave play where it was.

        It is that of `ticks` ticks, or, on a machine too slow for that, of as many as begin within `seconds`.
        """
        moment = self.snapshot()
        times: list[float] = []
        while len(times) < ticks and sum(times) < seconds:
            start = time.perf_counter()
            self.step(Action())
            times.append(time.perf_counter() - start)
        self.restore(moment)
        return statistics.median(times) * 1000

    def _light(self, start: Start, position: tuple[float, float]) -> Light:
        """Return what a start says of the shadow of its agent at `position` (x, y)."""
        x, y = EDGES.get(self.manifest.enters or "", (0, 0))
        ahead = x * self.manifest.window // 2, y * self.manifest.window // 2
        mask = start.mask[..., None]
        shown = np.concatenate([start.frame / np.float32(255), np.ones_like(mask)], 2)
        side = self._graphs.side(SHADOW, "view")
        view, first = (_square(layer, position, ahead, side) for layer in (shown, mask))
        return Light(self._graphs.value(view), self._graphs.value(first), ahead, side)

    def _shaded(self, puppet: Puppet, light: Light, now: Value) -> Puppet:
        out = self._graphs.run(SHADOW, {"view": light.view, "first": light.first, "now": now}, to_cpu=("shadow",))
        return replace(puppet, light=light, shadow=out["shadow"])

    def _step_inputs(self, puppet: Puppet, action: Action) -> dict[str, Value]:
        code = action.local_action
        if code is None:
            code = self.manifest.default_local_action(action.shift)
        if not 1 <= code <= self.manifest.codes:
            raise GlassError(f"local action {code}: model {self.manifest.name!r} has 1..{self.manifest.codes}")
        told = [min(max(s, -m), m) for s, m in zip(action.shift, self.manifest.max_shift, strict=True)]
        inputs: dict[str, Value] = {"state": puppet.state, **puppet.appearance}
        if self._graphs.takes("step.onnx", "previous_crop"):
            inputs["previous_crop"] = puppet.crop
        return inputs | {"local_action": np.array([code], np.int64), "shift": np.array([told], np.float32)}


class _Graphs:
    """The sessions of a bundle's graphs, each opened when first used."""

    def __init__(self, bundle: Bundle, providers: list[str]) -> None:
        self._bundle = bundle
        self._providers = providers
        self._sessions: dict[str, ort.InferenceSession] = {}
        self.provider = str(self._session("step.onnx").get_providers()[0])
        self._device = "cuda" if self.provider == CUDA else "cpu"

    def run(self, graph: str, inputs: Mapping[str, Value], to_cpu: Sequence[str] = ()) -> dict[str, ort.OrtValue]:
        """Run a graph. Its outputs stay on the device, but for those of `to_cpu`."""
        session = self._session(graph)
        names = [output.name for output in session.get_outputs()]
        try:
            # A new binding each time: one used before would write its results over its last ones.
            binding = session.io_binding()
            for name, value in inputs.items():
                if isinstance(value, ort.OrtValue):
                    binding.bind_ortvalue_input(name, value)
                else:
                    binding.bind_cpu_input(name, value)
            for name in names:
                binding.bind_output(name, "cpu" if name in to_cpu else self._device)
            session.run_with_iobinding(binding)
        except Exception as error:
            raise self._unusable(graph, error) from None
        return dict(zip(names, binding.get_outputs(), strict=True))

    def value(self, array: NDArray[np.float32]) -> ort.OrtValue:
        """Return an array on the device that runs the steps."""
        return ort.OrtValue.ortvalue_from_numpy(array, self._device, 0)

    def takes(self, graph: str, name: str) -> bool:
        """Say whether a graph has an input of that name."""
        return any(given.name == name for given in self._session(graph).get_inputs())

    def side(self, graph: str, name: str) -> int:
        """Return the side of the square that a graph's input of that name is."""
        return next(int(given.shape[-1]) for given in self._session(graph).get_inputs() if given.name == name)

    def _session(self, graph: str) -> ort.InferenceSession:
        if graph not in self._sessions:
            content = self._bundle.read(graph)
            try:
                self._sessions[graph] = _open_session(content, self._providers)
            except Exception as error:
                raise self._unusable(graph, error) from None
            missing = _OUTPUTS[graph] - {output.name for output in self._sessions[graph].get_outputs()}
            if missing:
                raise self._unusable(graph, f"no output {min(missing)!r}")
        return self._sessions[graph]

    def _unusable(self, graph: str, problem: object) -> GlassError:
        reason = " ".join(str(problem).split())[:160]
        return GlassError(f"{self._bundle.folder / graph}: cannot be run ({reason}); export the model again")


def _open_session(content: bytes, providers: list[str]) -> ort.InferenceSession:
    """Open a graph; a provider that cannot be made is passed over in silence for the next."""
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = min(2, os.cpu_count() or 1)
    # Threads sleep between ticks instead of spinning: it costs a tenth of a tick, and leaves the cores to others.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    with contextlib.redirect_stdout(io.StringIO()):
        return ort.InferenceSession(content, options, providers=providers)


def _preferred_providers() -> list[str]:
    """Return CUDA, where this onnxruntime has it, and the CPU."""
    ort.set_default_logger_severity(4)
    available = ort.get_available_providers()
    if CUDA not in available:
        return [CPU]
    with contextlib.redirect_stdout(io.StringIO()):
        ort.preload_dlls()
    return [CUDA, CPU]


def _planes(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return frames (N, H, W, 3) as graphs take them, (N, 3, H, W) in [0, 1]."""
    return np.ascontiguousarray(frames.transpose(0, 3, 1, 2), np.float32) / np.float32(255)


def _square(layer: Layer, position: tuple[float, float], ahead: tuple[int, int], side: int) -> NDArray[np.float32]:
    """Return what a frame's layer (H, W, C) shows around a place `ahead` of `position`, (x, y): (1, C, side, side)."""
    crop = cut_window(layer, (position[0] + ahead[0], position[1] + ahead[1]), side)
    return np.ascontiguousarray(crop.transpose(2, 0, 1)[None])


def _array(value: ort.OrtValue) -> NDArray[np.float32]:
    array: NDArray[np.float32] = value.numpy()
    return array
