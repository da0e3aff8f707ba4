"""What `glass-learn --json` tells while it learns: a JSON object a line."""

import msgspec


class LearnProgress(msgspec.Struct, frozen=True, tag_field="tell", tag="progress"):
    """What is being done."""

    doing: str
    """In a word or two."""
    share: float
    """How much of the time is over, in 0..1."""
    seconds_left: float
    figures: str = ""
    """Steps and losses, for people."""


class LearnReport(msgspec.Struct, frozen=True, tag_field="tell", tag="report"):
    """What a look at the clip found."""

    lines: tuple[str, ...]
    """A line a subject: its name, blanks, what was found."""
    warnings: tuple[str, ...]
    """What to film otherwise."""
    picture: str
    """File of the picture that shows it, with the agent outlined."""


class LearnNote(msgspec.Struct, frozen=True, tag_field="tell", tag="note"):
    """A line that stays."""

    text: str


class LearnedModel(msgspec.Struct, frozen=True, tag_field="tell", tag="model"):
    """The model that was made."""

    name: str
    folder: str
    """Folder of its bundle."""
    preview: str
    """File of an animation that shows what it does."""


LearnMessage = LearnProgress | LearnReport | LearnNote | LearnedModel


def write_message(message: LearnMessage) -> str:
    """Return a message as a line, without its end."""
    return msgspec.json.encode(message).decode()


def read_message(line: str) -> LearnMessage | None:
    """Return the message of a line; None for any other line."""
    try:
        message: LearnMessage = msgspec.json.decode(line, type=LearnMessage)
        return message
    except (msgspec.DecodeError, RecursionError):
        return None
