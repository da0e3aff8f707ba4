"""Grounds drawn by code, for agents that are cut out."""
