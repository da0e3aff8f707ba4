"""The desktop around the window: its clipboard, its file manager, files dropped by its mouse."""
