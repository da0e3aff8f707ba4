"""What `glass-evaluate` measures."""
