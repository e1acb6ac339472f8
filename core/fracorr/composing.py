"""An experiment put together from a file and options: defaults, then the file, then the options."""

from __future__ import annotations

import pathlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import attrs

from fracorr import values
from fracorr.assignments import PLACES, Assignment, Place, assigned, read_values
from fracorr.errors import ConfigurationError, FracorrError, nearest
from fracorr.experiment import Experiment, read_toml
from fracorr.experiment_fields import DEFAULT_ENGINE, ComponentTable, Origin, as_folder
from fracorr.plugins import Registry
from fracorr.resolving import from_table, has_relative_path, look_up, not_selected
from fracorr.selection import Chain, Selected, is_relative, relocated

#: What shows the results where neither the file nor an option says it.
DEFAULT_REPORTERS: Final = ("table", "json")

_KEYS = (*PLACES, "seed", "folder", "sweep")


def compose(
    file: pathlib.Path | None,
    given: Mapping[str, Any],
    settings: Sequence[str],
    sweeps: Sequence[str],
    registry: Registry,
) -> Experiment:
    """Put an experiment together.

    Parameters
    ----------
    file : path or None
        An experiment file to start from. Its relative paths are relative to its folder, those of the options to the
        current one; where both are given, those of the options are rewritten.
    given : mapping
        Values by key that take the place of the file's.
    settings : sequence of str
        ``key=value``: a key of the experiment, or ``component.parameter`` for wherever the component is selected.
    sweeps : sequence of str
        ``component.parameter=values``, as a list ``2,3,5`` or a range ``2..7``.
    registry : Registry
        The plugins to use.

    Raises
    ------
    ConfigurationError
        If anything is wrong; the message says in which option, or in which line of the file.
    """
    whole, inner = _split(settings)
    chosen = {**given, **whole}
    from_file, text = read_toml(file) if file is not None else ({}, "")
    origin = Origin(f"experiment '{file}'" if file is not None else "command line", text, frozenset(chosen))
    with origin.blamed():
        folder = _base(file, {key: value for key, value in from_file.items() if key not in chosen}, registry)
        if isinstance(chosen.get("folder"), str):
            folder = as_folder(chosen["folder"], None)
    if folder is not None:
        chosen = {key: _moved(registry, key, value, folder) for key, value in chosen.items()}
        chosen["folder"] = folder
    experiment = Experiment.from_mapping({"reporters": DEFAULT_REPORTERS, **from_file, **chosen}, origin)
    for place, value in inner:
        experiment = _set(experiment, place, value, registry)
    for sweep in sweeps:
        experiment = _with_sweep(experiment, sweep, registry)
    return experiment


def _base(file: pathlib.Path | None, kept: Mapping[str, Any], registry: Registry) -> pathlib.Path | None:
    """Return what the paths that are kept of a file are relative to; None where it makes no difference."""
    beside = None if file is None else file.absolute().parent
    if isinstance(kept.get("folder"), str):
        return as_folder(kept["folder"], beside)
    return beside if any(_may_have_paths(registry, key, value, beside) for key, value in kept.items()) else None


def _may_have_paths(registry: Registry, key: str, value: Any, folder: pathlib.Path | None) -> bool:
    """Whether a value has relative paths; where that is hard to tell, it may."""
    if key not in PLACES:
        return key == "sweep"
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in items):
        return True
    try:
        chains = [chain for each in items for chain in look_up(registry, key, each, folder)]
    except FracorrError:
        return True  # what is wrong with it is told later, with its line
    return any(has_relative_path(link) for chain in chains for link in chain.links)


def _split(settings: Sequence[str]) -> tuple[dict[str, Any], list[tuple[Place, str]]]:
    """Tell settings of the experiment's own keys from those of components."""
    whole: dict[str, Any] = {}
    inner: list[tuple[Place, str]] = []
    for setting in settings:
        key, equals, value = (part.strip() for part in setting.partition("="))
        with _in_option(f"--set {setting}"):
            if not equals or not key:
                raise ConfigurationError("it is not of the form key=value, such as seed=7 or orbit-trap.degree=3")
            if key in _KEYS:
                whole[key] = _value(key, value)
            elif "." in key:
                inner.append((Place.parse(key), value))
            else:
                hint = nearest(key, _KEYS) or "."
                known = ", ".join(_KEYS)
                raise ConfigurationError(f"there is no key '{key}'{hint} Known are: {known}, and component.parameter")
    return whole, inner


def _value(key: str, text: str) -> Any:
    """Read the value of one of the experiment's own keys."""
    if key == "sweep":
        raise ConfigurationError("write --sweep component.parameter=values")
    if key == "seed":
        try:
            return values.from_text(int, text)
        except ValueError:
            raise ConfigurationError(f"seed: a whole number is needed, not {text!r}") from None
    if text.startswith("[") and key != "engine":
        try:
            return tomllib.loads(f"it = {text}")["it"]
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationError(f'{key}: {text} is no list such as ["a", "b"]: {error}') from None
    return text


