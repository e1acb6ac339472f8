"""Circular harmonics: what rotation and scale do to a kernel."""
