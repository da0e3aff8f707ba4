"""A game in time, without a window."""
