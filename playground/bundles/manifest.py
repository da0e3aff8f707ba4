"""The manifest of a bundle: the one schema shared by export and playground."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from math import isfinite
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from glass.core.directions import DIRECTIONS, EDGES, direction_of
from glass.core.errors import GlassError
from glass.core.limbs import ACTIONS

FORMAT = 1
SMALL_AGENT = 0.1
"""Share of the frame up to which agents are small in their scene."""
MANIFEST_FILE = "manifest.json"
GRAPHS = ("segment.onnx", "locate.onnx", "start.onnx", "step.onnx", "observe.onnx")
SHADOW = "shadow.onnx"
"""Graph of models whose agents cast shadows; the others have none."""
LIMB_OUTPUTS = ("limbs_seen", "limbs_covered", "limb_joints", "limb_motions")
"""Outputs of start.onnx of models that tell limbs; the others give none."""

_KINDS = {"int": "a whole number", "float": "a number", "str": "text", "array": "a list", "object": "a table of keys"}
"""What msgspec's kinds of values are called in errors."""
_ROW_OF_NUMBERS = re.compile(r"\[\n\s+([-+.0-9eE,\s]+?)\n\s*\]")


@dataclass(frozen=True)
class Act:
    """How a local action is played while the agent stands: from rest to its height and back; as measured.

    One that shows nothing but rest has nothing to play.
    """

    rise: tuple[int, ...] = ()
    """The local action 1..K of each tick from rest to the pose at its height."""
    fall: tuple[int, ...] = ()
    """The local action of each tick from there to what is near rest."""
    way: str = "stay"
    """Which of DIRECTIONS the model is told while it plays the local action itself, in place."""
    same_as: int | None = None
    """Number of the local action that shows the same, and is played instead."""


@dataclass(frozen=True)
class LocalAction:
    """One learned local action, for people to read."""

    label: str
    """What it does, in a word or two."""
    length: int
    """Its natural length in ticks, at least 1."""
    act: Act | None = None
    """How it is played while the agent stands; None where nobody has measured it."""
    limbs: str | None = None
    """Which of `glass.core.limbs.ACTIONS` limbs tell it; None where it is as the model has learned it."""


@dataclass(frozen=True)
class MaskSize:
    """Shares of the frame that an agent may cover; a picture outside them is refused."""

    min: float
    max: float


@dataclass(frozen=True)
class Transitions:
    """Transition counts of directions and local actions, on neighbouring steps of the training clips."""

    directions: Mapping[str, tuple[int, ...]]
    """For each of DIRECTIONS, how often each of DIRECTIONS came next, in their order."""
    local_actions: Mapping[str, tuple[tuple[int, ...], ...]]
    """For each of DIRECTIONS, steps that went that way: row by the local action before, column by the step's own."""


