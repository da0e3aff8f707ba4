"""Parser of `kind:key=value,key=value`, the one-line specification of a source of clips."""

from dataclasses import dataclass, field

from glass.core.errors import GlassError


@dataclass(frozen=True)
class Specification:
    """A kind and its options, each to be asked for once; what is left over is a mistake."""

    spec: str
    """The text as given."""
    kind: str
    """What stands before the colon."""
    options: dict[str, str]
    """The options as text."""
    used: set[str] = field(default_factory=set)
    """Options that were asked for."""

    @classmethod
    def parse(cls, spec: str) -> "Specification":
        """Take the text apart.

        Raises:
            GlassError: an option that is not key=value, or given twice.
        """
        kind, _, rest = spec.partition(":")
        options: dict[str, str] = {}
        for word in rest.split(",") if rest else []:
            key, equals, value = word.partition("=")
            if not equals or not key or not value:
                raise GlassError(f"{spec}: '{word}' is not key=value")
            if key in options:
                raise GlassError(f"{spec}: {key} is given twice")
            options[key] = value
        return cls(spec, kind, options)

    def text(self, key: str, default: str | None = None) -> str:
        """Give an option, or the default.

        Raises:
            GlassError: the option is missing and there is no default.
        """
        self.used.add(key)
        value = self.options.get(key, default)
        if value is None:
            raise GlassError(f"{self.spec}: {key} is missing; write {self.kind}:{key}=...")
        return value

    def number(self, key: str, default: float) -> float:
        """Give an option that is a number of at least 0.

        Raises:
            GlassError: it is something else.
        """
        text = self.text(key, str(default))
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value < float("inf"):
            raise self.error(key, "must be a number of at least 0")
        return value

    def count(self, key: str) -> int | None:
        """Give an option that is a whole number, or None where it is not given.

        Raises:
            GlassError: it is something else.
        """
        text = self.text(key, "")
        if text and not (text.isascii() and text.isdigit()):
            raise self.error(key, "must be a whole number")
        return int(text) if text else None

    def flag(self, key: str) -> bool:
        """Give an option that is true or false; false where it is not given.

        Raises:
            GlassError: it is something else.
        """
        text = self.text(key, "false")
        if text not in ("true", "false"):
            raise self.error(key, "must be true or false")
        return text == "true"

    def size(self, key: str) -> tuple[int, int] | None:
        """Give an option that is a frame's size in pixels, as 128x96, or None where it is not given.

        Raises:
            GlassError: it is something else.
        """
        text = self.text(key, "")
        sides = text.split("x")
        if text and not (len(sides) == 2 and all(side.isascii() and side.isdigit() and int(side) for side in sides)):
            raise self.error(key, "must be a width and a height in pixels, such as 128x96")
        return (int(sides[0]), int(sides[1])) if text else None

    def error(self, key: str, problem: str) -> GlassError:
        """Make the error that says what is wrong with an option."""
        return GlassError(f"{self.spec}: {key}={self.options.get(key, '')} {problem}")

    def refuse_unused(self) -> None:
        """Refuse options that nobody asked for.

        Raises:
            GlassError: such an option, named, with those that would be known.
        """
        unknown = [key for key in self.options if key not in self.used]
        if unknown:
            known = ", ".join(sorted(self.used))
            raise GlassError(f"{self.spec}: unknown option '{unknown[0]}'; known: {known}")
