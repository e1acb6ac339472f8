"""Reporters in text: a table in the terminal, JSON."""
