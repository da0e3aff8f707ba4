"""Frames to files, written in the background."""
