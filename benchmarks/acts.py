"""Tap each card of a model on its start frames, and measure whether its act is seen and ends in rest.

    python benchmarks/acts.py --model sprites --sheet sheet.png

Each act is played as a key plays it. Distances are those of `playground.acts.looks`, medians over the start frames:

- height: the farthest from rest;
- other: the least of the distances between its height and those of the other cards;
- end: from rest, after the act; the largest of all pixels on all start frames;
- sharp: sharpness at its height, as a share of that at rest.

A card is good if its height is at least 0.25 from rest, at least 0.2 from the other cards', and its end is rest itself
on every start frame. In the sheet each row is a card: the ticks of its act on one start frame, then its height on each.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image

from benchmarks._harness import JsonPlace, publish
from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from playground.acts.looks import looks_of
from playground.acts.measuring import SAME, SEEN, resting_agents
from playground.acts.performer import Performer, has_card, played_code
from playground.bundles.library import find_bundle
from playground.core.action import Action
from playground.engine.agent_state import AgentState
from playground.engine.compositing import straight
from playground.engine.inference import InferenceEngine

ROUNDING = 2 / 255
"""Most that rest may differ from rest; a mirror image is composed, and differs by rounding."""
MOST_TICKS = 60
CELL, GROUND = 72, (92, 112, 132, 255)
"""Side of a picture of the sheet in pixels, and what is behind it."""

Film = tuple[tuple[AgentState, ...], ...]
"""The agents of all start frames, tick by tick, at rest first."""


@dataclass(frozen=True)
class CardReport:
    """How one card is seen."""

    number: int
    label: str
    ticks: int
    """From the tap to rest."""
    height: float
    other: float
    end: float
    sharp: float
    good: bool


@dataclass(frozen=True)
class ActsReport:
    """How all cards of a model are seen."""

    model: str
    starts: int
    cards: list[CardReport]
    merged: dict[int, int]
    """Local actions without a card, and those whose card shows the same; themselves where they show rest."""
    good: float
    """Share of the cards."""


def tap(engine: InferenceEngine, agents: Sequence[AgentState], number: int) -> Film:
    """Tap a local action while agents stand; returns all ticks until they rest.

    Raises:
        GlassError: the model's acts have not been measured.
    """
    performer, film, asked = Performer(engine.manifest), [tuple(agents)], Action(local_action=number)
    while asked.local_action is not None or performer.busy:
        action = performer.take(asked)
        if (performer.local_action is None and not action.hold) or len(film) > MOST_TICKS:
            raise GlassError(f"{engine.manifest.name}: its acts are not measured; run glass-label --measure first")
        film.append(tuple(engine.act(agent, action) for agent in film[-1]))
        asked = Action()
    return tuple(film)


def report(engine: InferenceEngine, films: dict[int, Film]) -> ActsReport:
    """Compare the acts of all cards with rest and with each other."""
    looks = {number: [looks_of(agents) for agents in film] for number, film in films.items()}
    away = {number: [one.distance(seen[0]) for one in seen] for number, seen in looks.items()}
    top = {number: height_of(engine, number) for number in films}
    cards = []
    for number, seen in looks.items():
        height = seen[top[number]]
        others = [height.distance(looks[other][top[other]]) for other in films if other != number]
        rest, last = films[number][0], films[number][-1]
        end = max(_from_rest(*pair) for pair in zip(rest, last, strict=True))
        far, other = away[number][top[number]], min(others, default=np.inf)
        sharp = height.sharpness_of(seen[0])
        label = engine.manifest.local_actions[number - 1].label
        good = far >= SEEN and other >= SAME and end <= ROUNDING
        cards.append(CardReport(number, label, len(seen) - 1, far, other, end, sharp, good))
    merged = {code: played_code(engine.manifest, code) for code in range(1, engine.manifest.codes + 1)}
    return ActsReport(
        engine.manifest.name,
        len(next(iter(films.values()))[0]),
        cards,
        {code: played for code, played in merged.items() if code not in films},
        float(np.mean([card.good for card in cards])),
    )


def _from_rest(rest: AgentState, last: AgentState) -> float:
    """Return the largest difference, 0..1, of an agent from rest; one that turned is compared with the mirror image."""
    seen = last.own_layer[:, ::-1] if last.turned else last.own_layer
    return float(np.abs(rest.own_layer - seen).max())


def height_of(engine: InferenceEngine, number: int) -> int:
    """Return the tick of an act's film in which it is at its height."""
    act = engine.manifest.local_actions[number - 1].act
    return len(act.rise) if act else 0


def draw_sheet(engine: InferenceEngine, films: dict[int, Film]) -> Image.Image:
    """Draw the contact sheet."""
    long = max(len(film) for film in films.values())
    count = len(next(iter(films.values()))[0])
    sheet = Image.new("RGBA", ((long + count) * CELL + CELL // 4, len(films) * CELL), (40, 40, 40, 255))
    for row, (number, film) in enumerate(films.items()):
        for column, agents in enumerate(film):
            sheet.paste(_picture(agents[0]), (column * CELL, row * CELL))
        for column, agent in enumerate(film[height_of(engine, number)]):
            sheet.paste(_picture(agent), ((long + column) * CELL + CELL // 4, row * CELL))
    return sheet.convert("RGB")


def _picture(agent: AgentState) -> Image.Image:
    image = Image.fromarray(straight(agent.own_layer))
    how = Image.Resampling.NEAREST if image.width <= CELL else Image.Resampling.BOX
    ground = Image.new("RGBA", (CELL, CELL), GROUND)
    ground.alpha_composite(image.resize((CELL, CELL), how))
    return ground


def _show(found: ActsReport) -> None:
    print(f"{found.model}: {len(found.cards)} cards on {found.starts} start frames, good {found.good:.2f}")
    print("card                      ticks height  other    end  sharp")
    for card in found.cards:
        figures = f"{card.ticks:5} {card.height:6.2f} {card.other:6.2f} {card.end:6.2f} {card.sharp:6.2f}"
        print(f"{card.number:>3}  {card.label:<20} {figures}{'' if card.good else '  not good'}")
    for code, played in found.merged.items():
        print(f"{code:>3}  shows " + ("rest" if code == played else f"the same as {played}"))


app = new_command("Tap each card of a model and measure whether its act is seen and ends in rest.")


@app.command()
def run(
    model: Annotated[str, typer.Option(help="Name or path of a model.")] = "sprites",
    starts: Annotated[int, typer.Option(help="On how many start frames, at most.", min=1)] = 12,
    sheet: Annotated[Path | None, typer.Option(help="Contact sheet to write.", metavar="FILE.png")] = None,
    json_place: JsonPlace = None,
) -> None:
    """Tap each card of a model and measure whether its act is seen and ends in rest."""
    engine = InferenceEngine(find_bundle(model))
    agents = resting_agents(engine, starts)
    if not agents:
        raise GlassError(f"{model}: no start frame shows an agent")
    manifest = engine.manifest
    cards = [code for code in range(1, manifest.codes + 1) if has_card(manifest, code)]
    if not cards:
        raise GlassError(f"{model}: no act shows anything")
    films = {number: tap(engine, agents, number) for number in cards}
    publish(report(engine, films), json_place, _show)
    if sheet:
        draw_sheet(engine, films).save(sheet)


main = partial(run_command, app, "acts.py")

if __name__ == "__main__":
    sys.exit(main())
