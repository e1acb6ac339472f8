"""From spec strings to working components: names looked up, globs spread out, paths understood."""

from __future__ import annotations

import hashlib
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
    identity : dict
        Everything that its results depend on: plugin, version, interface, every parameter as plain text, and the
        content of the files that parameters name.
    """

    component: Component
    instance: Any = attrs.field(eq=False)
    spec: str
    identity: dict[str, object] = attrs.field(eq=False, repr=False)

    @classmethod
    def of(cls, component: Component, instance: object, name: str) -> Selected:
        """Put a component and its filled-in class together, under the name that people use for it."""
        return cls(component, instance, parameters.spec_of(name, instance), _identity(component, instance))


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
    # A folder that happens to be called like a component does not hide it; ./NAME is the folder.
    if kind in _PATHS_ALLOWED and text.strip() not in registry.usable_names(kind) and _is_path(text):
        component = registry.get(kind, PATH_COMPONENT)
        return (_selected(registry, component, specs.Spec(PATH_COMPONENT, text.strip())),)
    spec = specs.parse(text)
    try:
        components = registry.match(kind, spec.name) if spec.is_glob else (registry.get(kind, spec.name),)
    except ConfigurationError as error:
        if kind in _PATHS_ALLOWED and (pathlib.PurePath(spec.name).suffix or "/" in spec.name):
            if text.strip() == spec.name:
                raise ConfigurationError(f"there is no file '{spec.name}', and {error}") from None
            raise ConfigurationError(f"{error}; if it is a file, write {PATH_COMPONENT}:{text.strip()}") from None
        raise
    return tuple(_selected(registry, component, spec) for component in components)


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


def _selected(registry: Registry, component: Component, spec: specs.Spec) -> Selected:
    instance = parameters.build(component.load(), component.name, spec.values, spec.value)
    return Selected.of(component, instance, registry.usable_name(component))


def _identity(component: Component, instance: object) -> dict[str, object]:
    given = parameters.values_of(instance)
    files = {key: value for key, value in given.items() if isinstance(value, pathlib.Path) and value.is_file()}
    return {
        "component": component.qualified_name,
        "version": component.version,
        "api": component.spec.api,
        "parameters": {key: values.to_text(value) for key, value in given.items()},
        "files": {key: _digest(value) for key, value in files.items()},
    }


def _digest(path: pathlib.Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # whoever needs the file says what is wrong with it


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
