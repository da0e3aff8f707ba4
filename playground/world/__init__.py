"""A world of one background and its agents, with its history, save files and the public `Engine`."""
