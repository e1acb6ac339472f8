"""Correlation methods that a textbook sets beside template matching."""
