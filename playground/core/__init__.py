"""What all rooms of the player share: actions and observations of a tick."""
