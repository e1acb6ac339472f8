"""Transforms by iterated function systems."""
