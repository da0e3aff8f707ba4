"""Measuring what a bundle does: reading clips, replaying them, and playing on, each held against the truth."""
