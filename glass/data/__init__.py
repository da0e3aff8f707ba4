"""Data sets: clips with ground truth, drawn from sprite sheets or by code, and clips read from folders."""
