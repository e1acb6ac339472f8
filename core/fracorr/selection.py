"""From spec strings to working components: names looked up, globs spread out, paths understood."""

from __future__ import annotations

import functools
import glob
import hashlib
import os
import pathlib
import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

from fracorr import parameters, specs, values
from fracorr.components import Component, Kind
from fracorr.errors import ConfigurationError, FracorrError, PluginError
from fracorr.plugins import Registry, default_registry
from fracorr.randomness import fingerprint

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
        Everything that its results depend on: plugin, version, interface, every parameter as plain text, the content of
        the files that parameters name, and the identities of the components that it uses.
    folder : pathlib.Path or None
        What its relative paths are relative to; None for the current folder. Spec and identity have the paths as they
        were written, the instance as they can be opened from here.
    """

    component: Component
    instance: Any = attrs.field(eq=False)
    spec: str
    identity: dict[str, object] = attrs.field(eq=False, repr=False)
    folder: pathlib.Path | None = attrs.field(default=None, eq=False, repr=False)

    def __str__(self) -> str:
        return self.spec

    @classmethod
    def of(cls, component: Component, instance: object, name: str, folder: pathlib.Path | None = None) -> Selected:
        """Put a component and its filled-in class together, under the name that people use for it."""
        placed = _placed(instance, folder)
        spec = parameters.spec_of(name, instance)
        return cls(component, placed, spec, _identity(component, instance, placed), folder)

    @property
    def components(self) -> tuple[Component, ...]:
        """Its component, and those that it uses."""
        return (self.component, *(each for used in _used(self.instance) for each in used.components))

    @property
    def written(self) -> dict[str, Any]:
        """Every parameter with its value, defaults included and paths as they were written."""
        spec = specs.parse(self.spec)
        cls = type(self.instance)
        return parameters.values_of(parameters.build(cls, self.component.name, spec.values, spec.value))

    def with_values(self, changes: Mapping[str, object]) -> Selected:
        """Return the same component with some parameters changed.

        Raises
        ------
        ConfigurationError
            If the component does not accept a value.
        """
        instance = parameters.build(type(self.instance), self.component.name, {**self.written, **changes})
        return Selected.of(self.component, instance, specs.parse(self.spec).name, self.folder)

    @property
    def full_spec(self) -> str:
        """The spec with every parameter spelled out, so that it holds whatever becomes of the defaults."""
        texts = {key: values.to_text(value) for key, value in self.written.items()}
        return specs.format_spec(specs.parse(self.spec).name, texts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as a name, which another process looks up among the plugins installed there."""
        component = self.component
        if not default_registry().offers(component):
            raise ConfigurationError(
                f"{component.kind.label} '{component.name}' ({component.origin}) comes from a registry made by hand, "
                "which other processes do not know: use the engine 'serial', or install the plugin"
            )
        named = (component.kind.key, component.qualified_name, component.version)
        return _found_again, (*named, self.spec, self.folder or pathlib.Path.cwd(), fingerprint(self.identity))


@attrs.frozen
class Chain:
    """Transforms in a row; an empty one leaves the kernel as it is."""

    links: tuple[Selected, ...] = ()

    def __str__(self) -> str:
        return self.spec

    @property
    def spec(self) -> str:
        return "+".join(link.spec for link in self.links) or specs.NO_TRANSFORM


