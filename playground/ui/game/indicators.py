"""What a game's window says of its state: marks in the status line, and buttons that are lit."""

from collections.abc import Sequence

from playground.gameplay.scene import StatusMark
from playground.gameplay.session import Session
from playground.input.controls import Command


def marks(session: Session, meanwhile: Sequence[str]) -> tuple[StatusMark, ...]:
    """Return the indicators of a session's state, and of what goes on meanwhile."""
    found = {
        StatusMark(session.recordings.status, "disc", recording=True): session.recordings.running,
        StatusMark("rewinding", "back"): session.rewinding,
        StatusMark("paused", "bars"): session.paused,
        StatusMark("turns", "wait"): session.clock.turn,
        StatusMark(session.scripted, "triangle"): bool(session.scripted),
        **dict.fromkeys((StatusMark(words, "wait") for words in meanwhile), True),
    }
    return tuple(mark for mark, shown in found.items() if shown)


def lit(session: Session, help_shown: bool, learning: str) -> frozenset[Command]:
    """Return the commands that go on."""
    going = {
        Command.HELP: help_shown,
        Command.PAUSE: session.paused,
        Command.RECORD: session.recordings.running,
        Command.REWIND: session.rewinding,
        Command.LEARNING: bool(learning),
    }
    return frozenset(command for command, goes in going.items() if goes)
