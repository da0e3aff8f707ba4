"""What to do with a clip that was opened: learn to play it, or play its first frame."""

from collections.abc import Hashable
from pathlib import Path

from playground.learning.process import can_learn
from playground.ui.pickers.choice_screen import ChoiceRow, ChoiceScreen

_MINUTES = (10.0, 3.0, 30.0)
"""How long learning may take; the first is what is usual."""


class ClipOffer(ChoiceScreen):
    """The screen that asks what to do with a clip; the answer is in `minutes` or `plays`, or the player went back."""

    def __init__(self, clip: Path, text_size: float = 1.0) -> None:
        """Ask about a clip."""
        self.minutes: float | None = None
        """How long to learn from it; None: it is not learned from."""
        self.plays = False
        """Whether to play its first frame."""
        learning = [
            ChoiceRow(minutes, f"learn to play what moves in it: {minutes:g} minutes", detail, "model")
            for minutes, detail in zip(_MINUTES, ("as usual", "roughly", "well"), strict=True)
        ]
        if not can_learn():
            learning = []
        first = (
            [] if clip.is_dir() else [ChoiceRow("first", "play its first frame", "with a model that is there", "play")]
        )
        super().__init__(f"What shall become of {clip.name}?", [*learning, *first], text_size)
        self.about = "a minute of one agent that walks about and acts makes a model"
        if not learning:
            self.about = "learning needs torch, which is not here: pip install 'glass-playground[train]'"

    def choose(self, name: Hashable) -> None:
        """Take an answer."""
        self.plays = name == "first"
        self.minutes = name if isinstance(name, float) else None
        self.running = False
