"""Looking at material before learning from it: how camera and agent move, what suits them, and what cannot work."""
