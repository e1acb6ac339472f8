"""Text that fits: names of any length, in any script, cut or wrapped to a width that is measured, not guessed."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable
from typing import TypeAlias

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.textpath import text_to_path

#: Gives the width of a text.
Measure: TypeAlias = Callable[[str], float]

ELLIPSIS = "…"
#: Longer texts are cut before they are measured; no line of a figure holds as much.
_LONGEST = 600
# A spec string has no spaces: it is broken after its punctuation.
_PIECES = re.compile(r"[^\s,:;+/=_-]*[\s,:;+/=_-]|[^\s,:;+/=_-]+")


@functools.lru_cache(maxsize=4096)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of a line of text in points.

    Parameters
    ----------
    text : str
        As :func:`printable` returns it.
    size : float
        Of the font, in points.
    bold : bool, optional
    """
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, font, False)[0])


def printable(text: str) -> str:
    """Return the text with what cannot be drawn replaced: line breaks by spaces, characters that the font lacks by
    the replacement character, and marks that have no picture, such as those which turn the direction of writing, by
    nothing.
    """
    return "".join(map(_printable, text[:_LONGEST])).strip()


def fitted(text: str, width: float, measure: Measure) -> str:
    """Return the text, with as much of its middle left out as it takes to be no wider than `width`."""

    def shortened(kept: int) -> str:
        return text[: (kept + 1) // 2] + ELLIPSIS + text[len(text) - kept // 2 :]

    return text if measure(text) <= width else _longest(shortened, len(text), width, measure)


def joined(first: str, link: str, second: str, width: float, measure: Measure) -> str:
    """Return two names with a link between them, the longer one shortened first so that neither is lost."""
    if measure(first + link + second) <= width:
        return first + link + second
    room = width - measure(link)
    needs = measure(first), measure(second)
    for_first = max(room / 2, room - needs[1])
    for_second = max(room / 2, room - needs[0])
    return fitted(first, for_first, measure) + link + fitted(second, for_second, measure)


def wrapped(text: str, width: float, lines: int, measure: Measure) -> list[str]:
    """Return the text in at most so many lines, none wider than `width`; an ellipsis ends what is too long.

    Lines are broken at spaces and after punctuation, inside a word only where it is wider than a line.
    """
    done: list[str] = []
    rest = text.strip()
    while rest and len(done) < lines - 1 and measure(rest) > width:
        line = _first_line(rest, width, measure)
        done.append(line.strip())
        rest = rest[len(line) :].lstrip()
    if rest and measure(rest) > width:
        whole = rest
        rest = _longest(lambda kept: whole[:kept].rstrip() + ELLIPSIS, len(rest), width, measure)
    return [*done, rest] if rest else done


def _first_line(text: str, width: float, measure: Measure) -> str:
    line = ""
    for piece in _PIECES.findall(text):
        if measure((line + piece).rstrip()) > width:
            break
        line += piece
    return line or text[: max(1, len(_longest(lambda kept: text[:kept], len(text), width, measure)))]


def _longest(shorten: Callable[[int], str], length: int, width: float, measure: Measure) -> str:
    """Return the text that keeps the most characters and is no wider than `width`."""
    low, high = 0, length
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(shorten(middle)) <= width else (low, middle - 1)
    return shorten(low)


def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace() or category == "Cc":
        return " "
    if category == "Cf":
        return ""
    return character if ord(character) in _drawable() else "\N{REPLACEMENT CHARACTER}"


@functools.cache
def _drawable() -> frozenset[int]:
    """The characters of the style's font, which is in matplotlib's own package, in both weights."""
    regular, bold = (get_font(findfont(FontProperties(weight=weight))).get_charmap() for weight in ("normal", "bold"))
    return frozenset(regular.keys() & bold.keys())
