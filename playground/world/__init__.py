"""One background and the agents before it, its history and its save files."""
