"""How large the window's text can be."""

TEXT_SIZES = (0.8, 1.0, 1.25, 1.5, 2.0)
"""Shares of what suits the window."""
