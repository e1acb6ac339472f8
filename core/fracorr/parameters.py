"""A component's parameters are the fields of its attrs class: described, read from text, checked, written back."""

from __future__ import annotations

import enum
import inspect
import math
import pathlib
import re
import sys
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Literal, Union, get_args, get_origin

import attrs

from fracorr import specs
from fracorr.errors import ConfigurationError, FracorrError, nearest

_COMPLEX = re.compile(r"[-+0-9.eEij ]+")
_TRUE_FALSE = {"true": True, "false": False}
_METADATA = "fracorr.parameter"


@attrs.frozen
class Parameter:
    """One parameter of a component, as help texts, listings and schemas show it."""

    name: str
    type: Any
    default: Any = attrs.NOTHING
    help: str = ""
    unit: str = ""
    main: bool = False

    @property
    def required(self) -> bool:
        return self.default is attrs.NOTHING

    @property
    def takes(self) -> str:
        """What a value looks like, in words."""
        return describe_type(self.type)

    @property
    def default_text(self) -> str:
        return "" if self.required else to_text(self.default)

    def __str__(self) -> str:
        unit = f" in {self.unit}" if self.unit else ""
        default = "required" if self.required else f"default {self.default_text}"
        return f"{self.name} ({self.takes}{unit}; {default})"


def parameter(help: str, *, unit: str = "", main: bool = False) -> dict[str, Any]:
    """Describe a parameter, in the ``metadata`` of an attrs field.

    Parameters
    ----------
    help : str
        One line: what it does.
    unit : str, optional
        Its unit, for example ``"px"`` or ``"degrees"``.
    main : bool, optional
        Whether a bare value in a spec string (``name:value``) goes to this parameter. Without any main parameter
        the first one takes it.

    Examples
    --------
    >>> import attrs
    >>> @attrs.frozen
    ... class Blur:
    ...     sigma: float = attrs.field(default=1.0, metadata=parameter("Width of the Gaussian", unit="px"))
    >>> [str(each) for each in parameters_of(Blur)]
    ['sigma (a number in px; default 1.0)']
    """
    return {_METADATA: {"help": help, "unit": unit, "main": main}}


def parameters_of(cls: type[Any]) -> tuple[Parameter, ...]:
    """Return the parameters of a component class, in the order of its fields."""
    described = []
    for field in attrs.fields(cls):
        if not field.init:
            continue
        default = field.default
        if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
            default = default.factory()
        about = field.metadata.get(_METADATA, {})
        described.append(Parameter(field.alias or field.name, _type_of(cls, field), default, **about))
    return tuple(described)


def main_parameter(cls: type[Any]) -> Parameter | None:
    """Return the parameter that a bare value goes to: the one marked as main, else the first."""
    parameters = parameters_of(cls)
    return next((each for each in parameters if each.main), parameters[0] if parameters else None)


def _type_of(cls: type[Any], field: attrs.Attribute[Any]) -> Any:
    """Return the type of one field, its annotation evaluated where it was written.

    Only the parameters are looked at: other fields may be annotated with names that exist for type checkers alone.
    """
    owner = next(base for base in cls.__mro__ if field.name in inspect.get_annotations(base))
    annotated = types.SimpleNamespace(__annotations__={field.name: inspect.get_annotations(owner)[field.name]})
    return typing.get_type_hints(annotated, vars(sys.modules[owner.__module__]))[field.name]


def build(cls: type[Any], name: str, values: Mapping[str, object], bare: str | None = None) -> Any:
    """Make a component from the values of a spec.

    Parameters
    ----------
    cls : type
        The component's attrs class.
    name : str
        Its name, for messages.
    values : mapping of str to object
        Parameter values; text is read according to the parameter's type, anything else must have that type.
    bare : str, optional
        The value that stood alone, for the main parameter.

    Raises
    ------
    ConfigurationError
        For an unknown, missing or ill-typed parameter, with what it takes.
    """
    parameters = {each.name: each for each in parameters_of(cls)}
    main = main_parameter(cls)
    given: dict[str, object] = dict(values)
    if bare is not None:
        if main is None:
            raise ConfigurationError(f"'{name}' takes no parameters, but got {bare!r}")
        if main.name in given:
            raise ConfigurationError(f"'{name}' got {main.name!r} twice: {bare!r} and {given[main.name]!r}")
        given = {main.name: bare, **given}
    converted: dict[str, object] = {}
    for key, value in given.items():
        if key not in parameters:
            known = "; ".join(str(each) for each in parameters.values()) or "no parameters"
            raise ConfigurationError(
                f"'{name}' has no parameter '{key}'{nearest(key, parameters) or '.'} It takes: {known}"
            )
        converted[key] = convert(parameters[key], value, name)
    missing = [str(each) for each in parameters.values() if each.required and each.name not in converted]
    if missing:
        raise ConfigurationError(f"'{name}' needs {'; '.join(missing)}")
    try:
        return cls(**converted)
    except FracorrError:
        raise
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"'{name}': {_reason(error)}") from error


def convert(parameter: Parameter, value: object, name: str) -> object:
    """Read one value for a parameter of the component `name`; text is parsed, typed values are checked strictly."""
    try:
        if isinstance(value, str):
            return from_text(parameter.type, value)
        return _check(parameter.type, value)
    except ValueError as error:
        raise ConfigurationError(
            f"'{name}': {parameter.name}={value!r} is not right: it takes {parameter.takes}"
            + (f" ({error})" if str(error) else "")
        ) from None


