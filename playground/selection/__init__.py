"""Model selection for a picture or a clip."""
