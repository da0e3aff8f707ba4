"""Labels of masks, taken from other frames of the clip."""
