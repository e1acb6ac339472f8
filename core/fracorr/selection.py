"""From spec strings to working components: names looked up, globs spread out, paths understood."""

from __future__ import annotations

import pathlib
import re
from typing import Any, Final

import attrs

from fracorr import parameters, specs, values
from fracorr.components import Component, Kind
from fracorr.errors import ConfigurationError
from fracorr.plugins import Registry

#: The component that a bare path stands for, among kernel sources and among scene sources.
PATH_COMPONENT: Final = "file"

_PATHS_ALLOWED = (Kind.SOURCE, Kind.SCENES)


@attrs.frozen
class Selected:
    """A component with its parameters filled in.

    Attributes
    ----------
    component : Component
        Where it comes from.
    instance : object
        The object that does the work, of the component's class.
    spec : str
        The shortest spec string that selects it again.
    """

    component: Component
    instance: Any = attrs.field(eq=False)
    spec: str

    @property
    def identity(self) -> dict[str, object]:
        """Everything that its results depend on: plugin, version, interface and every parameter, as plain text."""
        given = parameters.values_of(self.instance)
        return {
            "component": self.component.qualified_name,
            "version": self.component.version,
            "api": self.component.spec.api,
            "parameters": {key: values.to_text(value) for key, value in given.items()},
        }


@attrs.frozen
class Chain:
    """Transforms in a row; an empty one leaves the kernel as it is."""

    links: tuple[Selected, ...] = ()

    @property
    def spec(self) -> str:
        return "+".join(link.spec for link in self.links) or specs.NO_TRANSFORM


def select(registry: Registry, kind: Kind, text: str) -> tuple[Selected, ...]:
    """Find what a spec string stands for.

    Parameters
    ----------
    registry : Registry
        Where to look.
    kind : Kind
        What is looked for.
    text : str
        A spec string. A glob in the name gives every component that matches; for kernel sources and scene sources an
        existing path, a pattern of paths or anything with a folder separator stands for the component ``file``.

    Returns
    -------
    tuple of Selected
        At least one.

    Raises
    ------
    ConfigurationError
        If the name, a parameter or a value is wrong.
    """
    if kind in _PATHS_ALLOWED and _is_path(text):
        component = registry.get(kind, PATH_COMPONENT)
        return (_selected(component, specs.Spec(PATH_COMPONENT, text.strip())),)
    spec = specs.parse(text)
    try:
        components = registry.match(kind, spec.name) if spec.is_glob else (registry.get(kind, spec.name),)
    except ConfigurationError as error:
        if kind in _PATHS_ALLOWED and pathlib.PurePath(text).suffix and ":" not in text:
            raise ConfigurationError(f"there is no file '{text.strip()}', and {error}") from None
        raise
    return tuple(_selected(component, spec) for component in components)


def select_one(registry: Registry, kind: Kind, text: str) -> Selected:
    """Find the one component that a spec string stands for.

    Raises
    ------
    ConfigurationError
        If it stands for several.
    """
    found = select(registry, kind, text)
    if len(found) > 1:
        names = ", ".join(each.spec for each in found)
        raise ConfigurationError(f"'{text}' stands for several of the kind {kind.label} ({names}); choose one")
    return found[0]


def select_chains(registry: Registry, text: str) -> tuple[Chain, ...]:
    """Find the chains that a chain of specs stands for: one, or several where a name is a glob."""
    chains = [Chain()]
    for spec in specs.parse_chain(text):
        options = select(registry, Kind.TRANSFORM, spec.text)
        chains = [Chain((*chain.links, option)) for chain in chains for option in options]
    return tuple(chains)


def _selected(component: Component, spec: specs.Spec) -> Selected:
    instance = parameters.build(component.load(), component.name, spec.values, spec.value)
    name = spec.name if "/" in spec.name and not spec.is_glob else component.name
    return Selected(component, instance, parameters.spec_of(name, instance))


def _is_path(text: str) -> bool:
    stripped = text.strip()
    if not stripped:
        return False
    try:
        if pathlib.Path(stripped).exists():
            return True
    except (OSError, ValueError):
        return False
    # "photos/*.jpg" and "../eye.png" are paths; "my-plugin/eye" and "file:photos/eye.png" are not.
    head = re.split(r"[:,]", stripped, maxsplit=1)[0]
    return head == stripped and (
        stripped.startswith((".", "/", "~"))
        or ("/" in stripped and bool(pathlib.PurePath(stripped).suffix or "*" in stripped))
    )
