"""Which model fits a picture or a clip."""
