"""How the keys of an experiment are read and checked, and how errors say where they stand."""

from __future__ import annotations

import enum
import numbers
import os
import pathlib
import re
import reprlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import Any, Final

import attrs

from fracorr import toml_text
from fracorr.assignments import Place, Plain
from fracorr.errors import ConfigurationError
from fracorr.values import plain

#: Where trials execute unless somebody says otherwise.
DEFAULT_ENGINE: Final = "process"
#: The same where plugins are not installed, so that other processes do not know them.
LOCAL_ENGINE: Final = "serial"


@attrs.frozen
class Origin:
    """Where an experiment was written down, for messages.

    Attributes
    ----------
    name : str
        Such as ``"experiment 'exp.toml'"``.
    text : str
        The file's text.
    given : frozenset of str
        The keys that options have put in the file's place.
    """

    name: str
    text: str = ""
    given: frozenset[str] = frozenset()

    def place(self, key: str, item: str | None = None) -> str:
        """Say where a key, or an item of its value, stands."""
        if key in self.given:
            return f"command line: {key}"
        line = toml_text.line_of(self.text, key, item)
        return f"{self.name}{f', line {line}' if line else ''}: {key}"

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Let errors of single keys within this block begin with where the key stands."""
        try:
            yield
        except KeyedError as error:
            raise ConfigurationError(f"{self.place(error.key, error.item)}: {error.message}") from None


@attrs.frozen
class ComponentTable:
    """A component whose parameters stand in a TOML table instead of a spec string."""

    name: str
    values: tuple[tuple[str, Plain], ...] = ()

    def __str__(self) -> str:
        return f"{self.name} {toml_text.literal(self.to_dict())}"

    def to_dict(self) -> dict[str, Plain]:
        """Return the parameters as a table."""
        return dict(self.values)


class KeyedError(ConfigurationError):
    """What is wrong with one key; whoever knows the file says where it stands."""

    def __init__(self, key: str, message: str, item: str | None = None) -> None:
        super().__init__(f"{key}: {message}")
        self.key, self.message, self.item = key, message, item


def as_specs(value: Any) -> Any:
    """Make a tuple of a spec or a list of them."""
    # What is neither text nor a list is left for the validator, which knows the name of the key.
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def as_reporters(value: Any) -> Any:
    """Make a tuple of specs, or of tables where the reporters are given with theirs."""
    if not isinstance(value, Mapping):
        return as_specs(value)
    return tuple(_table(name, options, f"reporters.{name}") for name, options in value.items())


def as_engine(value: Any) -> Any:
    """Keep a spec, and make a component of a table."""
    if not isinstance(value, Mapping):
        return value
    name = value.get("name", DEFAULT_ENGINE)
    if not isinstance(name, str):
        raise KeyedError("engine.name", f"the name of an engine is needed, not {_shown(name)}")
    return _table(name, {key: each for key, each in value.items() if key != "name"}, "engine")


def _table(name: str, options: Any, key: str) -> ComponentTable:
    if not isinstance(name, str):
        raise KeyedError("reporters", f"the name of a component is needed, not {name!r}")
    if not isinstance(options, Mapping):
        raise KeyedError(key, f"a table of options is needed, such as {{}}, not {_shown(options)}")
    return ComponentTable(name, tuple((each, _plain(value, f"{key}.{each}")) for each, value in options.items()))


def _shown(value: Any) -> str:
    try:
        return toml_text.literal(value)
    except TypeError:
        return reprlib.repr(value)


def as_sweep(value: Any) -> tuple[tuple[str, str | tuple[Plain, ...]], ...]:
    """Make pairs of a place and its values."""
    if isinstance(value, tuple) and all(isinstance(each, tuple) and len(each) == 2 for each in value):
        return value
    if not isinstance(value, Mapping):
        raise KeyedError("sweep", f"a table is needed, such as [sweep], not {_shown(value)}")
    return tuple((key, _sweep_values(key, each)) for key, each in _flat(value))


def _flat(table: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    # Without quotes, orbit-trap.degree is a table in a table.
    for key, value in table.items():
        if not isinstance(key, str):
            raise KeyedError("sweep", f"{key!r} does not name a parameter; write component.parameter")
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value


def _sweep_values(key: str, value: Any) -> str | tuple[Plain, ...]:
    where = f"sweep.{key}"
    if isinstance(value, str):
        return value
    if isinstance(value, Set):
        raise KeyedError(where, "a list of values is needed; a set has no order")
    if isinstance(value, bool | int | float | complex | pathlib.PurePath | enum.Enum) or not isinstance(
        value, Iterable
    ):
        shown = toml_text.literal(_plain(value, where))
        raise KeyedError(where, f"a list of values is needed, such as [{shown}], or a range such as '2..7'")
    found = tuple(_plain(each, where) for each in value)
    if not found:
        raise KeyedError(where, "at least one value is needed")
    twice = next((each for number, each in enumerate(found) if _is_in(each, found[:number])), None)
    if twice is not None:
        raise KeyedError(where, f"{toml_text.literal(twice)} stands there twice")
    return found


def _is_in(value: Plain, others: Sequence[Plain]) -> bool:
    return any(value == other and type(value) is type(other) for other in others)


def _plain(value: Any, key: str) -> Plain:
    simple = plain(value)
    try:
        toml_text.literal(simple)
    except TypeError:
        raise KeyedError(key, f"{reprlib.repr(value)} is no value of a parameter") from None
    if isinstance(simple, Mapping):
        raise KeyedError(key, f"{reprlib.repr(value)} is no value of a parameter")
    return simple  # type: ignore[no-any-return]


def check_specs(_: object, attribute: attrs.Attribute[Any], value: tuple[object, ...]) -> None:
    """Refuse what is no spec, and what stands there twice."""
    for spec in value:
        if isinstance(spec, ComponentTable) and attribute.name == "reporters":
            continue
        if hasattr(spec, "__array__") or hasattr(spec, "pixels"):
            raise KeyedError(
                attribute.name,
                f"a spec string or a path is needed, not the pixels of {type(spec).__name__}: save it as a picture and "
                "name the file, or use fracorr.find or fracorr.correlate",
            )
        if not isinstance(spec, str) or not spec.strip() or not _is_unicode(spec):
            raise KeyedError(
                attribute.name,
                f"{reprlib.repr(spec)} is not a spec string such as 'name:value,key=value' or a path",
            )
    if len({type(spec) for spec in value}) > 1:
        raise KeyedError(attribute.name, "either spec strings or tables of options, not both")
    twice = sorted({spec for spec in value if isinstance(spec, str) and value.count(spec) > 1})
    if twice:
        raise KeyedError(attribute.name, f"{twice[0]!r} stands there twice", twice[0])


def _is_unicode(text: str) -> bool:
    return re.search("[\ud800-\udfff]", text) is None


def check_some(instance: object, attribute: attrs.Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
    """Refuse an empty list too: the product would be empty."""
    check_specs(instance, attribute, value)
    if not value:
        raise KeyedError(attribute.name, "at least one spec is needed")


def as_whole(value: Any) -> Any:
    """Make a plain number of NumPy's whole numbers; whatever else it is stays as it is."""
    return int(value) if isinstance(value, numbers.Integral) and not isinstance(value, bool) else value