def _set(experiment: Experiment, place: Place, text: str, registry: Registry) -> Experiment:
    """Set a parameter wherever its component is selected; a sweep over it ends."""
    with _in_option(f"--set {place}={text}"):
        if not place.component:
            (engine,) = _written(experiment, "engine", registry)
            place = attrs.evolve(place, component=look_up(registry, "engine", engine, None)[0].links[0].component.name)
        setting = Assignment(place, read_values(registry, place, text, several=False, folder=experiment.folder))
        changes: dict[str, Any] = {}
        selected: list[Selected] = []
        for key in PLACES:
            found = [
                (spec, look_up(registry, key, spec, experiment.folder)) for spec in _written(experiment, key, registry)
            ]
            chains = [chain for _, each in found for chain in each]
            selected += [link for chain in chains for link in chain.links]
            if any(setting.concerns(key, chain) for chain in chains):
                after = tuple(each for spec, chains in found for each in _changed(key, spec, chains, setting))
                changes[key] = after[0] if key == "engine" else after
        if not changes:
            raise ConfigurationError(not_selected(place, selected))
        rest = tuple((key, each) for key, each in experiment.sweep if not _is_same(Place.parse(key), place))
        return attrs.evolve(experiment, **changes, sweep=rest, origin=_given(experiment, changes))


def _written(experiment: Experiment, key: str, registry: Registry) -> tuple[str, ...]:
    """Return the specs of one key, those of tables too."""
    value = getattr(experiment, key)
    items = (value or DEFAULT_ENGINE,) if key == "engine" else value
    return tuple(
        from_table(registry, PLACES[key], each, experiment, key).spec if isinstance(each, ComponentTable) else each
        for each in items
    )


def _changed(key: str, spec: str, chains: tuple[Chain, ...], setting: Assignment) -> Iterator[str]:
    """Yield the spec as it is, or what it becomes where a setting concerns what it stands for."""
    if not any(setting.concerns(key, chain) for chain in chains):
        yield spec
        return
    for chain in chains:
        yield from (changed.spec for changed in assigned(key, chain, [setting]))


def _with_sweep(experiment: Experiment, sweep: str, registry: Registry) -> Experiment:
    """Add a sweep, or replace the one over the same parameter."""
    with _in_option(f"--sweep {sweep}"):
        key, equals, text = (part.strip() for part in sweep.partition("="))
        if not equals or not text:
            raise ConfigurationError("it is not of the form component.parameter=2,3,5 or component.parameter=2..7")
        place = Place.parse(key)
        found = read_values(registry, place, text, several=True, folder=experiment.folder)
        rest = {each: values for each, values in experiment.sweep if not _is_same(Place.parse(each), place)}
        origin = _given(experiment, [f"sweep.{place}"])
        return attrs.evolve(experiment, sweep={**rest, str(place): found}, origin=origin)


def _is_same(one: Place, other: Place) -> bool:
    same_list = one.list == other.list or "" in (one.list, other.list)
    return same_list and (one.component, one.parameter) == (other.component, other.parameter)


def _given(experiment: Experiment, keys: Iterable[str]) -> Origin | None:
    origin = experiment.origin
    return None if origin is None else attrs.evolve(origin, given=origin.given | set(keys))


def _moved(registry: Registry, key: str, value: Any, folder: pathlib.Path) -> Any:
    """Rewrite the relative paths in specs so that they mean the same from another folder."""
    if key not in PLACES or folder.resolve() == pathlib.Path.cwd().resolve():
        return value
    items = list(value) if isinstance(value, list | tuple) else [value]
    with _in_option(f"command line: {key}"):
        moved = [spec for each in items for spec in _moved_specs(registry, key, each, folder)]
    return moved[0] if key == "engine" else moved


def _moved_specs(registry: Registry, key: str, spec: Any, folder: pathlib.Path) -> Iterator[Any]:
    chains = look_up(registry, key, spec, None) if isinstance(spec, str) and spec.strip() else ()
    if not any(_relocated(link, folder) for chain in chains for link in chain.links):
        yield spec
        return
    for chain in chains:
        yield "+".join(link.with_values(_relocated(link, folder)).spec for link in chain.links)


def _relocated(link: Selected, folder: pathlib.Path) -> dict[str, pathlib.Path]:
    return {
        key: relocated(value, folder)
        for key, value in link.written.items()
        if isinstance(value, pathlib.Path) and is_relative(value)
    }


@contextmanager
def _in_option(name: str) -> Iterator[None]:
    """Let errors within this block begin with the option that they come from."""
    try:
        yield
    except FracorrError as error:
        error.args = (f"{name}: {error}",)
        raise
