"""Evaluation: what `glass-evaluate` measures."""
