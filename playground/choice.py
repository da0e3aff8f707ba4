"""Which model suits a picture."""

from collections.abc import Sequence

import numpy as np

from playground.bundle import Bundle
from playground.engine import Engine
from playground.errors import PlaygroundError
from playground.picture import Picture

_UNSURE = 0.1


def choose_engine(picture: Picture, bundles: Sequence[Bundle]) -> Engine:
    """Load the model that is surest of the agent in a picture; a single one is taken without asking it.

    Raises:
        PlaygroundError: the single model is damaged, or none finds an agent.
    """
    if len(bundles) == 1:
        return Engine(bundles[0])
    sure: list[tuple[float, Engine]] = []
    for bundle in bundles:
        try:
            engine = Engine(bundle)
            sure.append((_confidence(engine, picture), engine))
        except PlaygroundError:  # damaged, or no agent for this one: another may do
            continue
    if not sure:
        names = ", ".join(bundle.manifest.name for bundle in bundles)
        raise PlaygroundError(
            f"{picture.name}: no agent found by any model ({names}); try another picture, or one with an alpha channel"
        )
    return max(sure, key=lambda pair: pair[0])[1]


def _confidence(engine: Engine, picture: Picture) -> float:
    """Return in 0..1 how well a model's own mask agrees with the picture's alpha, or else how decided it is."""
    start = engine.find_agent(picture)
    levels = engine.segment(start.frame[None])[0]
    if picture.image.mode == "RGBA":
        found, given = levels > 0.5, start.mask > 0.5
        return float(np.count_nonzero(found & given) / np.count_nonzero(found | given))
    return float(np.abs(2 * levels[levels > _UNSURE] - 1).mean())
