"""Acts: local actions played from rest to their height and back to rest, and how that is measured."""
