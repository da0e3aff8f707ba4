"""From an image file to a frame and a mask, without a model."""
