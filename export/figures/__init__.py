"""What `glass-figures` draws."""