def from_text(kind: Any, text: str) -> Any:
    """Read a value of the type `kind` from text.

    Raises
    ------
    ValueError
        If the text is not such a value.
    """
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _from_union(kind, text)
    if origin is Literal:
        for choice in get_args(kind):
            if text == str(choice):
                return choice
        raise ValueError(nearest(text, [str(choice) for choice in get_args(kind)]).lstrip("; "))
    if origin is tuple:
        return _check(kind, tuple(from_text(*pair) for pair in _pair_items(kind, _items(text))))
    if kind in _READERS:
        return _READERS[kind](text)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind(text)
    return text


def to_text(value: object) -> str:
    """Write a value so that :func:`from_text` reads it back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "none"
    if isinstance(value, complex):
        sign = "-" if math.copysign(1.0, value.imag) < 0 else "+"
        return f"{value.real!r}{sign}{abs(value.imag)!r}i"
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, tuple | list):
        return "[" + ",".join(to_text(item) for item in value) + "]"
    return str(value)


def values_of(component: object) -> dict[str, Any]:
    """Return every parameter of a component with its value, defaults included."""
    return {each.name: getattr(component, each.name) for each in parameters_of(type(component))}


def spec_of(name: str, component: object) -> str:
    """Write the shortest spec string that makes this component again: only what differs from the defaults."""
    differing = {
        each.name: to_text(getattr(component, each.name))
        for each in parameters_of(type(component))
        if each.required or getattr(component, each.name) != each.default
    }
    marked = next((each.name for each in parameters_of(type(component)) if each.main), None)
    return specs.format_spec(name, differing, marked)


def describe_type(kind: Any) -> str:
    """Say in words what a value of the type `kind` looks like."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return " or ".join("none" if each is type(None) else describe_type(each) for each in get_args(kind))
    if origin is Literal:
        return "one of " + ", ".join(str(choice) for choice in get_args(kind))
    if origin is tuple:
        inner = [each for each in get_args(kind) if each is not Ellipsis]
        if Ellipsis in get_args(kind):
            return f"a list [a,b,…], each {describe_type(inner[0])}"
        return "a list [" + ",".join("abcdefgh"[: len(inner)]) + f"], each {describe_type(inner[0])}"
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return "one of " + ", ".join(str(member.value) for member in kind)
    words = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        complex: "a complex number such as 0.6-0.04i",
        pathlib.Path: "a path",
        str: "text",
    }
    return words.get(kind, getattr(kind, "__name__", str(kind)))


def _reason(error: Exception) -> str:
    # attrs' validators put the message first and objects for machines after it.
    return str(error.args[0]) if error.args else type(error).__name__


def _from_union(kind: Any, text: str) -> Any:
    members = get_args(kind)
    if type(None) in members and text.lower() == "none":
        return None
    for member in members:
        if member is type(None):
            continue
        try:
            return from_text(member, text)
        except ValueError:
            continue
    raise ValueError


def _items(text: str) -> list[str]:
    inner = text.strip()
    if inner[:1] in ("[", "(") and inner[-1:] in ("]", ")"):
        inner = inner[1:-1]
    separator = "," if "," in inner else ":"
    return [specs.unquote(item) for item in specs.split_outside(inner, separator)] if inner.strip() else []


def _pair_items(kind: Any, items: list[Any]) -> list[tuple[Any, Any]]:
    inner = get_args(kind)
    if Ellipsis in inner:
        return [(inner[0], item) for item in items]
    if len(inner) != len(items):
        raise ValueError(f"{len(inner)} values are needed, {len(items)} came")
    return list(zip(inner, items, strict=True))


def _bool(text: str) -> bool:
    if text.lower() not in _TRUE_FALSE:
        raise ValueError
    return _TRUE_FALSE[text.lower()]


def _int(text: str) -> int:
    if not re.fullmatch(r"[-+]?\d+", text):
        raise ValueError
    return int(text)


def _float(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError from None  # what float() says is no help to somebody who typed a spec
    return _finite(number)


def _path(text: str) -> pathlib.Path:
    if not text:
        raise ValueError
    return pathlib.Path(text)


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("it must be finite")
    return number


def _complex(text: str) -> complex:
    if not _COMPLEX.fullmatch(text):
        raise ValueError
    try:
        number = complex(text.replace(" ", "").replace("i", "j"))
    except ValueError:
        raise ValueError from None
    if not (math.isfinite(number.real) and math.isfinite(number.imag)):
        raise ValueError("it must be finite")
    return number


_READERS: dict[Any, Callable[[str], Any]] = {
    bool: _bool,
    int: _int,
    float: _float,
    complex: _complex,
    pathlib.Path: _path,
}


def _check(kind: Any, value: Any) -> Any:
    """Check a value that already has a type, as it comes from TOML or from Python: exact, nothing is coerced."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        for member in get_args(kind):
            try:
                return _check(member, value)
            except ValueError:
                continue
        raise ValueError
    if origin is Literal:
        if value in get_args(kind) and not isinstance(value, bool):
            return value
        raise ValueError
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError
        return tuple(
            from_text(each, item) if isinstance(item, str) else _check(each, item)
            for each, item in _pair_items(kind, list(value))
        )
    if not _is_exactly(kind, value):
        raise ValueError
    if kind is complex:
        return _complex(to_text(complex(value)))
    return _finite(float(value)) if kind is float else value


def _is_exactly(kind: Any, value: object) -> bool:
    """Whether a value is of a type; a bool is no number, and a whole number is also a number."""
    if kind is type(None):
        return value is None
    if kind in (float, complex):
        allowed = (int, float) if kind is float else (int, float, complex)
        return isinstance(value, allowed) and not isinstance(value, bool)
    return isinstance(kind, type) and isinstance(value, kind) and (kind is bool) == isinstance(value, bool)


__all__ = [
    "Parameter",
    "build",
    "convert",
    "describe_type",
    "from_text",
    "main_parameter",
    "parameter",
    "parameters_of",
    "spec_of",
    "to_text",
    "values_of",
]