@dataclass(frozen=True)
class Manifest:
    """What a bundle says about itself; checked when made.

    Raises:
        GlassError: a value is out of its range, in one sentence that names the key.
    """

    name: str
    """Name of the model."""
    frame_size: tuple[int, int]
    """Width and height of the model's frame in pixels."""
    window: int
    """Side in pixels of the square window around the agent."""
    tick_rate: float
    """Ticks a second."""
    speed: float
    """Pixels a tick that a held arrow moves the agent."""
    max_shift: tuple[float, float]
    """Largest shift (x, y) in pixels a tick seen in training."""
    local_actions: tuple[LocalAction, ...]
    """Local actions 1..K; entry i is local action i + 1."""
    default_local_actions: Mapping[str, int]
    """The most likely local action for each of DIRECTIONS."""
    files: Mapping[str, str]
    """The sha256 of each file of the bundle, by its name relative to the bundle's folder."""
    training_data: tuple[str, ...]
    """What the model learned from."""
    licence: str
    """Licence of the weights and start frames."""
    mask_size: MaskSize
    """How much of the frame an agent may cover."""
    transitions: Transitions
    """What followed what in the training clips."""
    enters: str | None = None
    """Edge of the frame, one of EDGES, that the agent reaches in from, as an arm does; None for one seen whole."""
    views: int = 1
    """Pictures of one character, at most, that a game starts from: the first, and others from other sides."""
    format: int = field(default=FORMAT)
    """Version of this schema."""

    def __post_init__(self) -> None:
        """Check every range."""
        _check(self.format == FORMAT, f"format is {self.format}, this program reads format {FORMAT}")
        _check(bool(self.name), "name is empty")
        _check(min(self.frame_size) >= 8, "frame_size must be at least 8 x 8")
        _check(self.window >= 1, "window must be at least 1")
        _check(isfinite(self.tick_rate) and 0 < self.tick_rate <= 100, "tick_rate must be in (0, 100]")
        _check(isfinite(self.speed) and self.speed >= 0, "speed must be at least 0")
        _check(all(isfinite(v) and v >= 0 for v in self.max_shift), "max_shift must be at least 0")
        _check(bool(self.local_actions), "local_actions is empty")
        _check(all(a.length >= 1 for a in self.local_actions), "each length of local_actions must be at least 1")
        _check(set(self.default_local_actions) == set(DIRECTIONS), f"default_local_actions needs {tuple(DIRECTIONS)}")
        for direction, code in self.default_local_actions.items():
            _check(1 <= code <= self.codes, f"default_local_actions.{direction} is {code}, not in 1..{self.codes}")
        _check(0 <= self.mask_size.min < self.mask_size.max, "mask_size needs 0 <= min < max")
        for code, action in enumerate(self.local_actions, start=1):
            known = action.limbs is None or action.limbs in ACTIONS
            _check(known, f"limbs of local action {code} is {action.limbs!r}; it must be one of {ACTIONS}")
            if action.act is not None:
                _check_act(code, action.act, self.local_actions)
        _check_transitions(self.transitions, self.codes)
        _check(self.enters is None or self.enters in EDGES, f"enters must be one of {tuple(EDGES)}")
        _check(self.views >= 1, "views must be at least 1")
        for graph in GRAPHS:
            _check(graph in self.files, f"files has no {graph}")
        for file in self.files:
            inside = not PurePosixPath(file).is_absolute() and ".." not in PurePosixPath(file).parts
            _check(inside and "\\" not in file and ":" not in file, f"file name {file!r} leaves the bundle")

    @property
    def has_small_agents(self) -> bool:
        """Whether its agents are small in their scene: then it knows them by the scene."""
        return self.mask_size.max < SMALL_AGENT

    @property
    def codes(self) -> int:
        """K, the number of local actions."""
        return len(self.local_actions)

    @property
    def casts_shadow(self) -> bool:
        """Whether the agent takes its shadow along."""
        return SHADOW in self.files

    @property
    def starts(self) -> tuple[str, ...]:
        """Names of the start frames, in order."""
        return tuple(sorted(name for name in self.files if name.startswith("starts/")))

    def default_local_action(self, shift: tuple[float, float]) -> int:
        """Return the most likely local action (1..K) for a shift (x, y) in pixels; the larger axis decides."""
        return self.default_local_actions[direction_of(shift)]

    def limb_action(self, code: int) -> int | None:
        """Return which of `glass.core.limbs.ACTIONS` limbs tell a local action; None for one that was learned."""
        name = self.local_actions[code - 1].limbs
        return None if name is None else ACTIONS.index(name)

    def with_labels(self, labels: Mapping[int, str]) -> "Manifest":
        """Return it with other labels of some of the local actions 1..K."""
        actions = enumerate(self.local_actions, start=1)
        return replace(self, local_actions=tuple(replace(a, label=labels.get(code, a.label)) for code, a in actions))

    def with_acts(self, acts: Mapping[int, Act]) -> "Manifest":
        """Return it with other ways to play some of the local actions 1..K."""
        actions = enumerate(self.local_actions, start=1)
        return replace(self, local_actions=tuple(replace(a, act=acts.get(code, a.act)) for code, a in actions))

    def to_json(self) -> str:
        """Return the text of manifest.json."""
        values = asdict(self, dict_factory=lambda pairs: {key: value for key, value in pairs if value is not None})
        if self.views == 1:
            del values["views"]
        text = json.dumps({"format": values.pop("format"), **values}, indent=2, ensure_ascii=False)
        return _ROW_OF_NUMBERS.sub(lambda row: f"[{', '.join(row[1].replace(',', ' ').split())}]", text) + "\n"


