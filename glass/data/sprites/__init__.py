"""Sprite characters before a moving background."""
