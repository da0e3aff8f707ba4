"""Estimates of how long export and tracking take on this machine, measured before training begins."""

import logging
import time

import numpy as np
import torch

from export.bundle.graphs import graphs, to_onnx
from glass.config import Config
from glass.footage.source import FootageSource
from glass.model import Glass
from glass.motion.windows import as_pictures

EXPORT_FACTOR = 6.5
"""How much longer all of the export takes than the first of its graphs, with which the exporter is loaded."""
ACT_SECONDS = 1.0
"""Seconds that measuring the acts of a bundle takes for each local action, about."""


def export_seconds(config: Config) -> float:
    """Estimate how long making and checking a bundle will take, by making one graph of an untrained model."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    began = time.monotonic()
    to_onnx(graphs(Glass(config).eval())["observe.onnx"])
    return EXPORT_FACTOR * (time.monotonic() - began) + ACT_SECONDS * config.lma.local_actions


@torch.no_grad()
def seconds_a_clip(config: Config, source: FootageSource) -> float:
    """Time how long finding masks and shifts takes in a clip as long as those that are tracked."""
    analysis = Glass(config).gma.eval()
    clip = source.draw(np.random.default_rng(0), config.training.track_length)
    pictures = as_pictures(torch.from_numpy(clip.frames))
    taken = []
    for _ in range(2):  # The first one reserves memory.
        began = time.monotonic()
        analysis.register(pictures[None], analysis.segment(pictures)[None])
        taken.append(time.monotonic() - began)
    return min(taken)
