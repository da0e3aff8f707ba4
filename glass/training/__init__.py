"""Running the stages: trainer, checkpoints, run folders, logs."""
