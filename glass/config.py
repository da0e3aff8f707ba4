"""Config dataclasses of a model and its training, and their plain values in JSON, which travel in checkpoints."""

import dataclasses
import typing
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import msgspec

from glass.core.path_smoothing import PathConfig
from glass.labels.trimap import MattingConfig
from glass.networks.anchor import AnchorConfig
from glass.networks.decoder import LmaConfig
from glass.networks.global_motion import GmaConfig
from glass.networks.shadow import ShadowConfig

T = TypeVar("T")


@dataclass(frozen=True)
class GlobalWeights:
    """Weights of the global stage's losses."""

    reconstruction: float = 1.0
    """Motion-weighted L1 between the composed and the true next frame."""
    foreground: float = 1.0
    """L2 between the moved and the next foreground."""
    background: float = 2.0
    """L1 between the moved and the next inpainted background."""
    binary: float = 0.5
    """Binarisation: pushes masks to 0 or 1."""
    size: float = 0.1
    """L1 between the mask's share of the frame and ``size_prior``."""
    inpainting: float = 1.0
    """L1 in holes cut where the background is known."""
    outlines: float = 0.0
    """Cross entropy between masks and what a look at the clips believes of them, where it says something."""
    size_prior: float = 0.06
    """Expected share of the frame an agent covers, in clips where something moves by itself."""


@dataclass(frozen=True)
class LocalWeights:
    """Weights of the local stage's losses."""

    colour: float = 1.0
    """L1 of premultiplied RGBA, weighted by change and coverage."""
    gradient: float = 1.0
    """L1 of differences between neighbouring pixels."""
    scales: int = 2
    """How many times the picture is halved for further L1 terms."""
    low_pass_l2: float = 0.0
    """L2 of the picture low-passed (halved once), all of it alike: where it is not known which pixel is light and which
    dark, L1 paints all dark that are mostly dark; this keeps the mean."""
    choice: float = 0.03
    """Cross entropy between the source that a tick chooses and the one likest the true picture (``lma.views`` is more
    than 1)."""
    commitment: float = 0.05
    """Commitment of the vector quantisation: pulls action vectors towards their codes."""
    code_entropy: float = 0.03
    """Entropy gap of code usage: keeps all local actions in use."""
    temporal_info_nce: float = 0.05
    """InfoNCE over time: makes action vectors of neighbouring ticks more alike than those of distant ones of a clip."""
    fields: float = 0.1
    """Distance, in pixels, of displacements to those that registration finds (``lma.renderer`` is ``move``)."""
    paint: float = 1.0
    """Share of the agent that is painted where the first crop's own pixels could be moved (likewise)."""
    reading: float = 0.1
    """Squared distance to the codes of what pairs of crops tell by themselves (likewise)."""
    end: float = 0.0
    """By how much more errors count at the free end of an agent that reaches in from an edge: a gripper is small."""


@dataclass(frozen=True)
class AnchorWeights:
    """Weights of the anchor's losses."""

    path: float = 1.0
    """L1 between how the anchor moves and the smooth path."""
    middle: float = 0.05
    """Keeps the anchor, on average, at the mask's centre."""


@dataclass(frozen=True)
class RegistrationWeights:
    """Weights of the registration's losses."""

    misfit: float = 1.0
    """How badly moved crops fit true ones."""
    roughness: float = 0.01
    """Keeps displacement fields near affine motion, so that no piece is torn off."""
    paint: float = 0.3
    """What painting costs where the first crop's own pixels could be moved. Registration sees what it is to make: where
    painting is cheap, it paints."""
    mixture: float = 0.02
    """Entropy of the layers' shares at the end of the stage; it grows towards it."""


@dataclass(frozen=True)
class StageConfig:
    """Schedule of one stage: steps, batches, learning rate (Adam, cosine decay)."""

    steps: int = 1000
    """Optimiser steps; 0 skips the stage."""
    batch: int = 8
    """Clips a step."""
    lengths: tuple[int, ...] = (4,)
    """Frames of a clip; a longer list is worked through in equal parts of the training."""
    learning_rate: float = 2e-3
    """Highest learning rate; it rises over the first twentieth and then falls to nearly nothing."""
    average_decay: float = 0.995
    """Decay of the moving average of the weights that is kept for use."""
    warm_up: int = 0
    """Steps before local actions are quantised (local stage only)."""

    def __post_init__(self) -> None:
        """Check the values."""
        if self.steps < 0 or self.batch < 1 or min(self.lengths, default=0) < 2:
            raise ValueError("a stage needs steps >= 0, batch >= 1 and clips of at least 2 frames")


