"""Survey of footage before learning: camera motion, agents, advice, report."""
