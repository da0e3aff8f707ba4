"""Figures of a model, as `glass-figures` draws them."""
