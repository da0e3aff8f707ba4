"""From a trained run to a bundle that can be played: the bridge between glass and playground."""
