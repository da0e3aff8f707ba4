"""The screen on which a cell of a sheet of sprites is chosen."""
