"""Choosing a model for the picture that is played."""

from collections.abc import Hashable, Sequence

from playground.acts.performer import card_count
from playground.bundles.bundle import Bundle
from playground.ui.pickers.choice_screen import ChoiceRow, ChoiceScreen

_FOR = {
    "puppets": "anything cut out: drawings, animals, vehicles",
    "sprites": "small game characters",
    "robot": "robot arms that reach in",
}
"""What the shipped models are for, for people."""


class ModelPicker(ChoiceScreen):
    """The screen that lists the installed models; the one chosen becomes `chosen`."""

    def __init__(self, bundles: Sequence[Bundle], played: str, text_size: float = 1.0) -> None:
        """List models, the one of the name that is played marked."""
        rows = [
            ChoiceRow(
                bundle,
                f"{about.name}: {_FOR[about.name]}" if about.name in _FOR else about.name,
                f"{card_count(about)} acts, {about.licence.partition(' (')[0]}",
                "model",
            )
            for bundle in bundles
            for about in (bundle.manifest,)
        ]
        super().__init__("Which model shall move it?", rows, text_size)
        self.marked = next((at for at, bundle in enumerate(bundles) if bundle.manifest.name == played), 0)
        self.about = f"{played} plays now"
        self.chosen: Bundle | None = None

    def choose(self, name: Hashable) -> None:
        """Take a model."""
        assert isinstance(name, Bundle)
        self.chosen, self.running = name, False
