"""Networks of models that move their picture's own pixels."""