def check_whole(_: object, attribute: attrs.Attribute[int], value: int) -> None:
    """Refuse what is no whole number from 0."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise KeyedError(attribute.name, f"a whole number is needed, not {value!r}")
    if value < 0:
        raise KeyedError(attribute.name, f"it must be 0 or more, not {value}")


def check_engine(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse what is neither a spec nor a table."""
    if value is not None and not isinstance(value, ComponentTable) and not (isinstance(value, str) and value.strip()):
        raise KeyedError(attribute.name, f"a spec string is needed, not {value!r}")


def check_sweep(_: object, __: object, value: tuple[tuple[str, Any], ...]) -> None:
    """Refuse keys that name no parameter, or one parameter twice."""
    keys = [key for key, _ in value]
    for key in keys:
        if keys.count(key) > 1:
            raise KeyedError(f"sweep.{key}", "this parameter stands there twice")
        try:
            place = Place.parse(key)
        except ConfigurationError as error:
            raise KeyedError(f"sweep.{key}", str(error)) from None
        if place.list in ("reporters", "engine"):
            raise KeyedError(f"sweep.{key}", f"only what makes trials can be swept, not {place.list}")


def as_folder(value: object, base: pathlib.Path | None) -> pathlib.Path | None:
    """Return the folder that a file's key names, seen from the folder of the file."""
    if value is None:
        return base
    if not isinstance(value, str | pathlib.Path):
        raise KeyedError("folder", f"a path is needed, not {value!r}")
    try:
        return ((base or pathlib.Path.cwd()) / pathlib.Path(value).expanduser()).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise KeyedError("folder", f"{str(value)!r} is no folder: {error}") from None


def as_path(value: str | os.PathLike[str] | None) -> pathlib.Path | None:
    """Make a path absolute: an experiment means the same wherever it is sent."""
    if not isinstance(value, str | os.PathLike | None):
        raise KeyedError("folder", f"a path is needed, not {value!r}")
    return None if value is None else pathlib.Path(value).absolute()


def folder_text(folder: pathlib.Path, beside: str | os.PathLike[str] | None) -> str:
    """Write a folder: relative for a file inside it, so that both can be moved together, else absolute."""
    whole = folder.resolve()
    if beside is None or not pathlib.Path(beside).resolve().is_relative_to(whole):
        return str(whole)
    return pathlib.Path(os.path.relpath(whole, pathlib.Path(beside).resolve())).as_posix()
