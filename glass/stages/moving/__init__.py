"""Stages of models that move their picture's own pixels, and what those learn from."""
