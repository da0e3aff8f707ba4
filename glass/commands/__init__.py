"""One command a file: `glass-train`, `glass-data`."""
