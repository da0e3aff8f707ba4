"""Cut-out animation: limbs are found in a picture, cut out of it, and turned about their joints."""
