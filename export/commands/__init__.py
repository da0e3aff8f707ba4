"""One command a file: `glass-export`, `glass-evaluate`, `glass-figures`, `glass-learn`."""
