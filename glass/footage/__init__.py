"""A person's own clips: found, decoded, fitted and cached."""
