"""A bundle's ONNX graphs in onnxruntime; no other module imports onnxruntime."""

import contextlib
import io
import os
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.bundles.manifest import SHADOW
from playground.engine.agent_state import DeviceArray

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# Only now: it reads the variable while it is imported.
import onnxruntime as ort

_SPINS_BRIEFLY = tuple(int(part) for part in ort.__version__.split(".")[:2]) >= (1, 31)
"""Whether this onnxruntime lets threads spin for a given time; an older one would let them spin between ticks, too."""

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


class Graphs:
    """The inference sessions of a bundle's graphs, each opened when first used.

    `providers` are names of onnxruntime's execution providers, the preferred first; None means CUDA where this
    onnxruntime has it, then the CPU.
    """

    def __init__(self, bundle: Bundle, providers: Sequence[str] | None) -> None:
        self._bundle = bundle
        self._providers = _preferred_providers() if providers is None else list(providers)
        self._sessions: dict[str, ort.InferenceSession] = {}
        self.provider = str(self._session("step.onnx").get_providers()[0])
        self._device = "cuda" if self.provider == CUDA else "cpu"

    def run(self, graph: str, inputs: Mapping[str, Value], to_cpu: Sequence[str] = ()) -> dict[str, DeviceArray]:
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

    def device_array(self, array: NDArray[np.float32], on_cpu: bool = False) -> DeviceArray:
        """Return an array where the steps are run, or on the CPU."""
        value: DeviceArray = ort.OrtValue.ortvalue_from_numpy(array, "cpu" if on_cpu else self._device, 0)
        return value

    def gives(self, graph: str, name: str) -> bool:
        """Say whether a graph has an output of that name."""
        return any(output.name == name for output in self._session(graph).get_outputs())

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
    # A thread that waits for another sleeps after a moment, and leaves its core to other programs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "1" if _SPINS_BRIEFLY else "0")
    options.add_session_config_entry("session.intra_op.spin_duration_us", "20")
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
