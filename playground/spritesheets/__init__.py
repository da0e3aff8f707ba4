"""Sprite sheets: the actions of an agent as transparent cells, cut to loops, and the files that game engines read."""
