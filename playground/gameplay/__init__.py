"""A running game without a window: clock, session, cards and view state."""
