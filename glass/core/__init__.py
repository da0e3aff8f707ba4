"""The common ground of all packages: errors, console, files, pictures, natural order, path smoothing; no torch."""
