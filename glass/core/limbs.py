"""Limbs and the actions in which they move, as networks number them."""

LIMBS = (
    *("arm back", "wing back", "leg d", "leg b", "leg c", "leg a", "tail"),
    *("body", "wheel", "head", "fin", "wing", "tool", "arm"),
)
"""Kinds of limbs, those behind first; the `body` is all that hangs at no joint. Legs a and b are the pair of who has
two and the front one of who has four, c and d are the other pair; b and d are on the far side."""
BODY = LIMBS.index("body")
MOVES, GROWTH = 5, 3
"""How many numbers say how a limb moves: its turn, the shift of its joint right and down, its growth across and along;
and the index of the first of the growth."""

GAITS = ("go", "go up", "go down")
"""Ways of travelling; `go` is sideways."""

ACTS = ("rest", "jump", "strike", "raise", "crouch", "shake", "fall")
"""What is done on the spot. Rest breathes."""

ACTIONS = (*GAITS, *ACTS)
"""Everything that an agent with limbs can be seen doing."""
