"""Window, loop, colours and layout; knows no screen."""
