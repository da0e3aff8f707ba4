"""Which model suits a picture, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image

from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.engine.engine import Engine
from playground.pictures.picture import Picture
from playground.pictures.start import NoAgentError, Start, agreement


@dataclass(frozen=True)
class Choice:
    """A model, and a picture as it sees it."""

    engine: Engine
    """The model, loaded."""
    picture: Picture
    """What the model makes of the picture, its agent found, and why it was chosen in the note; where a single model
    finds no agent, the picture as it was."""
    confidence: float | None
    """How sure the model is of the agent, as `Start` says; None where a single model finds none."""


def choose_engine(picture: Picture, bundles: Sequence[Bundle]) -> Choice:
    """Load the model that is surest of the agent in a picture; a single one is taken whatever it finds.

    Raises:
        NoAgentError: there are several models, and none finds an agent.
        GlassError: every model is damaged, or the picture cannot be used by any.
    """
    if len(bundles) == 1:
        engine = Engine(bundles[0])
        try:
            start = engine.find_agent(picture)
        except NoAgentError:
            return Choice(engine, picture, None)
        return Choice(engine, settle(picture, start), start.confidence)
    sure: list[tuple[float, Engine, Start]] = []
    verdicts: list[str] = []
    problems: list[GlassError] = []
    for bundle in bundles:
        try:
            engine = Engine(bundle)
            start = engine.find_agent(picture)
        except NoAgentError:
            verdicts.append(f"{bundle.manifest.name} finds none")
        except GlassError as error:  # damaged: another may do
            problems.append(error)
            verdicts.append(f"{bundle.manifest.name} cannot be used")
        else:
            sure.append((_confidence(engine, picture, start), engine, start))
    if len(problems) == len(bundles):
        raise problems[0]
    if not sure:
        names = ", ".join(bundle.manifest.name for bundle in bundles)
        raise NoAgentError(
            f"{picture.name}: no agent found by any model ({names}); try another picture, or one with an alpha channel"
        )
    sure.sort(key=lambda one: -one[0])
    share, engine, start = sure[0]
    others = [f"{other.manifest.name} {less:.0%}" for less, other, _ in sure[1:]] + verdicts
    settled = settle(picture, start)
    reason = f"model {engine.manifest.name} is surest of the agent: {share:.0%} ({', '.join(others)})"
    noted = replace(settled, note="; ".join(filter(None, (settled.note, reason))))
    return Choice(engine, noted, start.confidence)


def settle(picture: Picture, start: Start) -> Picture:
    """Return a picture as the frame and mask that play starts from, with what was made of it."""
    note = "; ".join(filter(None, (picture.note, start.note)))
    return Picture(picture.name, Image.fromarray(start.frame), mask=start.mask, note=note)


def _confidence(engine: Engine, picture: Picture, start: Start) -> float:
    """Return in 0..1 how well a model's own mask agrees with the picture's, or else how sure the model is of it."""
    if picture.mask is None and picture.image.mode == "RGB":
        return start.confidence
    return agreement(engine.segment(start.frame[None])[0], start.mask)
