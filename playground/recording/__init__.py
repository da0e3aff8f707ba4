"""Recording frames to GIF, WebP, MP4 and PNG files."""
