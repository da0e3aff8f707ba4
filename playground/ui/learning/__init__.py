"""Learning from a clip in the window: what to do with one, and how learning goes."""
