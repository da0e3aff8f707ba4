"""Puppets: articulated agents of random build, shape and texture, drawn by code."""
