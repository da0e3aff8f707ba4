"""The one kind of error that is shown to a person."""


class GlassError(Exception):
    """A mistake of use or input, told in one sentence: what was wrong, with what, and what to do next.

    Commands print the sentence on one line of stderr and leave with exit code 2.
    """


class InterruptedRunError(GlassError):
    """A run was interrupted, as by Ctrl-C; the sentence says what became of its recordings."""
