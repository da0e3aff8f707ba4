"""Parser of the script language: words, one a tick, into actions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from glass.core.directions import DIRECTIONS
from glass.core.errors import GlassError
from playground.bundles.action_names import named_codes, script_name
from playground.bundles.manifest import Manifest
from playground.core.action import MAX_TICKS, Action
from playground.scripts.random_walk import random_walk

MAX_BYTES = 8_000_000
"""Longest script file."""

_ALIKE = 0.7
"""How alike a word and the one that may have been meant are at least, of 1."""

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_PART = re.compile(
    rf"(?P<pair>shift|pan)\((?P<x>{_NUMBER}),(?P<y>{_NUMBER})\)"
    r"|(?P<name>[a-z]+(?:_[a-z0-9]+)*)|(?P<code>[0-9]+)"
)
_RANDOM = re.compile(r"random\((?P<seed>[0-9]{1,40})\)")
_REPEAT = re.compile(r"\*0*([0-9]+)")
_CLOSE = re.compile(r"\)(\*[0-9]+)?")


def read_script(path: Path) -> str:
    """Read a script from a text file: lines count as spaces, and `#` begins a remark to the end of its line.

    Raises:
        GlassError: there is no such file, it cannot be read, or it is no text.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise GlassError(f"{path}: no such file; give a text file that holds a script") from None
    except OSError as error:
        raise GlassError(f"{path}: cannot be read ({error.strerror or error})") from None
    if len(content) > MAX_BYTES:
        raise GlassError(f"{path}: more than {MAX_BYTES // 10**6} MB; repeat with '*N' instead")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise GlassError(f"{path}: not text; give a text file that holds a script") from None
    return "\n".join(line.partition("#")[0] for line in text.splitlines())


def parse_script(text: str, manifest: Manifest, source: str = "script") -> tuple[Action, ...]:
    """Turn a script into one action a tick.

    Words are separated by spaces. A word joins parts with `+`: directions (`right left up down stay`; two make a
    diagonal; each moves by the manifest's `speed`) or `shift(dx,dy)` in pixels, `pan(dx,dy)` in pixels, and a local
    action by its number 1..K or its name. `random(SEED)` is a word of its own: a random walk. `*N` at a word's end
    repeats it, or lets the walk go on for N ticks. Words in parentheses are repeated together by `*N` behind them.

    Raises:
        GlassError: a word is not understood; the sentence gives the `source`, the word, its number and the reason.
    """
    script = _Script(manifest)
    lines = text.splitlines()
    words = [(line, word) for line, content in enumerate(lines, start=1) for word in content.split()]
    for number, (line, word) in enumerate(words, start=1):
        place = f"{source}, {f'line {line}, ' if len(lines) > 1 else ''}word {number} {word!r}"
        try:
            script.read(word, place)
        except GlassError as error:
            raise GlassError(f"{place}: {error}") from None
    return script.end()


@dataclass
class _Group:
    """Words between parentheses, as far as they have been read."""

    place: str
    """Where it was opened."""
    actions: list[Action] = field(default_factory=list)


class _Script:
    """A script that is being read, word after word."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._names = named_codes([action.label for action in manifest.local_actions])
        self._groups = [_Group("")]  # the script itself, and the groups that are open

    def read(self, text: str, place: str) -> None:
        """Read what stands between two spaces: a word, with the parentheses that open before and close behind it."""
        word = text.lstrip("(")
        self._groups += [_Group(place) for _ in range(len(text) - len(word))]
        end = _unbalanced(word)
        if word[:end]:
            room = MAX_TICKS - sum(len(group.actions) for group in self._groups)
            self._add(*_parse_word(word[:end], self._manifest, self._names, room))
        while end < len(word):
            close = _CLOSE.match(word, end)
            if close is None:
                raise GlassError(f"cannot read {word[end:]!r}; behind ')' may stand '*N', then a space")
            end = close.end()
            self._close(close[1] or "")

    def end(self) -> tuple[Action, ...]:
        """Return all actions."""
        if len(self._groups) > 1:
            raise GlassError(f"{self._groups[-1].place}: '(' is never closed; add ')'")
        return tuple(self._groups[0].actions)

    def _add(self, actions: list[Action], repeats: int = 1) -> None:
        ticks = sum(len(group.actions) for group in self._groups) + len(actions) * repeats
        if ticks > MAX_TICKS:
            raise GlassError(f"more than {MAX_TICKS} ticks; shorten the script")
        self._groups[-1].actions.extend(actions * repeats)

    def _close(self, repeat: str) -> None:
        if len(self._groups) == 1:
            raise GlassError("')' without '(' before it; take it out")
        group = self._groups.pop()
        if not group.actions:
            raise GlassError("nothing between '(' and ')'; give a word")
        self._add(group.actions, _repeats(repeat))


def _unbalanced(word: str) -> int:
    """Return where the first `)` stands that has no `(` before it, or the word's length."""
    depth = 0
    for at, letter in enumerate(word):
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return at
    return len(word)


