"""The window program: game, gallery and mask editor."""
