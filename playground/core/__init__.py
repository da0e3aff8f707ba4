"""What all rooms of the player share: actions, their names in scripts, sizes of text."""
