"""State machine of an agent that stands: it plays each act from rest to its height and back, and then rests.

What it plays is in the manifest (`Act`), as measured: a few ticks up to the pose at its height, a few that lead back,
and rest. Each act begins afresh, so that no half-dissolved state is carried from one into the next.
"""

from collections.abc import Sequence
from dataclasses import replace

from glass.core.directions import DIRECTIONS
from playground.bundles.manifest import Act, Manifest
from playground.core.action import Action

REST = Action(hold=True, afresh=True)
"""A tick in which the agent rests, as it began."""


def act_actions(manifest: Manifest, code: int) -> tuple[Action, ...]:
    """Return each tick of the act of a local action 1..K, from rest to what is near rest; empty for one without."""
    code = played_code(manifest, code)
    act = manifest.local_actions[code - 1].act
    if act is None or not act.rise:
        return ()
    first, *others = _ticks(manifest, code, act, act.rise + act.fall)
    return (replace(first, afresh=True), *others)


def has_card(manifest: Manifest, code: int) -> bool:
    """Say whether a local action 1..K shows an act of its own: not rest, nor what another one shows."""
    act = manifest.local_actions[code - 1].act
    return act is None or bool(act.rise)


def card_count(manifest: Manifest) -> int:
    """Return how many local actions show an act of their own."""
    return sum(has_card(manifest, code) for code in range(1, manifest.codes + 1))


def played_code(manifest: Manifest, code: int) -> int:
    """Return the local action 1..K whose act is played for one: itself, or the one that shows the same."""
    act = manifest.local_actions[code - 1].act
    return code if act is None or act.same_as is None else act.same_as


class Performer:
    """Turns what a player asks for, tick by tick, into what one agent does.

    While it moves the agent does exactly what is asked. While it stands, a number plays its whole act, again and again
    while it is held; a walk goes on, in place. Another number begins at once, and a move ends all acts. A model without
    measured acts plays what is asked, and stands as it is when nothing is. After a walk an agent that `keeps_side`,
    since its own pixels are moved, rests; another one, whose rest is the first picture's view, stands as it came.
    """

    def __init__(self, manifest: Manifest, keeps_side: bool = False) -> None:
        """Begin with an agent of a model, at rest."""
        self._manifest = manifest
        self._acts = {code: one.act for code, one in enumerate(manifest.local_actions, 1) if one.act is not None}
        self._code: int | None = None
        self._at = 0
        self._asked: int | None = None
        self._unclean = self._walked = False
        self._keeps_side = keeps_side

    @property
    def local_action(self) -> int | None:
        """The local action 1..K whose act is being played, if any."""
        return self._code

    @property
    def busy(self) -> bool:
        """Whether something is left to play, though nothing may be asked for."""
        return self._code is not None or self._unclean

    @property
    def settles(self) -> bool:
        """Whether it comes to rest in the coming tick, unless something else is asked for."""
        return self.busy or self._walked

    def go_on_after(self, action: Action | None) -> None:
        """Go on in another moment, in which the agent last did `action`, or nothing yet; an act ends in rest."""
        self._code = self._asked = None
        self._unclean = action is not None and bool(self._acts) and action.local_action is not None
        self._walked = action is not None and self._keeps_side and any(action.shift)

    def take(self, asked: Action) -> Action:
        """Return what the agent does in the coming tick; call once a tick."""
        again = asked.local_action is not None and asked.local_action != self._asked
        self._asked = asked.local_action
        walked, self._walked = self._walked, any(asked.shift) and self._keeps_side
        if any(asked.shift):
            stops = self._code is not None or (self._unclean and self._asked is None)
            self._code, self._unclean = None, self._asked is not None and bool(self._acts)
            return replace(asked, afresh=stops)
        code = None if self._asked is None else played_code(self._manifest, self._asked)
        if code in self._acts and (code != self._code or (again and self._at >= len(self._acts[code].rise))):
            self._code, self._at = code, 0
        if self._code is not None:
            return replace(self._next(self._acts[self._code], held=code == self._code), pan=asked.pan)
        if self._asked is not None:
            self._unclean = bool(self._acts)
            return asked
        rests, self._unclean = self._unclean or walked, False
        return replace(asked, hold=True, afresh=rests)

    def _next(self, act: Act, held: bool) -> Action:
        """Return the coming tick of an act; rest after its last one, or its first one again while it is held."""
        assert self._code is not None
        if self._at == len(act.rise) and held and act.way != "stay":
            return _ticks(self._manifest, self._code, act, act.rise[-1:])[0]
        played = act.rise + act.fall
        if self._at == len(played) and held:
            self._at = 0
        if self._at == len(played):  # of one that shows rest, too, which has none
            self._code, self._unclean = None, False
            return REST
        action = _ticks(self._manifest, self._code, act, played[self._at : self._at + 1])[0]
        self._at += 1
        return replace(action, afresh=self._at == 1)


def _ticks(manifest: Manifest, code: int, act: Act, played: Sequence[int]) -> list[Action]:
    """Return ticks of the act of a local action; the model is told to go while it plays the local action itself."""
    x, y = DIRECTIONS[act.way]
    going = (x * manifest.speed, y * manifest.speed)
    return [Action(going if one == code else (0.0, 0.0), local_action=one, in_place=True) for one in played]