def parse_manifest(text: str, place: str = MANIFEST_FILE) -> Manifest:
    """Read the text of a manifest.json; `place` names it in errors.

    Raises:
        GlassError: not JSON, an unknown or missing key, a wrong type or a value out of range.
    """
    try:
        return _manifest(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise GlassError(f"{place}: not a manifest ({error}); export the model again") from None
    except GlassError as error:
        raise GlassError(f"{place}: {error}; export the model again") from None


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of the bundle in `folder`.

    Raises:
        GlassError: there is none, or it is not a valid one.
    """
    place = folder / MANIFEST_FILE
    try:
        text = place.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise GlassError(f"{folder}: no {MANIFEST_FILE} there; give the folder of a bundle") from None
    except UnicodeDecodeError:
        raise GlassError(f"{place}: not text; export the model again") from None
    except OSError as error:
        raise GlassError(f"{place}: cannot be read ({error.strerror})") from None
    return parse_manifest(text, str(place))


def _check(good: bool, problem: str) -> None:
    if not good:
        raise GlassError(problem)


def _check_act(code: int, act: Act, local_actions: tuple[LocalAction, ...]) -> None:
    """See that an act plays what there is, and names another one only where that plays itself."""
    codes, where = len(local_actions), f"the act of local action {code}"
    _check(act.way in DIRECTIONS, f"{where}: way must be one of {tuple(DIRECTIONS)}")
    good = all(1 <= played <= codes for played in act.rise + act.fall)
    _check(good, f"{where} plays local actions outside 1..{codes}")
    _check(bool(act.rise or not act.fall), f"{where}: rise is empty")
    if act.same_as is not None:
        other = local_actions[act.same_as - 1].act if 1 <= act.same_as <= codes else None
        good = other is not None and bool(other.rise) and not act.rise
        _check(good, f"{where}: same_as must be one that is played, with nothing of its own beside it")


def _check_transitions(transitions: Transitions, codes: int) -> None:
    for name in ("directions", "local_actions"):
        good = set(getattr(transitions, name)) == set(DIRECTIONS)
        _check(good, f"transitions.{name} needs {tuple(DIRECTIONS)}")
    rows = list(transitions.directions.values())
    _check(all(len(row) == len(DIRECTIONS) for row in rows), f"transitions.directions needs rows of {len(DIRECTIONS)}")
    for table in transitions.local_actions.values():
        square = len(table) == codes and all(len(row) == codes for row in table)
        _check(square, f"transitions.local_actions needs tables of {codes} x {codes}")
        rows += table
    _check(all(count >= 0 for row in rows for count in row), "each count of transitions must be at least 0")


def _manifest(values: Any) -> Manifest:
    """Convert plain values to a manifest whose keys are all known."""
    try:
        manifest = msgspec.convert(values, Manifest)
    except msgspec.ValidationError as error:
        raise GlassError(_sentence(str(error))) from None
    tables = [("the manifest", values, Manifest), ("mask_size", values["mask_size"], MaskSize)]
    tables += [("transitions", values["transitions"], Transitions)]
    tables += [("local_actions", action, LocalAction) for action in values["local_actions"]]
    tables += [("act", action["act"], Act) for action in values["local_actions"] if action.get("act")]
    for where, table, kind in tables:
        unknown = sorted(table.keys() - {each.name for each in fields(kind)})
        _check(not unknown, f"{where} has an unknown key {unknown[:1]}")
    _check("format" in values, "the manifest has no key ['format']")
    return manifest


def _sentence(problem: str) -> str:
    """Say in our words what msgspec found, such as "Expected `int`, got `str` - at `$.local_actions[0].length`"."""
    said, _, path = problem.partition(" - at `$")
    where = re.sub(r"\[\d+\]", "", path.strip(".`")).replace("[...]", ".*") or "the manifest"
    if missing := re.match(r"Object missing required field `(\w+)`", said):
        return f"{where} has no key ['{missing[1]}']"
    expected = re.match(r"Expected `(\w+).*?`(?: of length (\d+))?", said)
    if expected is None:
        return f"{where}: {said}"
    return f"{where} must be {_KINDS[expected[1]]}" + (f" of {expected[2]}" if expected[2] else "")
