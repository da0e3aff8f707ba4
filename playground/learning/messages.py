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


class LearnView(msgspec.Struct, frozen=True):
    """A frame of the clip that the report's picture shows."""

    box: tuple[float, float, float, float]
    """Left, top, width and height in pixels of the report's picture."""
    part: tuple[float, float, float, float]
    """Left, top, width and height in pixels of the clip of what is seen of it."""
    seconds: float
    """When it comes, from the beginning."""

    def place(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the point of the clip, in its pixels, that is at a point of the report's picture; None outside."""
        left, top, width, height = self.box
        across, down = (x - left) / width, (y - top) / height
        if not (0 <= across < 1 and 0 <= down < 1):
            return None
        return self.part[0] + across * self.part[2], self.part[1] + down * self.part[3]


class LearnReport(msgspec.Struct, frozen=True, tag_field="tell", tag="report"):
    """What a look at the clip found."""

    lines: tuple[str, ...]
    """A line a subject: its name, blanks, what was found."""
    warnings: tuple[str, ...]
    """What to film otherwise."""
    picture: str
    """File of the picture that shows it, with the agent outlined."""
    views: tuple[LearnView, ...] = ()
    """The frames in that picture."""


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
