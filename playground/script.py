"""The script language: words, one a tick, into actions."""

import re
from difflib import get_close_matches

from playground.action import Action
from playground.errors import PlaygroundError
from playground.manifest import Manifest

MAX_TICKS = 1_000_000
"""Longest script, in ticks."""

_DIRECTIONS = {"right": (1, 0), "left": (-1, 0), "up": (0, -1), "down": (0, 1), "stay": (0, 0)}
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_PART = re.compile(rf"(?P<pair>shift|pan)\((?P<x>{_NUMBER}),(?P<y>{_NUMBER})\)|(?P<name>[a-z]+)|(?P<code>[0-9]+)")
_REPEAT = re.compile(r"\*([0-9]{1,9})")


def parse_script(text: str, manifest: Manifest) -> tuple[Action, ...]:
    """Turn a script into one action a tick.

    Words are separated by spaces. A word joins parts with `+`: directions (`right left up down stay`; two make a
    diagonal; each moves by the manifest's `speed`) or `shift(dx,dy)` in pixels, `pan(dx,dy)` in pixels, and a local
    action 1..K. `*N` at its end repeats it.

    Raises:
        PlaygroundError: a word is not understood; the sentence gives its number, the word and the reason.
    """
    actions: list[Action] = []
    for number, word in enumerate(text.split(), start=1):
        try:
            action, repeats = _parse_word(word, manifest)
        except PlaygroundError as error:
            raise PlaygroundError(f"script, word {number} {word!r}: {error}") from None
        if len(actions) + repeats > MAX_TICKS:
            raise PlaygroundError(f"script, word {number} {word!r}: more than {MAX_TICKS} ticks; shorten the script")
        actions.extend([action] * repeats)
    return tuple(actions)


def _parse_word(word: str, manifest: Manifest) -> tuple[Action, int]:
    """Return one word's action and how often it is repeated."""
    directions: list[str] = []
    pairs: dict[str, tuple[float, float]] = {}
    code: int | None = None
    at = 0
    while True:
        part = _PART.match(word, at)
        if part is None:
            raise PlaygroundError(_unreadable(word[at:]))
        at = part.end()
        if part["name"]:
            directions.append(_direction(part["name"], word[at:]))
        elif part["pair"]:
            if part["pair"] in pairs:
                raise PlaygroundError(f"two of {part['pair']} in one word; give one")
            pairs[part["pair"]] = (float(part["x"]), float(part["y"]))
        elif code is not None:
            raise PlaygroundError("two local actions in one word; give one")
        else:
            code = _code(part["code"], manifest.codes)
        if word[at : at + 1] != "+":
            break
        at += 1
    return Action(_shift(directions, pairs, manifest.speed), pairs.get("pan", (0.0, 0.0)), code), _repeats(word[at:])


def _repeats(rest: str) -> int:
    """Return N of `*N`, the end of a word, or 1 where there is none."""
    if not rest:
        return 1
    repeat = _REPEAT.fullmatch(rest)
    if repeat is None:
        raise PlaygroundError(f"cannot read {rest!r}; parts are joined with '+' and a word may end with '*N'")
    if int(repeat[1]) == 0:
        raise PlaygroundError("repeated 0 times; give at least 1")
    return int(repeat[1])


def _direction(name: str, rest: str) -> str:
    if name in _DIRECTIONS:
        return name
    if name in ("shift", "pan"):
        raise PlaygroundError(f"cannot read {(name + rest)!r}; write {name}(dx,dy) with two numbers and no spaces")
    close = get_close_matches(name, [*_DIRECTIONS, "shift", "pan"], n=1)
    hint = f"did you mean {close[0]!r}?" if close else "known are right left up down stay shift(dx,dy) pan(dx,dy)"
    raise PlaygroundError(f"unknown {name!r}; {hint}")


def _code(digits: str, codes: int) -> int:
    code = int(digits) if len(digits) < 10 else codes + 1
    if not 1 <= code <= codes:
        raise PlaygroundError(f"no local action {digits}; this model has 1..{codes}")
    return code


def _shift(directions: list[str], pairs: dict[str, tuple[float, float]], speed: float) -> tuple[float, float]:
    """Return the shift (x, y) in pixels that a word's directions or shift(dx,dy) ask for."""
    if directions and "shift" in pairs:
        raise PlaygroundError("a direction and a shift in one word; give one of them")
    if "shift" in pairs:
        return pairs["shift"]
    if len(set(directions)) < len(directions):
        raise PlaygroundError("a direction given twice in one word; give it once")
    if "stay" in directions and len(directions) > 1:
        raise PlaygroundError("'stay' and another direction in one word; give one of them")
    for one, other in (("right", "left"), ("up", "down")):
        if one in directions and other in directions:
            raise PlaygroundError(f"{one!r} and {other!r} in one word; they are opposite")
    x = sum(_DIRECTIONS[name][0] for name in directions) * speed
    y = sum(_DIRECTIONS[name][1] for name in directions) * speed
    return float(x), float(y)


def _unreadable(rest: str) -> str:
    if not rest:
        return "nothing after '+'; give a part, or leave '+' out"
    return f"cannot read {rest!r}; give a direction, shift(dx,dy), pan(dx,dy) or a local action"
