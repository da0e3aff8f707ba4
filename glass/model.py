"""The whole model: both stages side by side, the anchor between them; shadow and registration if they are needed."""

from torch import nn

from glass.config import Config
from glass.networks.anchor import Anchor
from glass.networks.global_motion import GlobalMotionAnalysis
from glass.networks.moving.local_motion import build_local_motion
from glass.networks.moving.registration import RegistrationNetwork
from glass.networks.shadow import ShadowNetwork


class Glass(nn.Module):
    """Global and local motion analysis of one config."""

    def __init__(self, config: Config) -> None:
        """Build all parts."""
        super().__init__()
        self.config = config
        self.gma = GlobalMotionAnalysis(config.gma)
        self.anchor = Anchor(config.anchor, config.lma.window)
        self.lma = build_local_motion(config.lma)
        self.shadow = ShadowNetwork(config.shadow) if config.shadow.cast else None
        moves = config.lma.renderer == "move"
        self.registration = (
            RegistrationNetwork(config.lma.warp_fields, config.lma.affine_fields, config.lma.whole_motion)
            if moves
            else None
        )
