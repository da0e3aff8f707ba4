"""Models on disk: manifest, files, where they are found."""
