"""Characters drawn by code."""
