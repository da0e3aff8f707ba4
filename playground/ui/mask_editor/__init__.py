"""The screen on which the mask is painted."""
