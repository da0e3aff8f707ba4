"""Start frames that play by themselves, by a random walk."""

from pathlib import Path

from glass.core.errors import GlassError
from playground.acts.performer import Performer
from playground.bundles.bundle import Bundle
from playground.core.action import Action
from playground.engine.inference import InferenceEngine
from playground.pictures.picture import Picture
from playground.scripts.random_walk import Walker
from playground.world.layers import Layers, layers_of
from playground.world.world import World


class Demonstration:
    """A start frame whose agent walks and acts at random."""

    def __init__(self, engine: InferenceEngine, picture: Picture) -> None:
        """Begin with a picture.

        Raises:
            GlassError: it cannot be played.
        """
        self._world = World([engine])
        self._world.open([engine.find_agent(picture)])
        width, height = engine.frame_size
        self._walker = Walker(engine.manifest, 0, (width / 2, height / 2))
        self._performer = Performer(engine.manifest)
        self.before: Layers | None = None
        """What was seen at the tick before, if there was one."""
        self.now = layers_of(self._world.snapshot())
        """What is seen at the last tick."""

    def tick(self) -> None:
        """Play one tick; acts are played to their end."""
        busy, position = self._performer.busy, self._world.agents[0].position
        asked = Action() if busy else self._walker.next_action(position)
        self._world.step([self._performer.take(asked)])
        self.before, self.now = self.now, layers_of(self._world.snapshot())


class Demonstrator:
    """Opens demonstrations, and keeps the models that play them."""

    def __init__(self) -> None:
        """Begin without models."""
        self._engines: dict[Path, InferenceEngine] = {}

    def open(self, bundle: Bundle, picture: Picture) -> Demonstration | None:
        """Load a model, if it is not loaded yet, and begin with a picture; None where it cannot be played."""
        try:
            if bundle.folder not in self._engines:
                self._engines[bundle.folder] = InferenceEngine(bundle)
            return Demonstration(self._engines[bundle.folder], picture)
        except GlassError:
            return None

    def clear(self) -> None:
        """Let go of all models."""
        self._engines.clear()
