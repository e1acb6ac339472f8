"""Image fractals by orbit trap."""
