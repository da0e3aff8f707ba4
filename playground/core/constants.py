"""Values that several rooms share."""

SOLID = 0.5
"""Mask value above which a pixel is the agent's."""
