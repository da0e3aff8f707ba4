"""What each local action stands for: the true action most often seen with it, and their mutual information (NMI)."""

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from export.evaluate.means import nan_mean
from glass.data.core.clip import ACTIONS, NO_ACTION

COMMON_SHARE = 0.03
"""A local action counts as used when it has more than this share of the steps."""

SHUFFLES = 20
"""Shuffles behind the figure of chance."""


@dataclass(frozen=True)
class Meaning:
    """What a local action stands for."""

    local_action: int
    """1..K."""
    action: int
    """Index into `ACTIONS` of the true action most often seen with it."""
    share: float
    """Share of the local action's steps that show that action."""
    shift: tuple[float, float]
    """The true shift most often seen with both, (x, y) in pixels."""


@dataclass(frozen=True)
class CodeFigures:
    """How local actions were used; None where no true action is known."""

    shares: tuple[float, ...]
    """Share of the steps of each local action, from 1 on."""
    used: int
    """Local actions with more than COMMON_SHARE of the steps."""
    nmi: float | None
    """Normalised mutual information of local actions and true actions over all steps, 0..1."""
    nmi_per_character: float | None
    """The same within each character, averaged over characters; few steps a character push it up."""
    nmi_per_character_by_chance: float | None
    """What the figure before would be if local actions had nothing to do with true ones."""
    counts: tuple[tuple[int, ...], ...] | None
    """Steps of each local action (rows, from 1 on) that show each true action (columns, order of `ACTIONS`)."""
    meanings: tuple[Meaning, ...]
    """What each local action stands for, of those that were seen with a true action."""


@dataclass
class CodeAccumulator:
    """The local actions read so far."""

    codes: int
    """K, the number of local actions."""
    local_actions: list[int] = field(default_factory=list)
    """1..K, of each step."""
    true_actions: list[int] = field(default_factory=list)
    """Index into `ACTIONS` of what the step's second frame shows, -1 where that is unknown or no agent is there."""
    shifts: list[tuple[float, float]] = field(default_factory=list)
    """True foreground shift of each step; (0, 0) where unknown."""
    characters: list[str] = field(default_factory=list)
    """Name of the character in each step; empty where unknown."""

    def add(
        self,
        local_actions: Sequence[int],
        true_actions: Sequence[int] | None,
        shifts: Sequence[tuple[float, float]] | None,
        character: str,
    ) -> None:
        """Take in a clip's steps: what was read, and what is true, where it is known."""
        steps = len(local_actions)
        self.local_actions += local_actions
        self.true_actions += [NO_ACTION] * steps if true_actions is None else true_actions
        self.shifts += [(0.0, 0.0)] * steps if shifts is None else shifts
        self.characters += [character] * steps

    def figures(self) -> CodeFigures:
        """Sum up."""
        shares = np.bincount(self.local_actions, minlength=self.codes + 1)[1:] / len(self.local_actions)
        pairs = self._pairs()
        within = self._pairs_of_characters()
        return CodeFigures(
            shares=tuple(round(float(share), 4) for share in shares),
            used=int((shares > COMMON_SHARE).sum()),
            nmi=round(normalised_information(*zip(*pairs, strict=True)), 4) if pairs else None,
            nmi_per_character=nan_mean(normalised_information(*zip(*one, strict=True)) for one in within),
            nmi_per_character_by_chance=nan_mean(chance_information(*zip(*one, strict=True)) for one in within),
            counts=tuple(tuple(row) for row in self._counts()) if pairs else None,
            meanings=self.meanings(),
        )

    def meanings(self) -> tuple[Meaning, ...]:
        """Say what each local action stands for, of those that were seen with a true action."""
        return tuple(self._meaning(code, row) for code, row in enumerate(self._counts(), 1) if any(row))

    def _pairs(self) -> list[tuple[int, int]]:
        """Local and true action of each step whose true action is known."""
        return [pair for pair in zip(self.local_actions, self.true_actions, strict=True) if pair[1] != NO_ACTION]

    def _counts(self) -> list[list[int]]:
        """Count steps by local action (rows, from 1 on) and true action."""
        counts = np.zeros((self.codes, len(ACTIONS)), int)
        np.add.at(counts, tuple(np.array(self._pairs(), int).reshape(-1, 2).T - [[1], [0]]), 1)
        return counts.tolist()

    def _pairs_of_characters(self) -> list[list[tuple[int, int]]]:
        """Local and true action of each step, by character."""
        found: dict[str, list[tuple[int, int]]] = {}
        for name, code, action in zip(self.characters, self.local_actions, self.true_actions, strict=True):
            if name and action != NO_ACTION:
                found.setdefault(name, []).append((code, action))
        return list(found.values())

    def _meaning(self, local_action: int, counts: Sequence[int]) -> Meaning:
        action = int(np.argmax(counts))
        steps = zip(self.local_actions, self.true_actions, self.shifts, strict=True)
        shifts = Counter(shift for code, true, shift in steps if (code, true) == (local_action, action))
        return Meaning(local_action, action, round(counts[action] / sum(counts), 4), shifts.most_common(1)[0][0])


def normalised_information(first: Sequence[int], second: Sequence[int]) -> float:
    """Return the normalised mutual information (NMI) of two labellings, by the mean of their entropies, 0..1."""
    import torch
    from torchmetrics.functional.clustering import normalized_mutual_info_score

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparse invariant checks", UserWarning)  # about how torchmetrics counts
        return float(normalized_mutual_info_score(torch.tensor(first), torch.tensor(second)))


def chance_information(first: Sequence[int], second: Sequence[int]) -> float:
    """Return what `normalised_information` is on average when the first labelling is shuffled; high for few labels."""
    rng = np.random.default_rng(0)
    shuffled = (rng.permutation(np.asarray(first)).tolist() for _ in range(SHUFFLES))
    return float(np.mean([normalised_information(one, second) for one in shuffled]))
