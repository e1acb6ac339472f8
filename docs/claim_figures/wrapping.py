"""Markdown with lines of one width, whatever numbers are in it."""

from __future__ import annotations

import textwrap

_WIDTH = 120
#: How paragraphs begin that stay as they are: headings, tables, code, pictures.
_KEPT = ("#", "|", "```", "![")


def wrapped(text: str) -> str:
    """Wrap paragraphs, quotes and lists."""
    return "\n\n".join(_paragraph(each) for each in text.split("\n\n"))


def _paragraph(text: str) -> str:
    if text.startswith(_KEPT):
        return text
    if text.startswith("- "):
        items = text.removeprefix("- ").split("\n- ")
        return "\n".join(_fill(each, "- ", "  ") for each in items)
    if text.startswith("> "):
        return "\n>\n".join(_fill(each, "> ", "> ") for each in text.removeprefix("> ").split("\n>\n> "))
    return _fill(text, "", "")


def _fill(text: str, first: str, others: str) -> str:
    # A number and its percent sign stay together.
    return textwrap.fill(
        " ".join(text.split()).replace(" %", "\N{NO-BREAK SPACE}%"),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
