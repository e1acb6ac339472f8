"""Kernels from feature visualisation and from image files."""
