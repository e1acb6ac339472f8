"""A component's parameters are the fields of its attrs class: described, filled in, and written as a spec."""

from __future__ import annotations

import functools
import inspect
import re
import sys
import types
import typing
from collections.abc import Mapping
from typing import Any

import attrs

from fracorr import specs, values
from fracorr.errors import ConfigurationError, FracorrError, nearest

_METADATA = "fracorr.parameter"
_RANGE = re.compile(r"[-+0-9.eEij]*[0-9ij]\.\.[-+0-9.eEij]+(:[0-9]+)?")


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
        return values.describe_type(self.type)

    @property
    def is_number(self) -> bool:
        """Whether it takes a single number, so that it can run through a range."""
        several = typing.get_origin(self.type) in (typing.Union, types.UnionType)
        members = typing.get_args(self.type) if several else (self.type,)
        return any(member in (int, float, complex) for member in members)

    @property
    def default_text(self) -> str:
        return "" if self.required else values.to_text(self.default)

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
    known: Any = cls
    return _derived(known)


@functools.cache
def _derived(cls: Any) -> tuple[Parameter, ...]:
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


def build(cls: type[Any], name: str, given: Mapping[str, object], bare: str | None = None) -> Any:
    """Make a component from the values of a spec.

    Parameters
    ----------
    cls : type
        The component's attrs class.
    name : str
        Its name, for messages.
    given : mapping of str to object
        Parameter values by name; text is read according to the parameter's type, anything else must have that type.
    bare : str, optional
        The value that stood alone, for the main parameter.

    Raises
    ------
    ConfigurationError
        For an unknown, missing or ill-typed parameter, with what it takes.
    """
    parameters = {each.name: each for each in parameters_of(cls)}
    main = main_parameter(cls)
    if bare is not None:
        if main is None:
            raise ConfigurationError(f"'{name}' takes no parameters, but got {bare!r}")
        if main.name in given:
            raise ConfigurationError(f"'{name}' got {main.name!r} twice: {bare!r} and {given[main.name]!r}")
        given = {main.name: bare, **given}
    converted: dict[str, object] = {}
    for key, value in given.items():
        if key not in parameters:
            known = ", ".join(parameters) or "no parameters"
            raise ConfigurationError(
                f"'{name}' has no parameter '{key}'{nearest(key, parameters) or '.'} It takes: {known} "
                f"(fracorr plugins show {name} explains them)"
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
            return values.from_text(parameter.type, value)
        return values.checked(parameter.type, value)
    except ValueError as error:
        raise ConfigurationError(
            f"'{name}': {parameter.name}={value!r} is not right: it takes {parameter.takes}"
            + (f" ({error})" if str(error) else "")
            + _hint_at_sweep(parameter, value, name)
        ) from None


def _hint_at_sweep(parameter: Parameter, value: object, name: str) -> str:
    """Say where a range is right, to whoever wrote one."""
    if not parameter.is_number or not isinstance(value, str) or not _RANGE.fullmatch(value):
        return ""
    return f"; a range of values is swept: fracorr run --sweep {name}.{parameter.name}={value}"


def values_of(component: object) -> dict[str, Any]:
    """Return every parameter of a component with its value, defaults included."""
    return {each.name: getattr(component, each.name) for each in parameters_of(type(component))}


def spec_of(name: str, component: object) -> str:
    """Write the shortest spec string that makes this component again: only what differs from the defaults."""
    differing = {
        each.name: values.to_text(getattr(component, each.name))
        for each in parameters_of(type(component))
        if each.required or getattr(component, each.name) != each.default
    }
    marked = next((each.name for each in parameters_of(type(component)) if each.main), None)
    return specs.format_spec(name, differing, marked)


def _reason(error: Exception) -> str:
    # attrs' validators put the message first and objects for machines after it.
    return str(error.args[0]) if error.args else type(error).__name__
