"""Removing local actions from a trained model: codes, statistics and labels without those that are left out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch

from glass.core.errors import GlassError
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
    config = replace(model.config, lma=replace(model.config.lma, local_actions=len(kept)))
    smaller = Glass(config)
    own = smaller.state_dict()
    smaller.load_state_dict(
        {name: value[kept] if value.shape != own[name].shape else value for name, value in model.state_dict().items()}
    )
    codes = model.lma.quantiser.codes
    nearest = torch.cdist(codes, codes[kept]).argmin(1).tolist()
    return smaller.eval(), _statistics(dict(statistics), kept, nearest)


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
