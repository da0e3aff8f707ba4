"""The stages of training, in the order in which they run."""

from glass.stages.anchor import AnchorStage
from glass.stages.backdrop import BackdropStage
from glass.stages.base import Stage
from glass.stages.global_motion import GlobalStage
from glass.stages.local_motion import LocalStage
from glass.stages.matting import MattingStage
from glass.stages.moving.facing import FacingStage
from glass.stages.moving.limbs import LimbStage
from glass.stages.moving.pose import PoseStage
from glass.stages.moving.registration import RegistrationStage
from glass.stages.shadow import ShadowStage

PIPELINE: tuple[type[Stage], ...] = (
    GlobalStage,
    MattingStage,
    BackdropStage,
    AnchorStage,
    ShadowStage,
    FacingStage,
    LimbStage,
    RegistrationStage,
    PoseStage,
    LocalStage,
)

DONE = "done"
"""Where a run stands after its last stage."""