def _parse_word(word: str, manifest: Manifest, names: Mapping[str, int], room: int) -> tuple[list[Action], int]:
    """Return one word's actions and how often they are repeated; a walk of more than `room` ticks is not made."""
    walk = _RANDOM.match(word)
    if walk is not None:
        return _walk(int(walk["seed"]), word[walk.end() :], manifest, room), 1
    directions: list[str] = []
    pairs: dict[str, tuple[float, float]] = {}
    codes: list[int] = []
    at = 0
    while True:
        part = _PART.match(word, at)
        if part is None:
            raise GlassError(_unreadable(word[at:], names))
        at = part.end()
        if part["pair"] in pairs:
            raise GlassError(f"two of {part['pair']} in one word; give one")
        if part["pair"]:
            pairs[part["pair"]] = (float(part["x"]), float(part["y"]))
        elif part["code"] or part["name"] in names:
            codes.append(names[part["name"]] if part["name"] else _code(part["code"], manifest.codes))
        else:
            directions.append(_direction(part["name"], word[at:], names, manifest.codes))
        if len(codes) > 1:
            raise GlassError("two local actions in one word; give one")
        if word[at : at + 1] != "+":
            break
        at += 1
    shift = _shift(directions, pairs, manifest.speed)
    return [Action(shift, pairs.get("pan", (0.0, 0.0)), codes[0] if codes else None)], _repeats(word[at:])


def _walk(seed: int, rest: str, manifest: Manifest, room: int) -> list[Action]:
    """Return the actions of `random(SEED)` followed by `rest`."""
    if rest.startswith("+"):
        raise GlassError("random(SEED) and another part in one word; give random its own word")
    ticks = _repeats(rest)
    if ticks > room:
        raise GlassError(f"more than {MAX_TICKS} ticks; shorten the script")
    return random_walk(manifest, seed, ticks)


def _repeats(rest: str) -> int:
    """Return N of `*N`, the end of a word, or 1 where there is none."""
    if not rest:
        return 1
    repeat = _REPEAT.fullmatch(rest)
    if repeat is None:
        raise GlassError(f"cannot read {rest!r}; parts are joined with '+' and a word may end with '*N'")
    if repeat[1] == "0":
        raise GlassError("repeated 0 times; give at least 1")
    return int(repeat[1]) if len(repeat[1]) <= len(str(MAX_TICKS)) else MAX_TICKS + 1


def _direction(name: str, rest: str, names: Mapping[str, int], codes: int) -> str:
    if name in DIRECTIONS:
        return name
    if name in ("shift", "pan"):
        raise GlassError(f"cannot read {(name + rest)!r}; write {name}(dx,dy) with two numbers and no spaces")
    if name == "random":
        raise GlassError(
            f"cannot read {(name + rest)!r}; write random(SEED) with a number of 1 to 40 digits, as its own word"
        )
    close = (
        [meant]
        if (meant := _meant(name + rest, names))
        else get_close_matches(name, [*DIRECTIONS, "shift", "pan", "random", *names], n=1, cutoff=_ALIKE)
    )
    known = f"right left up down stay shift(dx,dy) pan(dx,dy) random(SEED), 1..{codes} or {' '.join(names)}"
    hint = f"did you mean {close[0]!r}?" if close else f"known are {known}"
    raise GlassError(f"unknown {name!r}; {hint}")


def _meant(text: str, names: Mapping[str, int]) -> str:
    """Return the name of the local action whose label stands at the beginning as it is shown, if there is one."""
    name = script_name(re.split(r"[+*]", text, maxsplit=1)[0])
    return name if name in names else ""


def _code(digits: str, codes: int) -> int:
    code = int(digits) if len(digits) < 10 else codes + 1
    if not 1 <= code <= codes:
        raise GlassError(f"no local action {digits}; this model has 1..{codes}")
    return code


def _shift(directions: list[str], pairs: dict[str, tuple[float, float]], speed: float) -> tuple[float, float]:
    """Return the shift (x, y) in pixels that a word's directions or shift(dx,dy) ask for."""
    if directions and "shift" in pairs:
        raise GlassError("a direction and a shift in one word; give one of them")
    if "shift" in pairs:
        return pairs["shift"]
    if len(set(directions)) < len(directions):
        raise GlassError("a direction given twice in one word; give it once")
    if "stay" in directions and len(directions) > 1:
        raise GlassError("'stay' and another direction in one word; give one of them")
    for one, other in (("right", "left"), ("up", "down")):
        if one in directions and other in directions:
            raise GlassError(f"{one!r} and {other!r} in one word; they are opposite")
    x = sum(DIRECTIONS[name][0] for name in directions) * speed
    y = sum(DIRECTIONS[name][1] for name in directions) * speed
    return float(x), float(y)


def _unreadable(rest: str, names: Mapping[str, int]) -> str:
    if not rest:
        return "nothing after '+'; give a part, or leave '+' out"
    if meant := _meant(rest, names):
        return f"cannot read {rest!r}; did you mean {meant!r}?"
    if rest.startswith("#"):
        return f"cannot read {rest!r}; remarks are for script files"
    return f"cannot read {rest!r}; give a direction, shift(dx,dy), pan(dx,dy) or a local action"
