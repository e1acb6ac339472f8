"""Parameters that run through values: ``degree=2,3,5``, ``degree=2..7`` and ``degree=0.5..2:4``."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from fracorr import parameters, specs
from fracorr.errors import ConfigurationError, nearest
from fracorr.parameters import Parameter
from fracorr.selection import Chain
from fracorr.values import to_text

_ASSIGNMENT = re.compile(r"(?:([a-z][\w-]*)\.)?([a-z_][a-z0-9_]*)=(.+)", re.DOTALL)
#: More than anybody looks at.
_MOST_VALUES = 10_000
_RANGE = re.compile(r"(.+?)\.\.(.+?)(?::([0-9]+))?")


@attrs.frozen
class Sweep:
    """One parameter of one link of a chain, and the values that it runs through.

    Attributes
    ----------
    link : int
        Which link of the chain.
    parameter : Parameter
    values : tuple
        Checked values of the parameter's type.
    """

    link: int
    parameter: Parameter
    values: tuple[object, ...]

    def label(self, value: object) -> str:
        """Write ``name=value`` for captions, short enough to read."""
        text = f"{value:.4g}" if isinstance(value, float) else to_text(value)
        if isinstance(value, complex):
            text = f"{value.real:.3g}{value.imag:+.3g}i"
        return f"{self.parameter.name}={text}"


def parse_sweep(text: str, chain: Chain, count: int | None = None) -> Sweep:
    """Read a sweep over a parameter of a chain.

    Parameters
    ----------
    text : str
        ``[transform.]parameter=values``, with the values as :func:`values_from_text` reads them.
    chain : Chain
        Whose parameter it is; the transform's name is needed only where several links have the parameter.
    count : int, optional
        How many values a range has; 8 for a range of numbers that are not whole.

    Raises
    ------
    ConfigurationError
        If the text is malformed, the parameter unknown or ambiguous, or a value wrong.
    """
    match = _ASSIGNMENT.fullmatch(text.strip())
    if match is None:
        raise ConfigurationError(f"'{text}' is not of the form parameter=2,3,5 or parameter=2..7")
    name, key, values = match.groups()
    link, parameter = _find(chain, name, key, text)
    component = chain.links[link].component.name
    return Sweep(link, parameter, values_from_text(parameter, values, component, count))


def values_from_text(parameter: Parameter, text: str, component: str, count: int | None = None) -> tuple[object, ...]:
    """Read the values that a parameter runs through.

    Parameters
    ----------
    parameter : Parameter
    text : str
        A list ``2,3,5``, a range ``2..7``, or a range with the number of its values ``0.5..2:4``. A range of whole
        numbers has every one of them, but not more than `count`; any other has `count` evenly spaced values.
    component : str
        Whose parameter it is, for messages.
    count : int, optional
        How many values a range has that does not say it; 8 for a range of numbers that are not whole.

    Raises
    ------
    ConfigurationError
        If a value is wrong, or a range runs backwards.
    """
    found = range_from_text(parameter, text, component, count)
    if found is not None:
        return found
    items = [specs.unquote(each) for each in specs.split_outside(text, ",")]
    return tuple(parameters.convert(parameter, each, component) for each in items)


def range_from_text(
    parameter: Parameter, text: str, component: str, count: int | None = None
) -> tuple[object, ...] | None:
    """Read a range of numbers such as ``2..7``; None where the text is no range or the parameter takes no numbers."""
    bounds = _RANGE.fullmatch(text.strip()) if parameter.is_number else None
    if bounds is None:
        return None
    first, last = (parameters.convert(parameter, specs.unquote(each), component) for each in bounds.groups()[:2])
    if bounds.group(3) is not None:
        count = int(bounds.group(3))
        if count < 1:
            raise ConfigurationError(f"'{text}': a range has at least one value")
    return _between(first, last, count, text)


def varied(chain: Chain, sweeps: Sequence[Sweep], values: Sequence[object]) -> Chain:
    """Return the chain with one value of each sweep put in.

    Raises
    ------
    ConfigurationError
        If the component does not accept a value.
    """
    links = list(chain.links)
    for sweep, value in zip(sweeps, values, strict=True):
        links[sweep.link] = links[sweep.link].with_values({sweep.parameter.name: value})
    return Chain(tuple(links))


def _find(chain: Chain, name: str | None, key: str, text: str) -> tuple[int, Parameter]:
    found = []
    known: list[str] = []
    for position, link in enumerate(chain.links):
        if name not in (None, link.component.name):
            continue
        for parameter in parameters.parameters_of(type(link.instance)):
            known.append(parameter.name)
            if parameter.name == key:
                found.append((position, parameter))
    if len(found) > 1:
        first, *others = (chain.links[position].component.name for position, _ in found)
        if set(others) == {first}:
            raise ConfigurationError(
                f"'{text}': '{chain.spec}' has '{first}' {len(found)} times, and a sweep cannot tell them apart"
            )
        raise ConfigurationError(f"'{text}': several transforms have '{key}'; say which, for example {first}.{key}=…")
    if not found:
        where = f"'{name}'" if name else f"'{chain.spec}'"
        raise ConfigurationError(f"'{text}': {where} has no parameter '{key}'{nearest(key, known)}")
    return found[0]


def _between(first: object, last: object, count: int | None, text: str) -> tuple[object, ...]:
    whole = isinstance(first, int) and isinstance(last, int)
    numbers = (int, float, complex)
    if isinstance(first, bool) or not isinstance(first, numbers) or not isinstance(last, numbers):
        raise ConfigurationError(f"'{text}': only numbers can be given as a range")
    if not isinstance(first, complex) and not isinstance(last, complex) and last < first:
        raise ConfigurationError(f"'{text}': the range runs backwards; write {to_text(last)}..{to_text(first)}")
    n = 8 if count is None else count
    if whole or (count is None and _is_whole(first) and _is_whole(last)):
        every = int(last.real) - int(first.real) + 1
        n = every if count is None else min(every, count)
    if n > _MOST_VALUES:
        raise ConfigurationError(f"'{text}': {n:,} values are too many; at most {_MOST_VALUES:,}")
    if n < 2:
        return (first,)
    inner = [first + (last - first) * step / (n - 1) for step in range(1, n - 1)]
    return (first, *(round(each.real) if whole else _readable(each) for each in inner), last)


def _readable(number: complex) -> complex:
    """Drop the digits that only rounding made: 0.3 and not 0.30000000000000004."""
    if isinstance(number, complex):
        return complex(_readable(number.real), _readable(number.imag))
    return float(f"{number:.14g}")


def _is_whole(number: complex) -> bool:
    return not isinstance(number, complex) and float(number).is_integer()
