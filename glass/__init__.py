"""GLASS: learn a playable world from unlabelled video, split into global and local dynamics.

The package holds what is needed to learn: data sets, models, losses and training. Playing a learned model needs none of
it; see the `playground` package. Importing `glass` or anything in `glass.data` does not import torch.
"""
