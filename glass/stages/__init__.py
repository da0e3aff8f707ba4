"""What one training step of each stage does: batch, losses, modules."""
