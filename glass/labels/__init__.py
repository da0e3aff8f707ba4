"""Mask labels (trimaps) from other frames of the clip, and illumination of frames."""
