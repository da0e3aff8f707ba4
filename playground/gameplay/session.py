"""A game session: ticks, pauses, turn mode, rewind, scripts, saves and recordings; without keys or windows."""

import math
import time
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

from glass.core.errors import GlassError
from playground.core.action import Action
from playground.engine.agent_state import AgentState
from playground.gameplay.clock import Clock
from playground.gameplay.frame_meter import FrameMeter
from playground.gameplay.players import STILL, Players
from playground.gameplay.settings import GameSettings
from playground.input.controls import Command, Controls, Intent
from playground.input.keymap import whose
from playground.pictures.faces import cannot_be_told, next_faces, said_of
from playground.recording.recorder import Recorder, recording_scale
from playground.recording.session_recordings import SessionRecordings
from playground.world.history import History
from playground.world.layers import Layers, layers_of
from playground.world.world import World

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
        tick_rate, scale = world.engines[0].tick_rate, recording_scale(settings.scale, world.own_size)
        self.clock = Clock(tick_rate)
        self.meter = FrameMeter(world.engines[0].provider_name)
        self.players = Players(world.engines, settings.kept.now.speed, settings.autoplay)
        """Who asks the agents for something."""
        self.recordings = recordings = SessionRecordings(tick_rate, scale, folder or settings.kept.folder)
        self.paused = False
        self.acting = self.players.acting(())
        """The local action that each agent did in the last tick."""
        self.now: Layers = layers_of(world.snapshot())
        """What is seen at the last tick."""
        self.before: Layers | None = None
        """What was seen at the tick before, if the last one came from there."""
        self._script = tuple(script)
        self._script_at = 0
        self._idle = False
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
    def first_agents(self) -> tuple[AgentState, ...]:
        """Each player's agent as it began."""
        return self._history.first.agents

    @property
    def controls(self) -> list[Controls]:
        """What each player holds and has tapped."""
        return self.players.controls

    @property
    def scripted(self) -> str:
        """How far a running script is; empty when none runs."""
        return f"script {self._script_at} of {len(self._script)}" if self._script else ""

    def press(self, intent: Intent, source: Hashable, player: int) -> None:
        """Let `source` hold a direction, a pan or a local action of a player."""
        self.players.press(intent, source, player)
        self.clock.press()

    def tilt(self, way: tuple[float, float], player: int) -> None:
        """Let a player's stick tilt, (x, y) in -1..1."""
        self.controls[player].tilt(*way)
        self.clock.press()

    def release(self, source: Hashable) -> None:
        """`source` lets go of whatever it held."""
        self.players.release(source)
        if source == self._rewinder:
            self._rewinder = None

    def release_all(self) -> None:
        """Let go of everything, as when the window loses the keyboard."""
        self._rewinder = None
        self.players.release_all()

    def execute(self, command: Command, source: Hashable, player: int = 0) -> str:
        """Do what a command says, or what it says until `source` lets go; returns what to tell the player, if anything.

        `player` is whose picture it is about, where it is about one.

        Raises:
            GlassError: it cannot be done.
        """
        if command is Command.REWIND:
            self._rewinder, self._gone_back = source, 0
            return ""
        if command is Command.FACES:
            return self._tell_side(player)
        return self._handlers[command]() if command in self._handlers else ""

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
            return 0.0 if self.players.busy or not self.players.idle else math.inf
        return max(0.0, self.clock.left)

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass, and play the ticks that fall due."""
        if self.rewinding:
            self.clock.advance(dt)
            self.players.forget_taps()
            while self.clock.tick_in_rewind():
                self._go_back()
            return
        if self.paused:
            self.halt(dt)
            return
        self.clock.advance(dt)
        self._move_towards_pointer()
        while self.clock.should_tick(self.controls, idle=self._idle, busy=self.players.busy, script=bool(self._script)):
            self._tick()
            self._move_towards_pointer()

    def halt(self, dt: float) -> None:
        """Let `dt` seconds pass for the picture only, as while the help is shown."""
        self.clock.glide(dt)
        self.players.forget_taps()

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
        return "this moment is saved, and can be gone back to"

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
        self.players.forget_taps()
        self.players.go_on_after(self._history.last)
        self._arrive(None)

    def _toggle_pause(self) -> str:
        self.paused = not self.paused
        return ""

    def _toggle_turn(self) -> str:
        self.clock.turn = not self.clock.turn
        return "the world waits for a key" if self.clock.turn else "real time"

    def _change_speed(self, steps: int) -> str:
        speed = self.players.change_speed(steps)
        self.settings.kept.change(speed=speed)
        return f"speed {speed:g}"

    def _toggle_following(self) -> str:
        return "the camera follows" if self.players.toggle_following() else "the camera stands"

    def _tell_side(self, player: int) -> str:
        """Tell a player's model the next side that the picture may face, and go on where the agent is."""
        engine = self.world.engines[player]
        if not engine.takes_faces:
            raise GlassError(cannot_be_told(engine.manifest.name))
        faces = next_faces(self.world.starts[player].faces, self.world.agents[player].side)
        self._history.tell_side(faces, player)
        self.players.go_on_after(self._history.last)
        self._arrive(None)
        return said_of(faces) + whose(player)

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
            self.players.go_on_after(self._history.last)
            self._arrive(before)

    def _tick(self, all_act: bool = False) -> None:
        """Play one tick; agents that are asked for nothing stand as they are, unless all shall act."""
        if self._script:
            actions = list(self._script[self._script_at])
            self._script_at += 1
        else:
            actions = self.players.actions(self.world, all_act)
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

    def _arrive(self, before: Layers | None, actions: Sequence[Action] = ()) -> None:
        """Show the world as it is now, and keep its frame; a moment that came from nowhere is shown at once."""
        self.before = before
        if before is None or not self._idle:
            self.now = layers_of(self.world.snapshot())
        self.acting = self.players.acting(actions)
        if before is None:
            self.clock.show_now()
        self.recordings.add_frame(self.now.frame)

    def _move_towards_pointer(self) -> None:
        self.players.move_towards_pointer(self.world.agents[0].position)
