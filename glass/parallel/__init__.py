"""Several processes and threads, devices and precision."""
