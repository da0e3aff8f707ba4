"""The ground floor: errors, console, files written whole; no torch."""
