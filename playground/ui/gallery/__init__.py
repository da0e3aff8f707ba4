"""The screen on which a start frame is chosen."""
