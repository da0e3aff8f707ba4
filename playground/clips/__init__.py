"""Reading, analysing and transferring motion of clips."""
