"""A game session: ticks, pauses, turn mode, rewind, scripts, saves and recordings; without keys or windows."""

import math
import time
from collections.abc import Callable, Hashable, Sequence
from itertools import starmap
from pathlib import Path

from playground.acts.performer import Performer
from playground.bundles.manifest import LocalAction
from playground.core.action import Action
from playground.engine.inference import InferenceEngine
from playground.gameplay.clock import Clock
from playground.gameplay.frame_meter import FrameMeter
from playground.gameplay.settings import GameSettings
from playground.input.controls import Command, Controls, Intent
from playground.recording.recorder import Recorder, recording_scale
from playground.recording.session_recordings import SessionRecordings
from playground.scripts.random_walk import Autopilot
from playground.world.follow_camera import follow
from playground.world.history import History
from playground.world.layers import Layers, layers_of
from playground.world.world import World

STILL = Action(hold=True)
"""What a tick is in which nobody asks for anything."""
_FASTER_TICKS = 10
"""After so many ticks back, the way back becomes faster."""


class Session:
    """A game from its first picture on.

    While a player asks for nothing, the agent stands still, at rest after an act: a model that has learned no rest
    would act without end. Scripts and single steps let it do what the model does by default.
    """

    def __init__(
        self,
        world: World,
        settings: GameSettings | None = None,
        *,
        recorders: Sequence[Recorder] = (),
        script: Sequence[Sequence[Action]] = (),
        folder: Path | None = None,
    ) -> None:
        """Begin with a world that has been opened, at its first moment, and the speed that is kept.

        The script is what each player does, tick by tick, before they take over. The recorders, which the caller makes
        of the settings, record from the first frame on until the script ends, the player stops it or leaves. Recordings
        that the player starts go to `folder`; that of the settings when None.
        """
        self.settings = settings = settings or GameSettings()
        self._history = History(world)
        manifests = [engine.manifest for engine in world.engines]
        tick_rate, scale = manifests[0].tick_rate, recording_scale(settings.scale, world.own_size)
        self.clock = Clock(tick_rate)
        self.meter = FrameMeter(world.engines[0].provider_name)
        self.controls = [
            Controls(manifest.speed, [_tap(action) for action in manifest.local_actions], manifest.max_shift)
            for manifest in manifests
        ]
        self._performers = [Performer(engine.manifest, engine.keeps_own_size) for engine in world.engines]
        for one in self.controls:
            one.set_speed(settings.kept.now.speed)
        self.pointer: tuple[float, float] | None = None
        """Where the agent is drawn to while the mouse button is held, (x, y) in pixels of the frame."""
        self.recordings = recordings = SessionRecordings(tick_rate, scale, folder or settings.kept.folder)
        self.autopilot = None if settings.autoplay is None else Autopilot(manifests[0], settings.autoplay)
        """What plays the first agent while nobody asks for anything."""
        self.paused = False
        self.acting: tuple[int | None, ...] = (None,) * len(self.controls)
        """The local action that each agent did in the last tick."""
        self.now: Layers = layers_of(world.snapshot())
        """What is seen at the last tick."""
        self.before: Layers | None = None
        """What was seen at the tick before, if the last one came from there."""
        self._script = tuple(script)
        self._script_at = 0
        self._idle = False
        self._follows = all(manifest.enters is None for manifest in manifests)  # an arm must not lose its edge
        self._rewinder: Hashable | None = None
        self._gone_back = 0
        self._handlers: dict[Command, Callable[[], str]] = {
            Command.PAUSE: self._toggle_pause,
            Command.STEP: self.step,
            Command.TURN: self._toggle_turn,
            Command.RESET: self.reset,
            Command.SAVE: self.save,
            Command.LOAD: self.load,
            Command.FOLLOW: self._toggle_following,
            Command.SLOWER: lambda: self._change_speed(-1),
            Command.FASTER: lambda: self._change_speed(1),
            Command.RECORD: lambda: recordings.toggle(self.now.frame),
            Command.CLIP: recordings.clip,
            Command.SCREENSHOT: lambda: recordings.picture(self.now.frame),
        }
        recordings.begin(recorders, self.now.frame)

    @property
    def world(self) -> World:
        """What is played."""
        return self._history.world

    @property
    def scripted(self) -> str:
        """How far a running script is; empty when none runs."""
        return f"script {self._script_at} of {len(self._script)}" if self._script else ""

    def press(self, intent: Intent, source: Hashable, player: int) -> None:
        """Let `source` hold a direction, a pan or a local action of a player."""
        self.controls[player].press(intent, source)
        self.clock.press()

    def tilt(self, way: tuple[float, float], player: int) -> None:
        """Let a player's stick tilt, (x, y) in -1..1."""
        self.controls[player].tilt(*way)
        self.clock.press()

    def release(self, source: Hashable) -> None:
        """`source` lets go of whatever it held."""
        for one in self.controls:
            one.release(source)
        if source == self._rewinder:
            self._rewinder = None

    def release_all(self) -> None:
        """Let go of everything, as when the window loses the keyboard."""
        self.pointer = None
        self._rewinder = None
        for one in self.controls:
            one.release_all()

    def execute(self, command: Command, source: Hashable) -> str:
        """Do what a command says, or what it says until `source` lets go; returns what to tell the player, if anything.

        Raises:
            GlassError: it cannot be done.
        """
        if command is Command.REWIND:
            self._rewinder, self._gone_back = source, 0
            return ""
        return self._handlers[command]() if command in self._handlers else ""

    @property
    def _busy(self) -> bool:
        """Whether an agent has an act to play to its end, or comes to rest after a walk."""
        return any(one.settles for one in self._performers)

    @property
    def rewinding(self) -> bool:
        """Whether time goes back."""
        return self._rewinder is not None

    @property
    def stands(self) -> bool:
        """Whether what is seen stays the same until the next tick."""
        return not self.rewinding and (self.before in (None, self.now) or self.clock.fraction == 1)

    def still(self) -> float:
        """Return for how many seconds nothing changes unless somebody asks for something; infinite in a pause."""
        if not self.stands:
            return 0.0
        if self.paused:
            return math.inf
        if self.clock.turn and not self._script:
            return 0.0 if self._busy or not all(one.idle for one in self.controls) else math.inf
        return max(0.0, self.clock.left)

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass, and play the ticks that fall due."""
        if self.rewinding:
            self.clock.advance(dt)
            self._forget_taps()
            while self.clock.tick_in_rewind():
                self._go_back()
            return
        if self.paused:
            self.halt(dt)
            return
        self.clock.advance(dt)
        self._move_towards_pointer()
        while self.clock.should_tick(self.controls, idle=self._idle, busy=self._busy, script=bool(self._script)):
            self._tick()
            self._move_towards_pointer()

    def halt(self, dt: float) -> None:
        """Let `dt` seconds pass for the picture only, as while the help is shown."""
        self.clock.glide(dt)
        self._forget_taps()

    def step(self) -> str:
        """Play one tick, and pause; who asks for nothing does what the model does by default."""
        self.paused = True
        self._move_towards_pointer()
        self._tick(all_act=True)
        self.clock.ticked()
        return ""

    def reset(self) -> str:
        """Go back to the first picture."""
        self._history.restart()
        self._jump()
        return ""

    def save(self) -> str:
        """Save this moment to the models' quick save; returns what to tell the player.

        Raises:
            GlassError: it cannot be written.
        """
        from playground.world.save_file import quick_save_path, write_save

        write_save(quick_save_path(self.world.engines), self._history)
        return "saved"

    def load(self) -> str:
        """Go back to the models' quick save; returns what to tell the player.

        Raises:
            GlassError: there is none, or it cannot be read.
        """
        from playground.world.save_file import quick_save_path, read_save, resume

        engines = self.world.engines
        self._history = resume(read_save(quick_save_path(engines)), engines)
        self._jump()
        return "the saved moment"

    def _jump(self) -> None:
        """Show a moment that the script does not lead to."""
        self._script, self._script_at = (), 0
        self._forget_taps()
        self._go_on_from_here()
        self._arrive(None)

    def _toggle_pause(self) -> str:
        self.paused = not self.paused
        return ""

    def _toggle_turn(self) -> str:
        self.clock.turn = not self.clock.turn
        return "the world waits for a key" if self.clock.turn else "real time"

    def _change_speed(self, steps: int) -> str:
        for one in self.controls:
            one.change_speed(steps)
        self.settings.kept.change(speed=self.controls[0].speed)
        return f"speed {self.controls[0].speed:g}"

    def _toggle_following(self) -> str:
        self._follows = not self._follows
        return "the camera follows" if self._follows else "the camera stands"

    def _go_back(self) -> None:
        """Show a tick earlier; the longer it goes back, the faster."""
        steps = 1 + min(3, self._gone_back // _FASTER_TICKS)
        self._gone_back += 1
        before, gone = self.now, None
        for _ in range(steps):
            gone = self._history.back() or gone
        if gone is None:
            self.before = None
        else:
            self._idle = False
            self._go_on_from_here()
            self._arrive(before)

    def _go_on_from_here(self) -> None:
        """Let each agent end what it did in a moment that has been come back to."""
        last = self._history.last or (None,) * len(self._performers)
        for performer, action in zip(self._performers, last, strict=True):
            performer.go_on_after(action)

    def _tick(self, all_act: bool = False) -> None:
        """Play one tick; agents that are asked for nothing stand as they are, unless all shall act."""
        if self._script:
            actions = list(self._script[self._script_at])
            self._script_at += 1
        else:
            actions = self._asked_for(all_act)
        began = time.perf_counter()
        self._idle = all(action == STILL for action in actions)
        if not self._idle:
            self._history.step(actions)
            self.meter.tick(time.perf_counter() - began)
        self._arrive(self.now, actions)
        if self._script and self._script_at == len(self._script):
            self._script, self._script_at = (), 0
            if self.recordings.running:
                self.recordings.stop()

    def _asked_for(self, all_act: bool) -> list[Action]:
        """Return what each agent does in the coming tick, as the controls, the autopilot and the acts say."""
        actions = [one.next_action() for one in self.controls]
        if self.autopilot is not None and not all_act and not (self._performers[0].busy and actions[0] == Action()):
            actions[0] = self.autopilot.take(actions[0], self.world.agents[0].position)
        actions = [
            asked if all_act and _asks_nothing(asked) and not one.busy else one.take(asked)
            for one, asked in zip(self._performers, actions, strict=True)
        ]
        if not self._follows:
            return actions
        manifest = self.world.engines[0].manifest
        positions = [agent.position for agent in self.world.agents]
        return list(follow(actions, positions, self.world.extent, manifest.window))

    def _arrive(self, before: Layers | None, actions: Sequence[Action] = ()) -> None:
        """Show the world as it is now, and keep its frame; a moment that came from nowhere is shown at once."""
        self.before = before
        if before is None or not self._idle:
            self.now = layers_of(self.world.snapshot())
        acting = zip(self.world.engines, self._performers, actions, strict=False)
        self.acting = tuple(starmap(_acting, acting)) or (None,) * len(self.controls)
        if before is None:
            self.clock.show_now()
        self.recordings.add_frame(self.now.frame)

    def _move_towards_pointer(self) -> None:
        if self.pointer is None:
            self.controls[0].move_towards(None)
        else:
            x, y = self.world.agents[0].position
            self.controls[0].move_towards((self.pointer[0] - x, self.pointer[1] - y))

    def _forget_taps(self) -> None:
        for one in self.controls:
            one.forget_taps()  # what is tapped while the world stands still is not saved up


def _asks_nothing(action: Action) -> bool:
    """Say whether an action asks the agent for nothing."""
    return not any(action.shift) and action.local_action is None


def _acting(engine: InferenceEngine, performer: Performer, action: Action) -> int | None:
    """Return the local action that an agent does; None for one that stands."""
    if action.hold:
        return None
    return performer.local_action or action.local_action or engine.manifest.default_local_action(action.shift)


def _tap(action: LocalAction) -> int:
    """Return for how many ticks a tap asks for a local action: once for one that is played to its end."""
    return action.length if action.act is None else 1
