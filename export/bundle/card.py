"""A model card for a bundle whose maker wrote none."""

from typing import Any

from glass.model import Glass


def write_card(name: str, model: Glass, extra: dict[str, Any]) -> str:
    """Return a card in Markdown: what the model saw, its licences, its local actions."""
    training = model.config.training
    statistics = extra["statistics"]
    data = "\n".join(f"- {line}" for line in extra["data"])
    licences = "\n".join(f"- {line}" for line in extra["licences"])
    actions = "\n".join(
        f"| {number} | {label} | {length} |"
        for number, (label, length) in enumerate(zip(statistics["labels"], statistics["lengths"], strict=True), 1)
    )
    return f"""# {name}

A GLASS model (Davtyan and Favaro, ECCV 2022) that makes one agent in a picture playable.

## What it saw

{data}

{training.global_stage.steps} steps of the global stage, {training.local_stage.steps} of the local stage,
seed {training.seed}.

## Licences of what it learned from

{licences}

## Local actions

| number | name | natural length in ticks |
| --- | --- | --- |
{actions}
"""
