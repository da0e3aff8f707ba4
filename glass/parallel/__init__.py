"""Several processes, devices and precision."""
