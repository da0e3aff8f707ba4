"""Leaving out local actions that nobody wants to play, such as one that only begins what others go on with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch

from glass.errors import GlassError
from glass.model import Glass

__all__ = ["leave_out"]


def leave_out(model: Glass, statistics: Mapping[str, Any], numbers: Sequence[int]) -> tuple[Glass, dict[str, Any]]:
    """Return a model and its statistics without some local actions; those after them move up.

    What was read as one of them is read as the nearest other. Counts of what followed what lose their steps.

    Args:
        model: a trained model of K local actions.
        statistics: of its training clips, as `glass.statistics.count_statistics` makes them, in plain values.
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
    return smaller.eval(), _statistics(dict(statistics), kept)


def _statistics(statistics: dict[str, Any], kept: list[int]) -> dict[str, Any]:
    transitions = statistics.get("transitions")
    if transitions:
        tables = {way: torch.tensor(table)[kept][:, kept] for way, table in transitions["local_actions"].items()}
        plain = {way: table.tolist() for way, table in tables.items()}
        statistics["transitions"] = transitions | {"local_actions": plain}
    defaults = {}
    for way, number in statistics["defaults"].items():
        if number - 1 in kept:
            defaults[way] = kept.index(number - 1) + 1
        else:
            defaults[way] = int(tables[way].sum(0).argmax()) + 1 if transitions else 1
    return statistics | {
        "labels": _labels([statistics["labels"][index] for index in kept]),
        "lengths": [statistics["lengths"][index] for index in kept],
        "defaults": defaults,
    }


def _labels(labels: list[str]) -> list[str]:
    """Number anew those that had the same name as another: "slash 2" and "slash 3" become "slash" and "slash 2"."""
    parts = [re.fullmatch(r"(.*?)(?: (\d+))?", label) for label in labels]
    named = [(part[1], int(part[2] or 1)) for part in parts if part]
    made = []
    for name, number in named:
        before = sum(other == name and rival < number for other, rival in named)
        made.append(f"{name} {before + 1}" if before else name)
    return made
