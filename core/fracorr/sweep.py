"""Parameters that run through values: ``degree=2,3,5`` and ``degree=2..7``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

import attrs

from fracorr import parameters, specs
from fracorr.errors import ConfigurationError, nearest
from fracorr.parameters import Parameter
from fracorr.selection import Chain, Selected
from fracorr.values import to_text

_ASSIGNMENT = re.compile(r"(?:([a-z][\w-]*)\.)?([a-z_][a-z0-9_]*)=(.+)", re.DOTALL)
#: More than anybody looks at.
_MOST_VALUES = 10_000
_RANGE = re.compile(r"(.+?)\.\.(.+)")


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
        ``[transform.]parameter=values``, where values are a list ``2,3,5`` or a range ``2..7``. A range of whole
        numbers has every one of them, but not more than `count`; any other has `count` evenly spaced values.
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
    bounds = _RANGE.fullmatch(values.strip()) if _is_number(parameter) else None
    component = chain.links[link].component.name
    if bounds is not None:
        first, last = (parameters.convert(parameter, specs.unquote(each), component) for each in bounds.groups())
        return Sweep(link, parameter, _between(first, last, count, text))
    items = [specs.unquote(each) for each in specs.split_outside(values, ",")]
    return Sweep(link, parameter, tuple(parameters.convert(parameter, each, component) for each in items))


def varied(chain: Chain, sweeps: Sequence[Sweep], values: Sequence[object]) -> Chain:
    """Return the chain with one value of each sweep put in.

    Raises
    ------
    ConfigurationError
        If the component does not accept a value.
    """
    links = list(chain.links)
    for sweep, value in zip(sweeps, values, strict=True):
        before = links[sweep.link]
        given = {**parameters.values_of(before.instance), sweep.parameter.name: value}
        instance = parameters.build(type(before.instance), before.component.name, given)
        links[sweep.link] = Selected.of(before.component, instance, specs.parse(before.spec).name)
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
        first = chain.links[found[0][0]].component.name
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
        raise ConfigurationError(f"'{text}': the range runs backwards; write {last}..{first}")
    n = 8 if count is None else count
    if whole or (count is None and _is_whole(first) and _is_whole(last)):
        every = int(last.real) - int(first.real) + 1
        n = every if count is None else min(every, count)
    if n > _MOST_VALUES:
        raise ConfigurationError(f"'{text}': {n:,} values are too many; at most {_MOST_VALUES:,}")
    if n < 2:
        return (first,)
    spaced = [first + (last - first) * step / (n - 1) for step in range(n)]
    return tuple(round(each.real) for each in spaced) if whole else tuple(spaced)


def _is_number(parameter: Parameter) -> bool:
    members = get_args(parameter.type) or (parameter.type,)
    return any(member in (int, float, complex) for member in members)


def _is_whole(number: complex) -> bool:
    return not isinstance(number, complex) and float(number).is_integer()
