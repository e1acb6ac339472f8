"""The grammar of spec strings: ``name[:value][,key=value]…``, chained with ``+``.

Only the text is understood here; what a name stands for and what its values mean is the registry's business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import attrs

from fracorr.errors import ConfigurationError

#: The chain of no transforms at all.
NO_TRANSFORM: Final = "none"

_KEY = re.compile(r"\s*([a-z_][a-z0-9_]*)\s*=(.*)", re.DOTALL)
# A "+" joins transforms only before something that can be a component's name (or a glob): two characters at least, so
# that 0.3+i and 1e+5 stay numbers.
_NEXT_NAME = re.compile(r"\s*(?:[a-z*?\[][\w.*?\[\]-]+|\*)\s*(?:/[\w*?-]+)?\s*(?:[:,+]|$)")
_OPENING = {"[": "]", "(": ")"}
# What a value can stand behind; the empty text is the beginning.
_BEFORE_VALUE = ("", ":", "=", "[", "(", ",")


@attrs.frozen
class Spec:
    """One parsed spec: the component's name, the bare value, and the named values, all still text."""

    name: str
    value: str | None = None
    values: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    text: str = attrs.field(default="", eq=False)

    @property
    def is_glob(self) -> bool:
        return any(character in self.name for character in "*?[")


def parse(text: str) -> Spec:
    """Read one spec string.

    Parameters
    ----------
    text : str
        For example ``"orbit-trap:degree=3"``, ``"gallery:face*"`` or ``"file:sheet.png,cell=110"``. A value that
        holds a comma is put in quotes or brackets.

    Raises
    ------
    ConfigurationError
        If the text is not of that form.
    """
    stripped = text.strip()
    head, *rest = re.split("[:,]", stripped, maxsplit=1)
    name = head.strip()
    if not name:
        raise ConfigurationError(
            f"spec {text!r} has no name; write name[:value][,key=value]…, and nothing before or after a chain's '+'"
        )
    if not "".join(rest).strip():
        return Spec(name, text=stripped)
    value: str | None = None
    values: dict[str, str] = {}
    for position, item in enumerate(split_outside(rest[0], ",")):
        match = _KEY.fullmatch(item)
        if match is None:
            if position > 0:
                raise ConfigurationError(
                    f"spec {text!r}: {item.strip()!r} should be key=value (only the first value may stand alone; "
                    "a value with a comma goes into quotes or [brackets])"
                )
            value = unquote(item)
            continue
        key = match.group(1)
        if key in values:
            raise ConfigurationError(f"spec {text!r} gives {key!r} twice")
        values[key] = unquote(match.group(2))
    return Spec(name, value, values, stripped)


def parse_chain(text: str) -> tuple[Spec, ...]:
    """Read a chain of transforms: specs joined with ``+``; ``none`` is the empty chain.

    Raises
    ------
    ConfigurationError
        If a link is missing or malformed, or ``none`` is joined to something.
    """
    links = split_chain(text)
    if [link.strip() for link in links] == [NO_TRANSFORM]:
        return ()
    specs = tuple(parse(link) for link in links)
    if any(spec.name == NO_TRANSFORM for spec in specs):
        raise ConfigurationError(f"chain {text!r}: '{NO_TRANSFORM}' stands alone; leave it out of a longer chain")
    return specs


def split_chain(text: str) -> list[str]:
    """Cut a chain at the ``+`` signs that join transforms, leaving those inside numbers and quotes."""
    parts = split_outside(text, "+")
    links = [parts[0]]
    for part in parts[1:]:
        if _NEXT_NAME.match(part) or not part.strip():
            links.append(part)
        else:
            links[-1] += "+" + part
    return links


def split_outside(text: str, separator: str) -> list[str]:
    """Split `text` at `separator` wherever it is not inside quotes or brackets.

    Raises
    ------
    ConfigurationError
        If a quote or a bracket is not closed.
    """
    parts = [""]
    closing: list[str] = []
    doubled = False
    for place, character in enumerate(text):
        quoted = bool(closing) and closing[-1] in "'\""
        if doubled:
            doubled = False  # the second of two quotes that stand for one
        elif quoted and character == closing[-1] == text[place + 1 : place + 2]:
            doubled = True
        elif closing and character == closing[-1]:
            closing.pop()
        elif not quoted and character in _OPENING:
            closing.append(_OPENING[character])
        elif not quoted and character in "'\"" and parts[-1].rstrip()[-1:] in _BEFORE_VALUE:
            # Only a quote at the beginning of a value opens one: an apostrophe inside a file name is just that.
            closing.append(character)
        elif character == separator and not closing:
            parts.append("")
            continue
        parts[-1] += character
    if closing and closing[-1] in "'\"":
        raise ConfigurationError(f"{text!r}: the quote {closing[-1]} is not closed")
    if closing:
        raise ConfigurationError(f"{text!r}: a bracket is not closed; {closing[-1]!r} is missing")
    return parts


def unquote(text: str) -> str:
    """Strip white space and one pair of enclosing quotes; inside, a doubled quote stands for one."""
    stripped = text.strip()
    if len(stripped) >= 2 and stripped[0] == stripped[-1] and stripped[0] in "'\"":
        return stripped[1:-1].replace(2 * stripped[0], stripped[0])
    return stripped


def quote(text: str, more: str = "") -> str:
    """Put `text` in quotes where a spec string needs them, and where it has one of the characters `more`."""
    if text == "" or re.search(r"[,+\[\]()'\"=]", text) or text != text.strip() or set(more) & set(text):
        mark = '"' if "'" in text and '"' not in text else "'"
        return f"{mark}{text.replace(mark, 2 * mark)}{mark}"
    return text


def format_spec(name: str, values: Mapping[str, str], main: str | None = None) -> str:
    """Write a spec string that :func:`parse` reads back; the value of the parameter `main` stands alone, in front."""
    written = {key: quote(value) if needs_quotes(value) else value for key, value in values.items()}
    items = [written.pop(main)] if main in written else []
    items += [f"{key}={value}" for key, value in written.items()]
    return f"{name}:{','.join(items)}" if items else name


def needs_quotes(value: str) -> bool:
    """Whether a value must be quoted; numbers such as 1+2i and [bracketed, lists] must not."""
    if value.startswith("[") and value.endswith("]"):
        try:
            return len(split_outside(value, ",")) > 1
        except ConfigurationError:
            return True
    return re.fullmatch(r"[-+0-9.eEij]+", value) is None or not _is_number(value)


def _is_number(text: str) -> bool:
    try:
        complex(text.replace("i", "j"))
    except ValueError:
        return False
    return True
