"""Reporters in text: a table in the terminal, CSV, JSON, Markdown, and the verdict in words."""
