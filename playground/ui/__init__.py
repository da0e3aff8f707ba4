"""The program around the screens."""
