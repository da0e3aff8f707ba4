"""Training stages, each with its losses in a file of its own: what one optimiser step of each does."""
