"""The error shown to a person who asked for something that cannot be done."""


class GlassError(Exception):
    """A mistake in use or input.

    Its message is the one sentence the person sees: what was wrong, with what, and what to do next.
    """