def select(registry: Registry, kind: Kind, text: str, folder: pathlib.Path | None = None) -> tuple[Selected, ...]:
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
    folder : path, optional
        What relative paths are relative to, by default the current folder.

    Returns
    -------
    tuple of Selected
        At least one.

    Raises
    ------
    ConfigurationError
        If the name, a parameter or a value is wrong.
    """
    if not isinstance(text, str):
        raise ConfigurationError(
            f"the {kind.label} is named by text, NAME or NAME:key=value, not by {text!r} of the type "
            f"{type(text).__name__}"
        )
    # A folder that happens to be called like a component does not hide it; ./NAME is the folder.
    if kind in _PATHS_ALLOWED and text.strip() not in registry.usable_names(kind) and _is_path(text, folder):
        component = registry.get(kind, PATH_COMPONENT)
        return (_selected(registry, component, specs.Spec(PATH_COMPONENT, text.strip()), folder),)
    spec = specs.parse(text)
    try:
        components = registry.match(kind, spec.name) if spec.is_glob else (registry.get(kind, spec.name),)
    except ConfigurationError as error:
        if kind in _PATHS_ALLOWED and (pathlib.PurePath(spec.name).suffix or "/" in spec.name):
            if text.strip() == spec.name:
                raise ConfigurationError(f"there is no file '{spec.name}', and {error}") from None
            raise ConfigurationError(f"{error}; if it is a file, write {PATH_COMPONENT}:{text.strip()}") from None
        raise
    return tuple(_selected(registry, component, spec, folder) for component in components)


def select_one(registry: Registry, kind: Kind, text: str, folder: pathlib.Path | None = None) -> Selected:
    """Find the one component that a spec string stands for.

    Raises
    ------
    ConfigurationError
        If it stands for several.
    """
    found = select(registry, kind, text, folder)
    if len(found) > 1:
        names = ", ".join(each.spec for each in found)
        raise ConfigurationError(f"'{text}' stands for several of the kind {kind.label} ({names}); choose one")
    return found[0]


def select_chains(registry: Registry, text: str, folder: pathlib.Path | None = None) -> tuple[Chain, ...]:
    """Find the chains that a chain of specs stands for: one, or several where a name is a glob."""
    chains = [Chain()]
    for spec in specs.parse_chain(text):
        options = select(registry, Kind.TRANSFORM, spec.text, folder)
        chains = [Chain((*chain.links, option)) for chain in chains for option in options]
    return tuple(chains)


@functools.lru_cache(maxsize=4096)
def _found_again(kind: str, name: str, version: str, spec: str, folder: pathlib.Path, identity: str) -> Selected:
    """Find in this process what was selected in another, and make sure that it is the same."""
    try:
        registry = default_registry()
        component = registry.get(next(each for each in Kind if each.key == kind), name)
        if component.version != version:
            raise PluginError(f"version {version} there, {component.version} here")
        selected = _selected(registry, component, specs.parse(spec), folder)
        if fingerprint(selected.identity) != identity:
            raise PluginError("its interface, its parameters or a file that they name is another one here")
    except FracorrError as error:
        raise PluginError(f"'{spec}' is not the same in the process that should work with it: {error}") from None
    return selected


def _selected(registry: Registry, component: Component, spec: specs.Spec, folder: pathlib.Path | None) -> Selected:
    instance = parameters.build(component.load(), component.name, spec.values, spec.value)
    return Selected.of(component, instance, registry.usable_name(component), folder)


def _placed(instance: Any, folder: pathlib.Path | None) -> Any:
    """Return a component whose relative paths can be opened from the current folder."""
    if folder is None or folder == pathlib.Path.cwd():
        return instance
    changed = {
        key: folder / value
        for key, value in parameters.values_of(instance).items()
        if isinstance(value, pathlib.Path) and is_relative(value)
    }
    return attrs.evolve(instance, **changed) if changed else instance


def is_relative(path: pathlib.Path) -> bool:
    """Whether a path means something else from another folder."""
    return not path.is_absolute() and not str(path).startswith("~")


def relocated(path: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """Return a path relative to `folder` that leads where `path` does from the current folder."""
    return pathlib.Path(os.path.relpath(path, folder)) if is_relative(path) else path


def _identity(component: Component, written: object, placed: object) -> dict[str, object]:
    given = parameters.values_of(written)
    paths = {key: value for key, value in parameters.values_of(placed).items() if isinstance(value, pathlib.Path)}
    used = [each.identity for each in _used(placed)]
    return {
        "component": component.qualified_name,
        "version": component.version,
        "api": component.spec.api,
        "parameters": {key: values.to_text(value) for key, value in given.items()},
        "files": {key: _digest(path) for key, path in paths.items() if path.is_file()},
        **({"uses": used} if used else {}),
    }


def _used(instance: object) -> tuple[Selected, ...]:
    """Return what a component says that it uses (see :class:`fracorr.protocols.FractalTransform`)."""
    used: tuple[Selected, ...] = getattr(instance, "used_components", ())
    return used


def _digest(path: pathlib.Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # whoever needs the file says what is wrong with it


def _is_path(text: str, folder: pathlib.Path | None) -> bool:
    stripped = text.strip()
    if not stripped:
        return False
    try:
        if pathlib.Path(folder or "", stripped).exists():
            return True
    except (OSError, ValueError):
        return False
    # "photos/*.jpg", "*.jpg" and "../eye.png" are paths; "tm_*", "my-plugin/eye" and "file:photos/eye.png" are not.
    head = re.split(r"[:,]", stripped, maxsplit=1)[0]
    pattern, ending = glob.has_magic(stripped), bool(pathlib.PurePath(stripped).suffix)
    return head == stripped and (
        stripped.startswith((".", "/", "~")) or ("/" in stripped and (ending or pattern)) or (ending and pattern)
    )
