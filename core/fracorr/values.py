"""Values of parameters by type: read from text, checked when they come typed, written back, described in words."""

from __future__ import annotations

import enum
import math
import pathlib
import re
import types
from collections.abc import Callable
from typing import Any, Literal, Union, get_args, get_origin

from fracorr import specs
from fracorr.errors import nearest

_COMPLEX = re.compile(r"[-+0-9.eEij ]+")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?(nan|inf)", re.IGNORECASE)
_TRUE_FALSE = {"true": True, "false": False}


def from_text(kind: Any, text: str) -> Any:
    """Read a value of the type `kind` from text.

    Raises
    ------
    ValueError
        If the text is not such a value.
    """
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _from_union(kind, text)
    if origin is Literal:
        for choice in get_args(kind):
            if text == str(choice):
                return choice
        raise ValueError(nearest(text, [str(choice) for choice in get_args(kind)]).lstrip("; "))
    if origin is tuple:
        return checked(kind, tuple(from_text(*pair) for pair in _pair_items(kind, _items(text))))
    if kind in _READERS:
        return _READERS[kind](text)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        for member in kind:
            if text == str(member.value):
                return member
        raise ValueError(nearest(text, [str(member.value) for member in kind]).lstrip("; "))
    return text


def to_text(value: object) -> str:
    """Write a value so that :func:`from_text` reads it back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "none"
    if isinstance(value, complex):
        sign = "-" if math.copysign(1.0, value.imag) < 0 else "+"
        return f"{to_text(value.real)}{sign}{to_text(abs(value.imag))}i"
    if isinstance(value, float):
        # As people write it: 3 and not 3.0; a negative zero keeps its sign.
        return repr(value).removesuffix(".0")
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, tuple | list):
        return "[" + ",".join(map(_item_text, value)) + "]"
    return str(value)


def describe_type(kind: Any) -> str:
    """Say in words what a value of the type `kind` looks like."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return " or ".join("none" if each is type(None) else describe_type(each) for each in get_args(kind))
    if origin is Literal:
        return "one of " + ", ".join(str(choice) for choice in get_args(kind))
    if origin is tuple:
        inner = [each for each in get_args(kind) if each is not Ellipsis]
        if Ellipsis in get_args(kind):
            return f"a list [a,b,…], each {describe_type(inner[0])}"
        return "a list [" + ",".join("abcdefgh"[: len(inner)]) + f"], each {describe_type(inner[0])}"
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return "one of " + ", ".join(str(member.value) for member in kind)
    words = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        complex: "a complex number such as 0.6-0.04i",
        pathlib.Path: "a path",
        str: "text",
    }
    return words.get(kind, getattr(kind, "__name__", str(kind)))


def _item_text(item: object) -> str:
    text = to_text(item)
    # In a list, a colon may separate too.
    return specs.quote(text, ":") if isinstance(item, str | pathlib.PurePath) else text


def _from_union(kind: Any, text: str) -> Any:
    members = get_args(kind)
    if type(None) in members and text.lower() == "none":
        return None
    for member in members:
        if member is type(None):
            continue
        try:
            return from_text(member, text)
        except ValueError:
            continue
    raise ValueError


def _items(text: str) -> list[str]:
    inner = text.strip()
    if inner[:1] in ("[", "(") and inner[-1:] in ("]", ")"):
        inner = inner[1:-1]
    separator = "," if "," in inner else ":"
    return [specs.unquote(item) for item in specs.split_outside(inner, separator)] if inner.strip() else []


def _pair_items(kind: Any, items: list[Any]) -> list[tuple[Any, Any]]:
    inner = get_args(kind)
    if Ellipsis in inner:
        return [(inner[0], item) for item in items]
    if len(inner) != len(items):
        raise ValueError(f"{len(inner)} values are needed, {len(items)} came")
    return list(zip(inner, items, strict=True))


def _bool(text: str) -> bool:
    if text.lower() not in _TRUE_FALSE:
        raise ValueError
    return _TRUE_FALSE[text.lower()]


def _int(text: str) -> int:
    if not re.fullmatch(r"[-+]?[0-9]+", text):
        raise ValueError
    return int(text)


def _float(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError
    return _finite(float(text))


def _path(text: str) -> pathlib.Path:
    if not text:
        raise ValueError
    return pathlib.Path(text)


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("it must be finite")
    return number


def _complex(text: str) -> complex:
    if not _COMPLEX.fullmatch(text):
        raise ValueError
    try:
        number = complex(text.replace(" ", "").replace("i", "j"))
    except ValueError:
        raise ValueError from None
    if not (math.isfinite(number.real) and math.isfinite(number.imag)):
        raise ValueError("it must be finite")
    return number


_READERS: dict[Any, Callable[[str], Any]] = {
    bool: _bool,
    int: _int,
    float: _float,
    complex: _complex,
    pathlib.Path: _path,
}


def checked(kind: Any, value: Any) -> Any:
    """Check a value that already has a type, as it comes from TOML or from Python: exact, nothing is coerced.

    Raises
    ------
    ValueError
        If it is not of the type `kind`.
    """
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        for member in get_args(kind):
            try:
                return checked(member, value)
            except ValueError:
                continue
        raise ValueError
    if origin is Literal:
        if value in get_args(kind) and not isinstance(value, bool):
            return value
        raise ValueError
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError
        return tuple(
            from_text(each, item) if isinstance(item, str) else checked(each, item)
            for each, item in _pair_items(kind, list(value))
        )
    if not _is_exactly(kind, value):
        raise ValueError
    try:
        if kind is complex:
            return _complex(to_text(complex(value)))
        return _finite(float(value)) if kind is float else value
    except OverflowError:  # a whole number beyond all doubles
        raise ValueError("it is too large") from None


def _is_exactly(kind: Any, value: object) -> bool:
    """Whether a value is of a type; a bool is no number, and a whole number is also a number."""
    if kind is type(None):
        return value is None
    if kind in (float, complex):
        allowed = (int, float) if kind is float else (int, float, complex)
        return isinstance(value, allowed) and not isinstance(value, bool)
    return isinstance(kind, type) and isinstance(value, kind) and (kind is bool) == isinstance(value, bool)


def plain(value: object) -> Any:
    """Return a parameter's value as TOML can hold it; :func:`from_plain` is the way back."""
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, tuple | list):
        return tuple(plain(item) for item in value)
    if value is None or isinstance(value, complex | pathlib.PurePath):
        return to_text(value)
    return value


def from_plain(kind: Any, value: object) -> Any:
    """Read a value of the type `kind` from what a TOML file holds: text stands only for what TOML has no type for.

    Raises
    ------
    ValueError
        If it is not of that type; ``"false"`` is no bool and ``"3"`` no number.
    """
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        if value == "none" and type(None) in get_args(kind):
            return None
        for member in get_args(kind):
            try:
                return from_plain(member, value)
            except ValueError:
                continue
        raise ValueError
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError
        return tuple(from_plain(each, item) for each, item in _pair_items(kind, list(value)))
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        for member in kind:
            if plain(member) == value and type(plain(member)) is type(value):
                return member
        raise ValueError
    if isinstance(value, str):
        if origin is Literal or kind in (str, complex, pathlib.Path):
            return checked(kind, value) if origin is Literal else from_text(kind, value)
        raise ValueError
    return checked(kind, value)
