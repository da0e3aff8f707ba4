"""Somebody's own clips: found, read whatever they are, cut into scenes, and kept as frames to learn from."""
