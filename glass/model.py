"""The whole model: both stages side by side, and the anchor between them."""

from __future__ import annotations

from torch import nn

from glass.anchor import Anchor
from glass.config import Config
from glass.gma import GlobalMotionAnalysis
from glass.lma import LocalMotionAnalysis

__all__ = ["Glass"]


class Glass(nn.Module):
    """Global and local motion analysis of one config."""

    def __init__(self, config: Config) -> None:
        """Build both stages."""
        super().__init__()
        self.config = config
        self.gma = GlobalMotionAnalysis(config.gma)
        self.anchor = Anchor(config.anchor, config.lma.window)
        self.lma = LocalMotionAnalysis(config.lma)
