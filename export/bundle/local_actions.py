"""Local actions of a trained model, chosen when it is exported: some are left out, and acts told by limbs are added."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from glass.core.errors import GlassError
from glass.core.limbs import ACTIONS, ACTS
from glass.data.core.clip import CYCLE
from glass.model import Glass


def leave_out(model: Glass, statistics: Mapping[str, Any], numbers: Sequence[int]) -> tuple[Glass, dict[str, Any]]:
    """Return a model and its statistics without some local actions; those after them move up.

    What was read as one of them is read as the nearest other. Counts of what followed what lose their steps.

    Args:
        model: a trained model of K local actions.
        statistics: of its training clips, as `glass.training.statistics.count_statistics` makes them, in plain values.
        numbers: 1..K, which to leave out.

    Raises:
        GlassError: there is no such local action, or fewer than two would be left.
    """
    count = model.config.lma.local_actions
    strange = [number for number in numbers if not 1 <= number <= count]
    if strange:
        raise GlassError(f"--leave-out {strange[0]}: the model has local actions 1..{count}")
    kept = [index for index in range(count) if index + 1 not in numbers]
    if len(kept) < 2:
        raise GlassError(f"--leave-out: at least two of the {count} local actions have to stay")
    codes = model.lma.quantiser.codes
    nearest = torch.cdist(codes, codes[kept]).argmin(1).tolist()
    return _with_codes(model, kept), _statistics(dict(statistics), kept, nearest)


def add_told_acts(model: Glass, statistics: Mapping[str, Any]) -> tuple[Glass, dict[str, Any]]:
    """Return a model that tells limbs, and its statistics, with a local action for each of `ACTS` that has none yet.

    They are copies of that of standing; what they show is told by limbs. A model none of whose local actions has the
    name of an action that limbs tell stays as it is: it plays what it has learned.
    """
    if not model.config.lma.limbs or not any(map(told_action, statistics["labels"])):
        return model, dict(statistics)
    labels = list(statistics["labels"])
    missing = [act for act in ACTS if act not in labels]
    standing, count = statistics["defaults"]["stay"] - 1, len(labels)
    tables = {
        way: np.pad(table, (0, len(missing))).tolist()
        for way, table in statistics["transitions"]["local_actions"].items()
    }
    return _with_codes(model, [*range(count), *[standing] * len(missing)]), dict(statistics) | {
        "labels": [*labels, *missing],
        "lengths": [*statistics["lengths"], *[CYCLE] * len(missing)],
        "transitions": dict(statistics["transitions"]) | {"local_actions": tables},
    }


def told_action(label: str) -> str | None:
    """Return which of `ACTIONS` a local action of this name is told as: "go left" and "crouch 2" as "go", "crouch"."""
    return max((name for name in ACTIONS if f"{label} ".startswith(f"{name} ")), key=len, default=None)


def _with_codes(model: Glass, chosen: list[int]) -> Glass:
    """Return a model whose local actions are those of another one, counted from 0."""
    config = replace(model.config, lma=replace(model.config.lma, local_actions=len(chosen)))
    made = Glass(config)
    own = made.state_dict()
    made.load_state_dict(
        {name: value[chosen] if value.shape != own[name].shape else value for name, value in model.state_dict().items()}
    )
    return made.eval()


def _statistics(statistics: dict[str, Any], kept: list[int], nearest: list[int]) -> dict[str, Any]:
    """Leave out what is counted of others than ``kept``; ``nearest`` of them, from 0, takes the place of each."""
    transitions = statistics["transitions"]
    tables = {way: torch.tensor(table)[kept][:, kept] for way, table in transitions["local_actions"].items()}
    plain = {way: table.tolist() for way, table in tables.items()}
    statistics["transitions"] = transitions | {"local_actions": plain}
    defaults = {way: nearest[number - 1] + 1 for way, number in statistics["defaults"].items()}
    return statistics | {
        "labels": _labels(list(statistics["labels"]), kept),
        "lengths": [statistics["lengths"][index] for index in kept],
        "defaults": defaults,
    }


def _labels(labels: list[str], kept: list[int]) -> list[str]:
    """Number anew: "slash 2" and "slash 3" of a model with "slash", and "action 3" of one without names."""
    named = []
    for index in kept:
        part = re.fullmatch(r"(.+) (\d+)", labels[index])
        again = part is not None and part[1] in labels
        named.append((part[1], int(part[2])) if part and again else (labels[index], 1))
    made = []
    for place, (name, number) in enumerate(named):
        before = sum(other == name and rival < number for other, rival in named)
        numbered = name == f"action {kept[place] + 1}"
        made.append(f"action {place + 1}" if numbered else f"{name} {before + 1}" if before else name)
    return made
