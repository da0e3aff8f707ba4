"""The commands of playing, one a file."""
