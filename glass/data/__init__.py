"""Sources of clips by name; importing them does not import torch."""
