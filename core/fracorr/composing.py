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
from fracorr.experiment_fields import DEFAULT_ENGINE, ComponentTable, Origin
from fracorr.plugins import Registry
from fracorr.resolving import from_table, look_up, not_selected
from fracorr.selection import Chain, Selected, is_relative, relocated

#: What shows the results where neither the file nor an option says it.
DEFAULT_REPORTERS: Final = ("table", "json")

_KEYS = (*PLACES, "seed", "sweep")


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
        current one.
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
    folder = file.absolute().parent if file is not None else None
    if folder is not None:
        base = folder / from_file["folder"] if isinstance(from_file.get("folder"), str) else folder
        chosen = {key: _moved(registry, key, value, base) for key, value in chosen.items()}
    ours = frozenset(chosen) | frozenset(f"sweep.{each.partition('=')[0].strip()}" for each in sweeps)
    origin = Origin(f"experiment '{file}'" if file is not None else "command line", text, ours)
    experiment = Experiment.from_mapping({"reporters": DEFAULT_REPORTERS, **from_file, **chosen}, origin, folder)
    for place, value in inner:
        experiment = _set(experiment, place, value, registry)
    for sweep in sweeps:
        experiment = _with_sweep(experiment, sweep, registry)
    return experiment


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
            written = _written(experiment, key, registry)
            found = [(text, look_up(registry, key, text, experiment.folder)) for text in written]
            selected += [link for _, chains in found for chain in chains for link in chain.links]
            touched = [any(setting.concerns(key, chain) for chain in chains) for _, chains in found]
            if any(touched):
                pairs = zip(found, touched, strict=True)
                after = [each for pair, changed in pairs for each in _texts(key, *pair, setting if changed else None)]
                changes[key] = after[0] if key == "engine" else tuple(after)
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


def _texts(key: str, text: str, chains: tuple[Chain, ...], setting: Assignment | None) -> Iterator[str]:
    if setting is None:
        yield text
        return
    for chain in chains:
        for changed, _ in assigned(key, chain, [setting]):
            yield changed.spec


def _with_sweep(experiment: Experiment, sweep: str, registry: Registry) -> Experiment:
    """Add a sweep, or replace the one over the same parameter."""
    with _in_option(f"--sweep {sweep}"):
        key, equals, text = (part.strip() for part in sweep.partition("="))
        if not equals or not text:
            raise ConfigurationError("it is not of the form component.parameter=2,3,5 or component.parameter=2..7")
        place = Place.parse(key)
        found = read_values(registry, place, text, several=True, folder=experiment.folder)
        rest = {each: values for each, values in experiment.sweep if not _is_same(Place.parse(each), place)}
        return attrs.evolve(experiment, sweep={**rest, str(place): found})


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
