"""One command a file: `glass-play`, `glass-models`, `glass-analyse`, `glass-transfer`, `glass-label`."""
