"""`glass-learn` as a process of its own: started, listened to, and stopped."""

import importlib.util
import os
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from playground.learning.messages import LearnedModel, LearnNote, LearnProgress, LearnReport, read_message

_NEEDED = ("torch", "onnxscript")
"""Packages that learning needs beside those of playing."""
_MOST_NOTES = 8
_GRACE_SECONDS = 2.0
"""How long a process that was told to end is waited for."""
_NICENESS = 5
"""How much the process stands back where others want the processor, as a game that is played meanwhile."""


@dataclass(frozen=True)
class LearnRequest:
    """What to learn."""

    clip: Path
    name: str
    """Name of the model."""
    minutes: float
    restart: bool = False
    """Whether what was begun under that name is forgotten; else it is gone on with."""
    agent: str = ""
    """Where the agent is, as `--agent` of `glass-learn` says it; empty for the likeliest."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments of `glass-learn`."""
        agent = ("--agent", self.agent) if self.agent else ()
        restart = ("--restart",) if self.restart else ()
        return (str(self.clip), "--name", self.name, "--minutes", f"{self.minutes:g}", *agent, *restart, "--json")


@dataclass(frozen=True)
class LearningState:
    """How far learning is."""

    progress: LearnProgress | None = None
    """What was told last of what is being done."""
    report: LearnReport | None = None
    """What a look at the clip found, once that was told."""
    notes: tuple[str, ...] = ()
    """Lines told last."""
    model: LearnedModel | None = None
    """What was made, at the end."""
    stopping: bool = False
    """Whether it was asked to end early."""
    ended: bool = False
    """Whether the process is gone."""
    problem: str = ""
    """Why there is no model, once it ended without one."""


def can_learn() -> bool:
    """Whether the packages that learning needs are installed; none of them is loaded."""
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED)


class LearningProcess:
    """One run of `glass-learn` on a clip."""

    def __init__(self, request: LearnRequest, command: tuple[str, ...] = ()) -> None:
        """Start it; `command` is what to run instead, given the same arguments.

        Raises:
            OSError: it cannot be started.
        """
        line = [*(command or (sys.executable, "-m", "export.commands.learn")), *request.arguments]
        self._child = subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace"
        )
        if hasattr(os, "setpriority"):
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._child.pid, _NICENESS)
        self._told: deque[str] = deque()
        self._complaints: deque[str] = deque(maxlen=_MOST_NOTES)
        self._state = LearningState()
        self._listeners = [
            threading.Thread(target=self._listen, args=(stream, lines), daemon=True)
            for stream, lines in ((self._child.stdout, self._told), (self._child.stderr, self._complaints))
        ]
        for listener in self._listeners:
            listener.start()

    def state(self) -> LearningState:
        """Return how far it is; the same object as long as nothing new was told."""
        ended = self._child.poll() is not None and not any(listener.is_alive() for listener in self._listeners)
        while self._told:
            self._hear(self._told.popleft())
        if ended and not self._state.ended:
            problem = "" if self._state.model is not None else self._problem()
            self._state = replace(self._state, ended=True, problem=problem)
        return self._state

    def stop(self) -> None:
        """Ask it to end early and keep what was reached; asked again, it ends at once."""
        if self._state.stopping:
            self._child.kill()
        else:
            self._child.terminate()
            self._state = replace(self._state, stopping=True)

    def kill(self) -> None:
        """End it at once, whatever is lost."""
        self._child.kill()

    def close(self) -> None:
        """Be sure that it is gone; it has a moment to remove what is half written."""
        for end in (self._child.terminate, self._child.terminate, self._child.kill):  # the second ends it at once
            if self._child.poll() is None:
                end()
                with suppress(subprocess.TimeoutExpired):
                    self._child.wait(_GRACE_SECONDS)
        self._child.wait()
        for listener in self._listeners:
            listener.join()
        for stream in (self._child.stdout, self._child.stderr):
            if stream is not None:
                stream.close()

    def _hear(self, line: str) -> None:
        message = read_message(line)
        if isinstance(message, LearnProgress):
            self._state = replace(self._state, progress=message)
        elif isinstance(message, LearnReport):
            self._state = replace(self._state, report=message)
        elif isinstance(message, LearnedModel):
            self._state = replace(self._state, model=message)
        elif isinstance(message, LearnNote):
            self._state = replace(self._state, notes=(*self._state.notes, message.text)[-_MOST_NOTES:])

    def _problem(self) -> str:
        if self._state.stopping:
            return "stopped before there was anything to play; the same clip, opened again, goes on"
        return self._complaints[-1] if self._complaints else "learning ended without a word"

    @staticmethod
    def _listen(stream: IO[str] | None, lines: deque[str]) -> None:
        for line in stream or ():
            if line.strip():
                lines.append(line.strip())
