"""Dimensions of a tennis court in metres, by the rules of the game."""

BASELINE = 11.885
"""From the net to a baseline."""
SERVICE_LINE = 6.4
"""From the net to a service line."""
DOUBLES = 5.485
"""From the long axis to a side line for doubles."""
SINGLES = 4.115
"""From the long axis to a side line for singles."""
NET_POST = 6.4
"""From the long axis to a net post."""
NET_HEIGHT = (0.914, 1.07)
"""Of the net in the middle and at its posts."""
