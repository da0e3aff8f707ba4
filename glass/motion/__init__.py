"""Motion without learned weights: registration by correlation, windows around an agent, agents cut by an edge."""