@dataclass(frozen=True)
class TrainingConfig:
    """How a model is trained."""

    global_stage: StageConfig = field(default_factory=StageConfig)
    """The global stage: masks, shifts, background."""
    matting_stage: StageConfig = field(
        default_factory=lambda: StageConfig(steps=700, batch=24, lengths=(2,), learning_rate=1e-3)
    )
    """Masks to the pixel; ``batch`` counts frames here."""
    backdrop_stage: StageConfig = field(default_factory=lambda: StageConfig(steps=0, batch=24, lengths=(2,)))
    """What the agent hides, learned on the clips that masks are refined on; ``batch`` counts frames here. It is worth
    its time where the agent covers much of the frame."""
    shadow_stage: StageConfig = field(
        default_factory=lambda: StageConfig(steps=0, batch=12, lengths=(2,), learning_rate=2e-3)
    )
    """The agent's shadow, after its anchor; ``batch`` counts pairs of frames here."""
    anchor_stage: StageConfig = field(default_factory=lambda: StageConfig(steps=1000, batch=24, lengths=(8,)))
    """The anchor: the spot of the agent that its path is measured at."""
    facing_stage: StageConfig = field(default_factory=lambda: StageConfig(steps=0, batch=64, lengths=(2,)))
    """Which way agents face, for models that move their picture's pixels; without it they are never turned. ``batch``
    counts crops."""
    limb_stage: StageConfig = field(
        default_factory=lambda: StageConfig(steps=0, batch=32, lengths=(2,), average_decay=0.99)
    )
    """Which limbs agents have and how they move, where `lma.limbs` is set; ``batch`` counts puppets."""
    registration_stage: StageConfig = field(default_factory=lambda: StageConfig(steps=0, batch=32, lengths=(9,)))
    """How pixels move, for models that move their picture's (``lma.renderer`` is ``move``); ``batch`` counts pairs of
    frames, up to ``lengths`` apart."""
    pose_stage: StageConfig = field(default_factory=lambda: StageConfig(steps=0, batch=40, lengths=(9,)))
    """Poses from single pairs of frames, before the local stage, counted as those of ``registration_stage``. Models
    that move their picture's pixels need it."""
    local_stage: StageConfig = field(
        default_factory=lambda: StageConfig(steps=3000, batch=16, lengths=(6, 9, 13), average_decay=0.998, warm_up=800)
    )
    """The local stage: local actions, dynamics, decoder."""
    matting_clips: int = 400
    """How many clips masks are refined on, drawn once, as long as ``track_length``."""
    matting_rounds: int = 1
    """How often those clips are read, in equal parts of the stage: each time with the masks as they are by then; and
    once more where a stopped run goes on."""
    track_clips: int = 1500
    """How many clips the anchor, the shadow and the local stage train on, drawn once."""
    faced_clips: int = 3000
    """How many clips of two frames the facing stage learns from, where sources give sides away."""
    limbed_puppets: int = 9000
    """How many drawn puppets the limb stage learns from."""
    pose_pieces: int = 1500
    """How many pieces of those clips the local stage of a model that moves pixels learns from; their poses are read
    once."""
    track_length: int = 24
    """Frames in each of them."""
    mirrored_anchor: bool = False
    """Whether the anchor learns from mirror images of clips, too; not for agents that reach in from a side."""
    keep_actions: bool = False
    """Whether the local stage leaves local actions as a warm start brought them, and learns to paint them better."""
    precision: Literal["mixed", "full"] = "mixed"
    """``mixed`` lets networks compute in bfloat16 where that is fast (`glass.parallel.precision.mixed_precision`);
    ``full`` is float32 everywhere."""
    seed: int = 0
    """Every draw follows from it."""

    def __post_init__(self) -> None:
        """Check the values."""
        if self.matting_rounds < 1:
            raise ValueError(f"matting_rounds is {self.matting_rounds}; it must be 1 or more")
        optional = [stage for stage in (self.facing_stage, self.registration_stage, self.pose_stage) if stage.steps]
        longest = max(max(stage.lengths) for stage in (self.anchor_stage, self.local_stage, *optional))
        if self.track_clips < 1 or self.track_length < longest:
            raise ValueError(
                f"track_length is {self.track_length}; the anchor and the local stage learn from clips of up to "
                f"{longest} frames, cut out of at least one track"
            )


