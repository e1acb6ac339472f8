"""``component.parameter = values``: a parameter set wherever an experiment selects its component."""

from __future__ import annotations

import itertools
import pathlib
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

import attrs

from fracorr import parameters, values
from fracorr.components import Component, Kind
from fracorr.errors import ConfigurationError, nearest
from fracorr.parameters import Parameter
from fracorr.plugins import Registry
from fracorr.selection import Chain, relocated
from fracorr.sweep import range_from_text, values_from_text
from fracorr.toml_text import literal

#: The lists of an experiment whose product is the trials, with the kind of component that each names.
LISTS: Final = {
    "kernels": Kind.SOURCE,
    "transforms": Kind.TRANSFORM,
    "scenes": Kind.SCENES,
    "methods": Kind.METHOD,
}
#: Everything of an experiment that names components.
PLACES: Final = {**LISTS, "reporters": Kind.REPORTER, "engine": Kind.ENGINE}

#: What a TOML file can hold as a parameter's value.
Plain: TypeAlias = "bool | int | float | str | tuple[Plain, ...]"

_PLACE = re.compile(rf"(?:({'|'.join(PLACES)})\.)?(?:(.+)\.)?([a-z_][a-z0-9_]*)")


@attrs.frozen
class Place:
    """A parameter of a component, as people write it: ``[list.]component.parameter``.

    Attributes
    ----------
    list : str
        The list that it is limited to, such as ``"scenes"``; empty for all.
    component : str
        The component's name; empty for the engine, of which there is one.
    parameter : str
    """

    list: str
    component: str
    parameter: str

    @classmethod
    def parse(cls, text: str) -> Place:
        """Read a place.

        Raises
        ------
        ConfigurationError
            If it is not of that form.
        """
        match = _PLACE.fullmatch(text.strip())
        if match is None or not (match.group(2) or match.group(1) == "engine"):
            raise ConfigurationError(
                f"'{text}' does not name a parameter; write component.parameter, such as orbit-trap.degree"
            )
        return cls(*(part or "" for part in match.groups()))

    def __str__(self) -> str:
        return ".".join(filter(None, attrs.astuple(self)))

    def covers(self, where: str, component: Component) -> bool:
        """Whether it is about this component where it stands in this list."""
        names = ("", component.name, component.qualified_name)
        return self.list in ("", where) and self.component in names

    def parameter_of(self, component: Component) -> Parameter:
        """Return the parameter.

        Raises
        ------
        ConfigurationError
            If the component has none of this name.
        """
        known = {each.name: each for each in component.parameters()}
        if self.parameter not in known:
            raise ConfigurationError(
                f"'{component.name}' has no parameter '{self.parameter}'{nearest(self.parameter, known) or '.'} "
                f"It takes: {', '.join(known) or 'no parameters'}"
            )
        return known[self.parameter]


@attrs.frozen
class Assignment:
    """A parameter and the values that it takes one after the other: a list as TOML holds it, or a range as text."""

    place: Place
    values: str | tuple[Plain, ...]

    def values_for(self, component: Component) -> tuple[object, ...]:
        """Return the values as the component takes them.

        Raises
        ------
        ConfigurationError
            If there is no such parameter, or a value is not of its type.
        """
        parameter = self.place.parameter_of(component)
        if not isinstance(self.values, str):
            return tuple(typed(parameter, value, component.name) for value in self.values)
        found = range_from_text(parameter, self.values, component.name)
        if found is None:
            raise ConfigurationError(
                f"{literal(self.values)} is no range of numbers such as '2..7'; for single values write a list, such "
                f"as [{literal(self.values)}]"
            )
        return found

    def concerns(self, where: str, chain: Chain) -> bool:
        """Whether a chain in this list has the component."""
        return bool(_links(where, chain, self.place))

    def check(self, where: str, chain: Chain) -> None:
        """Refuse values that do not suit the component, where the chain has it.

        Raises
        ------
        ConfigurationError
            As :meth:`values_for`.
        """
        for number in _links(where, chain, self.place)[:1]:
            self.values_for(chain.links[number].component)


def typed(parameter: Parameter, value: Plain, component: str) -> object:
    """Read a value as a TOML file holds it, strictly: ``"false"`` is no bool and 3.7 no whole number.

    Raises
    ------
    ConfigurationError
        If it is not of the parameter's type.
    """
    try:
        return values.from_plain(parameter.type, value)
    except ValueError as error:
        raise ConfigurationError(
            f"'{component}': {parameter.name} = {literal(value)} is not right: it takes {parameter.takes}"
            + (f" ({error})" if str(error) else "")
            + _meant(parameter, value)
        ) from None


def read_values(
    registry: Registry, place: Place, text: str, *, several: bool, folder: pathlib.Path | None = None
) -> tuple[Any, ...]:
    """Read values typed on a command line as a TOML file would hold them.

    Parameters
    ----------
    registry : Registry
    place : Place
    text : str
    several : bool
        Whether the text is a list or a range; otherwise it is one value.
    folder : path, optional
        What relative paths will be relative to; here they are relative to the current folder.

    Raises
    ------
    ConfigurationError
        If there is no such component or parameter, or a value is wrong.
    """
    component = _component_with(registry, place)
    parameter = place.parameter_of(component)
    if several:
        found = values_from_text(parameter, text, component.name)
    else:
        found = (parameters.convert(parameter, text, component.name),)
    if folder is not None:
        found = tuple(relocated(each, folder) if isinstance(each, pathlib.Path) else each for each in found)
    return tuple(map(values.plain, found))


def assigned(where: str, chain: Chain, assignments: Iterable[Assignment]) -> Iterator[Chain]:
    """Put the values of all assignments that concern a chain into it: one chain for each combination, the last
    assignment running fastest.

    Raises
    ------
    ConfigurationError
        If a component does not accept a value.
    """
    concerned = [each for each in assignments if _links(where, chain, each.place)]
    values_of = [each.values_for(chain.links[_links(where, chain, each.place)[0]].component) for each in concerned]
    for combination in itertools.product(*values_of):
        changes: dict[int, dict[str, object]] = {}
        for each, value in zip(concerned, combination, strict=True):
            for number in _links(where, chain, each.place):
                changes.setdefault(number, {})[each.place.parameter] = value
        links = [link.with_values(changes[n]) if n in changes else link for n, link in enumerate(chain.links)]
        yield Chain(tuple(links))


def _links(where: str, chain: Chain, place: Place) -> list[int]:
    return [number for number, link in enumerate(chain.links) if place.covers(where, link.component)]


def _component_with(registry: Registry, place: Place) -> Component:
    """Find a component that the place names, one with the parameter first."""
    kinds = [kind for name, kind in PLACES.items() if place.list in ("", name)]
    found = [each for kind in kinds for each in registry.components(kind) if place.covers(place.list, each)]
    if not found:
        known = [name for kind in kinds for name in registry.usable_names(kind)]
        raise ConfigurationError(f"there is no component '{place.component}'{nearest(place.component, known)}")
    return next((each for each in found if _has(each, place.parameter)), found[0])


def _has(component: Component, parameter: str) -> bool:
    return any(each.name == parameter for each in component.parameters())


def _meant(parameter: Parameter, value: Plain) -> str:
    """Say how a text would be right that stands for a number, a truth value or a list."""
    if not isinstance(value, str):
        return ""
    try:
        meant = values.plain(values.from_text(parameter.type, value))
    except (ValueError, ConfigurationError):
        return ""
    return f"; write {literal(meant)}" if isinstance(meant, tuple) else f"; write {value} without quotes"
