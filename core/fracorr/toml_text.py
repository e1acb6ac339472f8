"""TOML as text: values written so that they are read back, and the line on which a key or an item stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_HEADER = re.compile(r"\s*\[(?!\[)(.+)\]\s*(?:#.*)?")
_ASSIGNMENT = re.compile(r"\s*([^=#\[]+?)\s*=")
_CLOSING = re.compile(r"[\]}]|'''|\"\"\"")
#: A list longer than this is written with one item on each line.
_WIDTH = 100


def literal(value: object) -> str:
    """Write a bool, number, text, list or table as a TOML value.

    Raises
    ------
    TypeError
        For anything else.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key(name)} = {literal(each)}" for name, each in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(literal, value)) + "]"
    raise TypeError(f"{type(value).__name__} has no place in TOML")


def assignment(name: str, value: object) -> str:
    """Write ``key = value``; a long list has one item on each line."""
    line = f"{key(name)} = {literal(value)}"
    if len(line) <= _WIDTH or not isinstance(value, list | tuple):
        return line
    return "\n".join([f"{key(name)} = [", *(f"    {literal(item)}," for item in value), "]"])


def key(name: str) -> str:
    """Write a key, in quotes where it needs them."""
    return name if _BARE_KEY.fullmatch(name) else _text(name)


def line_of(text: str, name: str, item: str | None = None) -> int | None:
    """Find where something stands in a TOML document.

    Parameters
    ----------
    text : str
        A valid document.
    name : str
        A key with the tables around it, joined with dots: ``"sweep.orbit-trap.degree"``.
    item : str, optional
        A text that the value holds somewhere.

    Returns
    -------
    int or None
        The line, from 1: that of the item, else that of the key, else that of the nearest table around it; None where
        there is none of these.
    """
    lines = text.splitlines()
    best: tuple[int, int] | None = None
    for found, first, last in _keys(lines):
        inside = name == found or name.startswith(f"{found}.")
        if inside and (best is None or len(found) > best[0]):
            best = (len(found), _line_with(lines, item, first, last))
    return None if best is None else best[1] + 1


def _keys(lines: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Yield every table header and key with the tables around it, and its first and last line, from 0."""
    table = ""
    number, last = 0, len(lines) - 1
    while number < len(lines):
        header, assigned = _HEADER.fullmatch(lines[number]), _ASSIGNMENT.match(lines[number])
        first = number
        name = _joined(header.group(1) if header else assigned.group(1) if assigned else "")
        if header and name:
            table = name
            yield name, first, first
        elif name:
            while number < last and not _is_complete(lines[first : number + 1]):
                # Only a line that closes something is worth another look: long lists are quadratic otherwise.
                number = next((each for each in range(number + 1, len(lines)) if _CLOSING.search(lines[each])), last)
            yield f"{table}.{name}".lstrip("."), first, number
        number += 1


def _joined(written: str) -> str:
    """Return a possibly quoted, possibly dotted key with plain dots; nothing where it is no key."""
    try:
        inner: object = tomllib.loads(f"{written} = 0") if written else 0
    except tomllib.TOMLDecodeError:
        return ""
    parts = []
    while isinstance(inner, dict) and inner:
        name, inner = next(iter(inner.items()))
        parts.append(name)
    return ".".join(parts)


def _is_complete(lines: Sequence[str]) -> bool:
    try:
        tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return False
    return True


def _line_with(lines: Sequence[str], item: str | None, first: int, last: int) -> int:
    written = None if item is None else _text(item)[1:-1]
    for number in range(first, last + 1) if written else ():
        if written in lines[number] or item in lines[number]:  # type: ignore[operator]
            return number
    return first


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    for character in map(chr, (*range(0x20), 0x7F)):
        escaped = escaped.replace(character, f"\\u{ord(character):04X}")
    return f'"{escaped}"'
