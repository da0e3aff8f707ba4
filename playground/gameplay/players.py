"""Players: controls, pointer, autopilot, acts and camera, as the action of each agent in the coming tick."""

from collections.abc import Hashable, Sequence

from playground.acts.performer import Performer
from playground.bundles.manifest import LocalAction
from playground.core.action import Action
from playground.engine.inference import InferenceEngine
from playground.input.controls import Controls, Intent
from playground.scripts.random_walk import Autopilot
from playground.world.follow_camera import follow
from playground.world.world import World

STILL = Action(hold=True)
"""What a tick is in which nobody asks for anything."""


class Players:
    """The players of a game, one for each agent; while one asks for nothing, the agent ends what it began and rests."""

    def __init__(self, engines: Sequence[InferenceEngine], speed: float, autoplay: int | None = None) -> None:
        """Begin with agents at rest, and the speed that is kept; the first is moved by a random walk of a seed."""
        manifests = [engine.manifest for engine in engines]
        self.controls = [
            Controls(manifest.speed, [_tap(action) for action in manifest.local_actions], manifest.max_shift)
            for manifest in manifests
        ]
        """What each player holds and has tapped."""
        for one in self.controls:
            one.set_speed(speed)
        self.pointer: tuple[float, float] | None = None
        """Where the first agent is drawn to while the mouse button is held, (x, y) in pixels of the frame."""
        self.autopilot = None if autoplay is None else Autopilot(manifests[0], autoplay)
        """What plays the first agent while nobody asks for anything."""
        self._performers = [Performer(engine.manifest, engine.keeps_own_size) for engine in engines]
        self._engines = engines
        self._follows = all(manifest.enters is None for manifest in manifests)  # an arm must not lose its edge

    @property
    def speed(self) -> float:
        """How fast they walk, as a multiple of the model's speed."""
        return self.controls[0].speed

    @property
    def busy(self) -> bool:
        """Whether an agent has an act to play to its end, or comes to rest after a walk."""
        return any(one.settles for one in self._performers)

    @property
    def idle(self) -> bool:
        """Whether nobody asks for anything."""
        return all(one.idle for one in self.controls)

    def press(self, intent: Intent, source: Hashable, player: int) -> None:
        """Let `source` hold a direction, a pan or a local action of a player."""
        self.controls[player].press(intent, source)

    def release(self, source: Hashable) -> None:
        """`source` lets go of whatever it held."""
        for one in self.controls:
            one.release(source)

    def release_all(self) -> None:
        """Let go of everything."""
        self.pointer = None
        for one in self.controls:
            one.release_all()

    def forget_taps(self) -> None:
        """Forget what was tapped: what is tapped while the world stands still is not saved up."""
        for one in self.controls:
            one.forget_taps()

    def change_speed(self, steps: int) -> float:
        """Let all walk faster or slower by some steps; returns how fast."""
        for one in self.controls:
            one.change_speed(steps)
        return self.speed

    def toggle_following(self) -> bool:
        """Let the camera follow, or stand; returns whether it follows."""
        self._follows = not self._follows
        return self._follows

    def move_towards_pointer(self, position: tuple[float, float]) -> None:
        """Let the first player's agent, which is at a position (x, y), go to the pointer, if there is one."""
        if self.pointer is None:
            self.controls[0].move_towards(None)
        else:
            self.controls[0].move_towards((self.pointer[0] - position[0], self.pointer[1] - position[1]))

    def go_on_after(self, actions: Sequence[Action] | None) -> None:
        """Go on in another moment: each agent ends what it did last there, or nothing yet."""
        last = actions or (None,) * len(self._performers)
        for performer, action in zip(self._performers, last, strict=True):
            performer.go_on_after(action)

    def actions(self, world: World, all_act: bool) -> list[Action]:
        """Return what each agent does in the coming tick; who asks for nothing rests, unless all shall act."""
        actions = [one.next_action() for one in self.controls]
        if self.autopilot is not None and not all_act and not (self._performers[0].busy and actions[0] == Action()):
            actions[0] = self.autopilot.take(actions[0], world.agents[0].position)
        actions = [
            asked if all_act and _asks_nothing(asked) and not one.busy else one.take(asked)
            for one, asked in zip(self._performers, actions, strict=True)
        ]
        if not self._follows:
            return actions
        positions = [agent.position for agent in world.agents]
        return list(follow(actions, positions, world.extent, self._engines[0].manifest.window))

    def acting(self, actions: Sequence[Action]) -> tuple[int | None, ...]:
        """Return the local action that each agent does in a tick of these actions; None for one that stands."""
        if not actions:
            return (None,) * len(self.controls)
        return tuple(
            None
            if action.hold
            else performer.local_action or action.local_action or engine.manifest.default_local_action(action.shift)
            for engine, performer, action in zip(self._engines, self._performers, actions, strict=True)
        )


def _asks_nothing(action: Action) -> bool:
    """Say whether an action asks the agent for nothing."""
    return not any(action.shift) and action.local_action is None


def _tap(action: LocalAction) -> int:
    """Return for how many ticks a tap asks for a local action: once for one that is played to its end."""
    return action.length if action.act is None else 1
