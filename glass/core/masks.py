"""Masks of the agent, in [0, 1]."""

SOLID = 0.5
"""Mask value above which a pixel is the agent's."""
