"""What to do with a clip that was opened: learn to play it, go on learning, or play its first frame."""

from collections.abc import Hashable
from pathlib import Path

from playground.learning.begun import BegunLearning, free_name
from playground.learning.process import LearnRequest, can_learn
from playground.ui.pickers.choice_screen import ChoiceRow, ChoiceScreen

_MINUTES = (10.0, 3.0, 30.0)
"""How long learning may take; the first is what is usual."""
_FIRST = "first"


class ClipOffer(ChoiceScreen):
    """The screen that asks what to do with a clip; the answer is in `request` or `plays`, or the player went back."""

    def __init__(
        self, clip: Path, begun: BegunLearning | None = None, busy_with: str = "", text_size: float = 1.0
    ) -> None:
        """Ask about a clip, from which something was `begun`; another one may be learned from meanwhile."""
        self.request: LearnRequest | None = None
        """What to learn; None: nothing."""
        self.plays = False
        """Whether to play its first frame."""
        self._requests: dict[Hashable, LearnRequest] = {}
        rows: list[ChoiceRow] = []
        able = can_learn()
        if able and not busy_with:
            rows = self._learning_rows(clip, begun)
        if not clip.is_dir():
            rows.append(ChoiceRow(_FIRST, "play its first frame", "with a model that is there", "play"))
        super().__init__(f"What shall become of {clip.name}?", rows, text_size)
        self.about = "a minute of one agent that walks about and acts makes a model; you can play meanwhile"
        if busy_with:
            self.about = f"{busy_with} is being learned from; one clip at a time"
        if not able:
            self.about = "learning needs torch, which is not here: pip install 'glass-playground[train]'"

    def choose(self, name: Hashable) -> None:
        """Take an answer."""
        self.plays = name == _FIRST
        self.request = self._requests.get(name)
        self.running = False

    def _learning_rows(self, clip: Path, begun: BegunLearning | None) -> list[ChoiceRow]:
        """Return the rows that learn, what was begun first; what led to no model is begun anew in its place."""
        rows = []
        if begun is not None:
            self._requests["on"] = LearnRequest(clip, begun.name, _MINUTES[0], agent=begun.agent)
            words = f"go on learning {begun.name}: {_MINUTES[0]:g} minutes more"
            detail = "to a better model" if begun.finished else "it was interrupted"
            rows.append(ChoiceRow("on", words, detail, "model"))
        restart = begun is not None and not begun.finished
        name = begun.name if begun is not None and restart else free_name(clip)
        what = "learn to play what moves in it" if begun is None else "begin anew" if restart else f"learn {name}"
        for minutes, detail in zip(_MINUTES, ("as usual", "roughly", "well"), strict=True):
            self._requests[minutes] = LearnRequest(clip, name, minutes, restart)
            rows.append(ChoiceRow(minutes, f"{what}: {minutes:g} minutes", detail, "model"))
        return rows
