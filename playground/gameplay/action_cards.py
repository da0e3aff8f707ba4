"""The cards of a game: one for each act of each player, with an animated preview."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from playground.acts.performer import has_card, played_code
from playground.bundles.action_names import name_local_actions
from playground.engine.agent_state import AgentState
from playground.gameplay.action_previews import ActionPreviews
from playground.gameplay.scene import Card
from playground.gameplay.session import Session
from playground.input.keymap import Keymap
from playground.world.world import World


class ActionCards:
    """The text and the preview of each card."""

    def __init__(self, world: World, keymap: Keymap) -> None:
        """Take a world at its first moment, and the keys."""
        manifests = [engine.manifest for engine in world.engines]
        self._rate = manifests[0].tick_rate
        self._engines = world.engines
        self._show(world.agents)
        self._blank = [
            Card(number, keymap.shown(number, player), action.label, player)
            for player, manifest in enumerate(manifests)
            for number, action in enumerate(manifest.local_actions, start=1)
            if has_card(manifest, number) and (player == 0 or keymap.shown(number, player))
        ]

    def follow(self, agents: Sequence[AgentState]) -> None:
        """Show what the local actions do to players' agents as they began, if these are others than before."""
        if any(one.rest is not other.rest for one, other in zip(agents, self._agents, strict=True)):
            self._show(agents)

    def _show(self, agents: Sequence[AgentState]) -> None:
        self._agents = agents
        self._previews = [ActionPreviews(engine, one) for engine, one in zip(self._engines, agents, strict=True)]
        self._waiting = deque(self._previews)

    def at(self, index: int) -> Card:
        """Return a card by its place."""
        return self._blank[index]

    def rename(self, index: int, name: str) -> None:
        """Give the local action of the card at a place another name, for good.

        Raises:
            GlassError: it cannot be called so, or names cannot be kept.
        """
        card = self._blank[index]
        engine = self._engines[card.player]
        engine.bundle, _ = name_local_actions(engine.bundle, {card.number: name})
        engine.manifest = engine.bundle.manifest
        for place, one in enumerate(self._blank):
            if self._engines[one.player] is engine:
                self._blank[place] = replace(one, label=engine.manifest.local_actions[one.number - 1].label)

    def compute_some(self) -> None:
        """Compute a little of the previews, if there is any left to compute; takes about a tick's time."""
        if self._waiting:
            self._waiting[0].compute_some()
            self._waiting.rotate(-1)
            if self._waiting[-1].complete:
                self._waiting.pop()

    @property
    def complete(self) -> bool:
        """Whether all previews are computed."""
        return not self._waiting

    def still(self, seconds: float) -> float:
        """Return for how long the cards stay as they are after so many seconds of play."""
        return (1 - seconds * self._rate % 1) / self._rate

    def _pressed(self, session: Session, player: int) -> set[int]:
        """Return the local actions whose cards are pressed: those of the numbers held, or that show the same."""
        manifest = self._engines[player].manifest
        held = (intent for intent in session.controls[player].pressed if isinstance(intent, int))
        return {played_code(manifest, number) for number in held}

    def cards(self, session: Session, seconds: float | None) -> tuple[Card, ...]:
        """Return the cards as they are after so many seconds of play; None lets the previews rest in their middle."""
        tick = None if seconds is None else int(seconds * self._rate)
        return tuple(
            replace(
                card,
                preview=self._previews[card.player].picture(card.number, tick),
                pressed=card.number in self._pressed(session, card.player),
                acting=session.acting[card.player] == card.number,
            )
            for card in self._blank
        )
