"""Finding plugins and keeping what they offer: one by one, so that a broken one costs only itself."""

from __future__ import annotations

import fnmatch
import functools
import importlib.metadata
import os
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, Protocol

import attrs
import pluggy

from fracorr import hookspecs
from fracorr.components import API, Component, ComponentSpec, Kind
from fracorr.errors import ConfigurationError, PluginError, nearest
from fracorr.raised import described

#: The distribution whose plugins are the built-in ones.
BUILTIN = "fracorr"
DISABLE_VARIABLE = "FRACORR_DISABLE_PLUGINS"
ONLY_BUILTIN_VARIABLE = "FRACORR_NO_PLUGINS"
STRICT_VARIABLE = "FRACORR_STRICT_PLUGINS"


class EntryPoint(Protocol):
    """What the loader needs of :class:`importlib.metadata.EntryPoint`; tests bring their own."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def dist(self) -> importlib.metadata.Distribution | None: ...
    def load(self) -> object: ...


@attrs.frozen
class PluginRecord:
    """What became of one entry point.

    Attributes
    ----------
    name, module : str
        The entry point's name and what it names.
    distribution, version : str
        The installed package that it belongs to.
    status : {"loaded", "broken", "disabled"}
    error : str
        Why it is broken; for a loaded plugin, what part of it failed, if any did.
    seconds : float
        How long importing and asking it took.
    components : tuple of Component
        What it offers.
    """

    name: str
    module: str
    distribution: str
    version: str
    status: Literal["loaded", "broken", "disabled"]
    error: str = ""
    seconds: float = 0.0
    components: tuple[Component, ...] = ()

    @property
    def builtin(self) -> bool:
        return self.distribution == BUILTIN


class Registry:
    """The installed plugins and their components.

    Parameters
    ----------
    entry_points : iterable of EntryPoint, optional
        What to load; by default every installed entry point of the group ``fracorr.plugins``.
    disabled : iterable of str, optional
        Names of entry points or distributions (globs allowed) that are not even imported.
    only_builtin : bool, optional
        Load nothing but what comes with fracorr itself.

    Attributes
    ----------
    records : tuple of PluginRecord
        One for each entry point, broken and disabled ones included.
    """

    def __init__(
        self,
        entry_points: Iterable[EntryPoint] | None = None,
        *,
        disabled: Iterable[str] = (),
        only_builtin: bool = False,
    ) -> None:
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._known_hooks = {kind.hook for kind in Kind}
        found = installed_entry_points() if entry_points is None else entry_points
        self.records = tuple(self._records(found, tuple(disabled), only_builtin))
        self._by_kind: dict[Kind, dict[str, list[Component]]] = {kind: {} for kind in Kind}
        for record in self.records:
            for component in record.components:
                self._by_kind[component.kind].setdefault(component.name, []).append(component)

    @property
    def broken(self) -> tuple[PluginRecord, ...]:
        """Records with an error, whether the whole plugin failed or a part of it."""
        return tuple(record for record in self.records if record.error)

    def components(self, kind: Kind) -> tuple[Component, ...]:
        """All components of a kind, sorted by name."""
        return tuple(each for name in sorted(self._by_kind[kind]) for each in self._by_kind[kind][name])

    def usable_names(self, kind: Kind) -> tuple[str, ...]:
        """The names under which the components of a kind can be used: qualified where two share a name."""
        return tuple(self.usable_name(each) for each in self.components(kind))

    def usable_name(self, component: Component) -> str:
        """Return the name that stands for this component alone: the bare one unless several share it."""
        shared = len(self._by_kind[component.kind][component.name]) > 1
        return component.qualified_name if shared else component.name

    def get(self, kind: Kind, name: str) -> Component:
        """Look up a component by its name or its ``distribution/name``.

        Raises
        ------
        ConfigurationError
            If there is none (with the nearest name), or if several plugins offer the name (with the candidates).
        """
        distribution, _, bare = name.rpartition("/")
        candidates = self._by_kind[kind].get(bare, [])
        if distribution:
            candidates = [each for each in candidates if each.distribution == distribution]
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            choices = ", ".join(each.qualified_name for each in candidates)
            raise ConfigurationError(f"{kind.label} '{name}' is offered by several plugins; say which: {choices}")
        raise ConfigurationError(f"there is no {kind.label} '{name}'{self._hint(kind, name)}")

    def offers(self, component: Component) -> bool:
        """Whether this very component is among them, from the same plugin in the same version."""
        return component in self._by_kind[component.kind].get(component.name, ())

    def match(self, kind: Kind, pattern: str) -> tuple[Component, ...]:
        """Return the components whose bare or qualified names match a glob, also those that share a name.

        Raises
        ------
        ConfigurationError
            If none does.
        """
        found = tuple(
            each
            for each in self.components(kind)
            if any(fnmatch.fnmatchcase(name, pattern) for name in (each.name, each.qualified_name))
        )
        if not found:
            known = ", ".join(self.usable_names(kind)) or "none"
            raise ConfigurationError(f"no {kind.label} matches '{pattern}'; there are: {known}")
        return found

    def find(self, name: str) -> tuple[Component, ...]:
        """Return every component of any kind with this name (bare or qualified)."""
        return tuple(
            each for kind in Kind for each in self.components(kind) if name in (each.name, each.qualified_name)
        )

    def _hint(self, kind: Kind, name: str) -> str:
        names = self.usable_names(kind)
        hint = nearest(name, names)
        if hint:
            return hint
        elsewhere = [each.kind.label for each in self.find(name)]
        if elsewhere:
            return f"; '{name}' is a {elsewhere[0]}"
        missing = [f"{record.name} is {record.status}" for record in self.records if record.status != "loaded"]
        absent = f". Plugins that are not loaded may offer it: {', '.join(missing)}" if missing else ""
        return f"; there are: {', '.join(names) or 'none'}{absent}"

    def _records(
        self, entry_points: Iterable[EntryPoint], disabled: Sequence[str], only_builtin: bool
    ) -> Iterator[PluginRecord]:
        for entry_point in entry_points:
            distribution, version = _provenance(entry_point)
            record = PluginRecord(entry_point.name, entry_point.value, distribution, version, "disabled")
            named = any(
                fnmatch.fnmatchcase(name, pattern) for name in (record.name, distribution) for pattern in disabled
            )
            if named or (only_builtin and not record.builtin):
                yield record
                continue
            started = time.perf_counter()
            record = self._load(entry_point, record)
            yield attrs.evolve(record, seconds=time.perf_counter() - started)

    def _load(self, entry_point: EntryPoint, record: PluginRecord) -> PluginRecord:
        # SystemExit is an Exception's cousin that a careless module may well raise while it is imported.
        try:
            plugin = entry_point.load()
            self._manager.register(plugin, f"{record.distribution}/{record.name}")
        except (Exception, SystemExit) as error:
            return attrs.evolve(record, status="broken", error=_describe(error))
        implementations = self._implementations(plugin)
        unknown = sorted(set(implementations) - self._known_hooks)
        if unknown:
            self._manager.unregister(plugin)
            hint = nearest(unknown[0], self._known_hooks)
            return attrs.evolve(record, status="broken", error=f"unknown hook {unknown[0]}{hint}")
        components: list[Component] = []
        errors: list[str] = []
        for kind in Kind:
            if kind.hook not in implementations:
                continue
            try:
                components += _ask(implementations[kind.hook], kind, record)
            except (Exception, SystemExit) as error:
                errors.append(f"{kind.hook}: {_describe(error)}")
        if errors and not components:
            return attrs.evolve(record, status="broken", error="; ".join(errors))
        return attrs.evolve(record, status="loaded", error="; ".join(errors), components=tuple(components))

    def _implementations(self, plugin: object) -> dict[str, pluggy.HookImpl]:
        found: dict[str, pluggy.HookImpl] = {}
        for caller in self._manager.get_hookcallers(plugin) or ():
            for implementation in caller.get_hookimpls():
                if implementation.plugin is plugin:
                    found[caller.name] = implementation
        return found


def installed_entry_points() -> list[EntryPoint]:
    """Return the installed entry points, the built-in ones first, then by distribution and name."""
    found: dict[tuple[bool, str, str], EntryPoint] = {}
    for entry_point in importlib.metadata.entry_points(group=hookspecs.ENTRY_POINT_GROUP):
        distribution, _ = _provenance(entry_point)
        # An editable install can show a distribution twice.
        found.setdefault((distribution != BUILTIN, distribution, entry_point.name), entry_point)
    return [found[key] for key in sorted(found)]


@functools.cache
def default_registry() -> Registry:
    """Return the registry of this process, made on first use from what is installed and the environment.

    ``FRACORR_DISABLE_PLUGINS`` (comma-separated names or globs) and ``FRACORR_NO_PLUGINS=1`` (only what comes with
    fracorr) leave plugins out before they are imported. ``FRACORR_STRICT_PLUGINS=1`` makes a broken one an error.

    Raises
    ------
    PluginError
        In strict mode, if any plugin is broken.
    """
    disabled = [name.strip() for name in os.environ.get(DISABLE_VARIABLE, "").split(",") if name.strip()]
    registry = Registry(disabled=disabled, only_builtin=_is_set(ONLY_BUILTIN_VARIABLE))
    if registry.broken and _is_set(STRICT_VARIABLE):
        named = "; ".join(
            f"'{record.name}' of {record.distribution} {record.version}: {record.error}" for record in registry.broken
        )
        raise PluginError(f"broken plugins, and {STRICT_VARIABLE} is set: {named}")
    return registry


def _is_set(variable: str) -> bool:
    return os.environ.get(variable, "").lower() not in ("", "0", "false", "no")


def _ask(implementation: pluggy.HookImpl, kind: Kind, record: PluginRecord) -> list[Component]:
    offered: Any = implementation.function()
    if isinstance(offered, ComponentSpec):
        offered = (offered,)
    components: list[Component] = []
    for spec in offered or ():
        if not isinstance(spec, ComponentSpec):
            raise PluginError(f"it yields {type(spec).__name__}, not fracorr.ComponentSpec")
        if spec.name in {each.name for each in components}:
            raise PluginError(f"it offers '{spec.name}' twice")
        if spec.api > API:
            warnings.warn(
                f"'{spec.name}' of {record.distribution} {record.version} is written for interface {spec.api}; this "
                f"fracorr has {API} and may not serve it: upgrade fracorr",
                stacklevel=2,
            )
        components.append(Component(spec, kind, record.name, record.distribution, record.version))
    return components


def _provenance(entry_point: EntryPoint) -> tuple[str, str]:
    return _name_and_version(entry_point.dist) if entry_point.dist is not None else ("unknown", "")


@functools.cache
def _name_and_version(distribution: importlib.metadata.Distribution) -> tuple[str, str]:
    # distribution.name and .version would each parse all of it, README included.
    head = (distribution.read_text("METADATA") or "").partition("\n\n")[0]
    fields = dict(line.partition(": ")[::2] for line in head.splitlines())
    if "Name" in fields and "Version" in fields:
        return fields["Name"], fields["Version"]
    return distribution.name, distribution.version


def _describe(error: BaseException) -> str:
    text = str(error) if isinstance(error, PluginError) else described(error)
    return text.replace("\n", " ")
