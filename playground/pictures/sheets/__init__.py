"""Sheets of sprites: found, cut into cells, and a standing one chosen."""
