"""Actions of a tennis player, as clips number them."""

ACTIONS = ("wait", "split", "side-step", "run", "forehand", "backhand", "serve")
"""Names of the true actions. Running is for long ways, side-stepping, slower and facing the net, for short ones."""

WAIT, SPLIT, SIDE_STEP, RUN, FOREHAND, BACKHAND, SERVE = range(len(ACTIONS))

STROKES = (FOREHAND, BACKHAND, SERVE)
"""Actions in which the ball is hit."""
