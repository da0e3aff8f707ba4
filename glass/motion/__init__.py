"""Motion without learned weights: registration, smooth paths, windows around an agent."""
