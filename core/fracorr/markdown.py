"""Markdown of names and texts that hold anything: they appear as text and break nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from fracorr.files import writable

# What Markdown, or the HTML in it, gives a meaning. A character reference is read as text wherever it stands, in the
# cells of a table too, where programs do not agree on what a backslash does.
_MEANINGFUL = re.compile(r"[\\`*_{}\[\]<>#~|&$]")
# Line breaks of all kinds, and characters that do not belong into a text.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_FENCE = re.compile(r"^\s*(`{3,})", re.MULTILINE)


def plain(text: object) -> str:
    """Return text in one line that is shown as it is."""
    return _MEANINGFUL.sub(lambda found: f"&#{ord(found[0])};", _in_a_line(text))


def code(text: object) -> str:
    """Return text in one line in the letters of a program; one with a backtick or a bar in it as plain text."""
    line = _in_a_line(text)
    return plain(line) if not line or any(each in line for each in "`|\\") else f"`{line}`"


def block(text: str, language: str = "") -> str:
    """Return lines of a program, or of a file, as they are."""
    fence = "`" * (1 + max([2, *(len(found) for found in _FENCE.findall(text))]))
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], numbers_from: int) -> str:
    """Return a table of cells that are Markdown already; the columns from `numbers_from` on are set to the right."""
    ruler = ["---" if column < numbers_from else "---:" for column in range(len(headings))]
    return "\n".join(f"| {' | '.join(line)} |" for line in (headings, ruler, *rows))


def _in_a_line(text: object) -> str:
    return _UNPRINTABLE.sub(" ", writable(str(text))).strip()
