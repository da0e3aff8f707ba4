"""`glass-learn`: from a clip to a playable bundle within a time budget."""
