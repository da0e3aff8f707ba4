"""A look at footage before learning: camera, agents, advice, report."""
