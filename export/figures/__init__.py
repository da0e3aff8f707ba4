"""The paper's figures, drawn from a bundle."""
