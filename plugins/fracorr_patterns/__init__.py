"""Analytic kernels and controls."""
