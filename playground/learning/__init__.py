"""Learning from a clip in a process of its own, which tells how it goes; brings no torch."""
