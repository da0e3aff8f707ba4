"""From a clip to a model that can be played, within the minutes a person gives."""