@dataclass(frozen=True)
class Config:
    """A model and its training."""

    frame_size: tuple[int, int] = (128, 96)
    """Width and height of a frame in pixels, multiples of 8."""
    gma: GmaConfig = field(default_factory=GmaConfig)
    """Global stage."""
    matting: MattingConfig = field(default_factory=MattingConfig)
    """What is believed of the agent's pixels."""
    anchor: AnchorConfig = field(default_factory=AnchorConfig)
    """Anchor."""
    lma: LmaConfig = field(default_factory=LmaConfig)
    """Local stage."""
    path: PathConfig = field(
        default_factory=lambda: PathConfig(
            grid=1.0, stiffness=2.0, rarity=1.5, slowing=0.3, motion=0.5, tolerance=1.0, share=0.1
        )
    )
    """How the path that the anchor learns from is smoothed: stiffly, since it is measured on what bobs."""
    shadow: ShadowConfig = field(default_factory=ShadowConfig)
    """The agent's shadow."""
    global_weights: GlobalWeights = field(default_factory=GlobalWeights)
    """Losses of the global stage."""
    anchor_weights: AnchorWeights = field(default_factory=AnchorWeights)
    """Losses of the anchor."""
    registration_weights: RegistrationWeights = field(default_factory=RegistrationWeights)
    """Losses of the registration."""
    local_weights: LocalWeights = field(default_factory=LocalWeights)
    """Losses of the local stage."""
    training: TrainingConfig = field(default_factory=TrainingConfig)
    """Schedule."""

    def __post_init__(self) -> None:
        """Check the values."""
        if any(side % 8 or side < 16 for side in self.frame_size):
            raise ValueError(f"frame size {self.frame_size} must be multiples of 8, at least 16")
        if self.training.shadow_stage.steps and not self.shadow.cast:
            raise ValueError("training.shadow_stage has steps, but there is no shadow to learn: set shadow.cast, too")
        if self.training.facing_stage.steps and not self.lma.turns:
            raise ValueError("training.facing_stage has steps, but agents never turn: set lma.turns, too")
        if self.training.limb_stage.steps and not self.lma.limbs:
            raise ValueError("training.limb_stage has steps, but no limbs are told: set lma.limbs, too")
        for stage in ("facing_stage", "registration_stage", "pose_stage"):
            if getattr(self.training, stage).steps and self.lma.renderer != "move":
                raise ValueError(f"training.{stage} has steps, but no pixels are moved: set lma.renderer to move, too")

    @property
    def keeps_own_size(self) -> bool:
        """Whether pictures are played at their own size: pixels are moved, and no agent reaches in from an edge."""
        return self.lma.renderer == "move" and not self.anchor.enters_from_edge


RENAMED: dict[type, dict[str, str]] = {
    AnchorConfig: {"enters": "enters_from_edge"},
    LmaConfig: {
        "changes": "difference_only",
        "crispness": "colour_logit_scale",
        "exchange": "code_swap_rate",
        "gait": "locomotion_codes",
        "patience": "code_switch_cost",
        "solidity": "alpha_logit_scale",
        "warps": "warp_fields",
    },
    LocalWeights: {
        "persistence": "temporal_info_nce",
        "shares": "paint",
        "tone": "low_pass_l2",
        "usage": "code_entropy",
    },
    MattingConfig: {"along": "require_co_motion", "sure": "trusted_radius"},
}
"""Keys of settings that have another name now, by config; older weights, runs and settings files hold the old one."""
RETIRED: dict[type, dict[str, Any]] = {
    AnchorConfig: {"reach": 0.25},
    GmaConfig: {"shifts": "registered"},
    LmaConfig: {"feedback": "first", "view": "agent"},
    LocalWeights: {"facing": 0.05, "persistence_gap": 6},
    PathConfig: {"centres": 100},
    TrainingConfig: {"order": "stages"},
}
"""Keys of settings that are gone, and the one value each may have in older files."""


def to_dict(config: Any) -> dict[str, Any]:
    """Serialise a config dataclass to plain values for JSON."""
    return dataclasses.asdict(config)


def current_settings(kind: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    """Translate plain values of the config dataclass ``kind``, nested ones too, to the keys of today.

    Keys in `RENAMED` take their new name, those in `RETIRED` are left out, all others stay.

    Raises:
        ValueError: a setting given by its old and its new key, or a retired one with a value it can no longer have.
    """
    hints, renamed, retired = typing.get_type_hints(kind), RENAMED.get(kind, {}), RETIRED.get(kind, {})
    current: dict[str, Any] = {}
    for given, value in values.items():
        key = renamed.get(given, given)
        if key != given and key in values:
            raise ValueError(f"settings '{given}' and '{key}' in {kind.__name__} are one: give '{key}' alone")
        if key not in retired:
            nested = dataclasses.is_dataclass(hints.get(key)) and isinstance(value, dict)
            current[key] = current_settings(hints[key], value) if nested else value
        elif value != retired[key]:
            raise ValueError(
                f"setting '{key}' in {kind.__name__} cannot be {value!r}: {retired[key]!r} is all that is left"
            )
    return current


def from_dict(kind: type[T], values: dict[str, Any]) -> T:
    """Build the config dataclass ``kind`` from plain values; missing keys take their defaults.

    Raises:
        ValueError: an unknown key, a value of another kind, or one that a config refuses; it is named.
    """
    if not isinstance(values, dict):
        raise ValueError(f"{kind.__name__} cannot be {values!r}")
    hints, made = typing.get_type_hints(kind), current_settings(kind, values)
    if unknown := sorted(made.keys() - hints):
        raise ValueError(f"unknown setting '{unknown[0]}' in {kind.__name__}")
    for key, value in made.items():
        if dataclasses.is_dataclass(hints[key]) and isinstance(value, dict):
            made[key] = from_dict(hints[key], value)
        else:
            try:
                made[key] = msgspec.convert(value, hints[key])
            except msgspec.ValidationError:
                raise ValueError(f"setting '{key}' in {kind.__name__} cannot be {value!r}") from None
    return kind(**made)
