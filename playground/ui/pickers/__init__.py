"""Lists to choose from: files of the disk, and models."""
