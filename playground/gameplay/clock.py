"""Tick clock: fixed timesteps at the model's rate, or, in turn mode, ticks when the player asks for something."""

from playground.input.controls import Controls

_CATCH_UP_TICKS, _CATCH_UP_SECONDS = 2, 0.05
"""Most time one update catches up on: a machine too slow for the tick rate plays slower."""
_ROUNDING = 1e-6
"""Seconds by which a tick may come early: sums of float seconds fall short of a whole period."""
_REPEAT_DELAY_SECONDS = 0.35
"""Delay in turn mode before a held key repeats."""


class Clock:
    """Decides when to tick, and how far the picture is interpolated from one tick to the next.

    In real time there is a tick every period; after an idle tick a new intent ticks at once. In turn mode a press plays
    one tick, a tapped number its natural length, and a held key repeats after a delay.
    """

    def __init__(self, rate: float) -> None:
        """Take the ticks a second."""
        self.period = 1 / rate
        """Seconds between two ticks."""
        self.turn = False
        """Whether the world waits for a key."""
        self._waiting = 0.0
        self._since = self.period
        self._repeat_delay = 0.0
        self._fresh = False

    @property
    def fraction(self) -> float:
        """Interpolation, in 0..1, from the tick before the last to the last."""
        return min(1.0, self._since / self.period)

    @property
    def left(self) -> float:
        """Seconds until the next tick can come."""
        return self.period - (self._since if self.turn else self._waiting)

    def press(self) -> None:
        """Note that the player asks for something new."""
        self._fresh, self._repeat_delay = True, _REPEAT_DELAY_SECONDS

    def advance(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        self._since += dt
        self._repeat_delay -= dt
        self._waiting += min(dt, max(_CATCH_UP_TICKS * self.period, _CATCH_UP_SECONDS))

    def glide(self, dt: float) -> None:
        """Let `dt` seconds pass for the interpolation only, while the world stands still."""
        self._since += dt

    def should_tick(self, controls: list[Controls], *, idle: bool, busy: bool, script: bool) -> bool:
        """Return whether to tick now, and begin the next period if so.

        `idle` says whether the last tick did nothing, `busy` whether an act is played to its end, `script` whether a
        script plays, which waits for nobody.
        """
        asked = busy or not all(one.idle for one in controls)
        if self.turn and not script:
            self._waiting = 0.0
            wanted = self._fresh or self._repeat_delay <= 0 or busy or any(one.tapping for one in controls)
            if not (asked and wanted) or self._since < self.period - _ROUNDING:
                return False
        elif idle and self._fresh and asked and not script:
            self._waiting = 0.0
        elif self._waiting >= self.period - _ROUNDING:
            self._waiting -= self.period
        else:
            return False
        self.ticked()
        return True

    def tick_in_rewind(self) -> bool:
        """Return whether a period has passed, and begin the next; whatever the mode and the controls."""
        if self._waiting < self.period - _ROUNDING:
            return False
        self._waiting -= self.period
        self.ticked()
        return True

    def ticked(self) -> None:
        """Begin to show a new tick."""
        self._since = max(0.0, self._waiting)
        self._fresh = False

    def show_now(self) -> None:
        """Show the last tick at once, and begin a new period."""
        self._since, self._waiting, self._fresh = self.period, 0.0, False
