"""Keys, gamepads and mouse to commands; commands to one action a tick."""
