"""Composite correlation filters: one filter designed from a family of kernels."""
