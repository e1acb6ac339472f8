"""The JSON schema of experiment files, derived from what is installed: editors complete names and values by it."""

from __future__ import annotations

import enum
import pathlib
import types
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

from fracorr import values
from fracorr.components import Component, Kind
from fracorr.errors import FracorrError
from fracorr.parameters import Parameter
from fracorr.plugins import Registry

Schema: TypeAlias = dict[str, Any]

_PLAIN: dict[Any, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    pathlib.Path: {"type": "string"},
    complex: {"type": "string", "examples": ["0.6-0.04i"]},
    type(None): {"const": "none"},
}
_LISTS = {
    "kernels": (Kind.SOURCE, "Kernel sources, or paths of image files"),
    "transforms": (Kind.TRANSFORM, "Chains of transforms joined with +; none is the kernel as it is"),
    "scenes": (Kind.SCENES, "Scene sources, or paths of image files"),
    "methods": (Kind.METHOD, "Correlation methods"),
    "reporters": (Kind.REPORTER, "What shows the results"),
}


def experiment_schema(registry: Registry) -> Schema:
    """Return the schema of an experiment file (JSON Schema, draft 2020-12).

    Names are offered, not imposed: globs, chains, paths and specs with parameters are right as well.

    Parameters
    ----------
    registry : Registry
        Whose components are described.
    """
    described: dict[Kind, Schema] = {kind: _described(registry, kind) for kind in Kind if kind is not Kind.COMMAND}
    properties: Schema = {key: _specs(registry, kind, about) for key, (kind, about) in _LISTS.items()}
    reporters = described[Kind.REPORTER]
    properties["reporters"] = {"anyOf": [properties["reporters"], _tables(reporters, "reporter")]}
    properties["seed"] = {"type": "integer", "minimum": 0, "default": 0, "description": "Where all randomness starts"}
    properties["folder"] = {"type": "string", "description": "What relative paths are relative to"}
    properties["engine"] = {"anyOf": [_spec(registry, Kind.ENGINE), _engine_table(described[Kind.ENGINE])]}
    properties["sweep"] = _sweep(described)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "fracorr experiment",
        "type": "object",
        "additionalProperties": False,
        "required": ["kernels", "scenes", "methods"],
        "properties": properties,
        "$defs": {kind.key: components for kind, components in described.items()},
    }


def type_schema(kind: Any) -> Schema:
    """Return the schema of the values of one parameter's type."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return {"anyOf": [type_schema(member) for member in get_args(kind)]}
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    if origin is tuple:
        members = get_args(kind)
        if members[-1:] == (...,):
            return {"type": "array", "items": type_schema(members[0])}
        listed = [type_schema(member) for member in members]
        return {"type": "array", "prefixItems": listed, "minItems": len(listed), "maxItems": len(listed)}
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return {"enum": [member.value for member in kind]}
    return dict(_PLAIN.get(kind, {}))


def _described(registry: Registry, kind: Kind) -> Schema:
    """Return each component of a kind as the schema of a table of its parameters."""
    return {registry.usable_name(each): _component(each) for each in registry.components(kind)}


def _component(component: Component) -> Schema:
    try:
        parameters = component.parameters()
    except FracorrError as error:  # an extra is missing, or the plugin is broken: there is no more to say about it
        return {"description": f"{component.spec.summary} ({error})", "type": "object"}
    return {
        "description": component.spec.summary,
        "type": "object",
        "additionalProperties": False,
        "properties": {each.name: _parameter(each) for each in parameters},
        "required": [each.name for each in parameters if each.required],
    }


def _parameter(parameter: Parameter) -> Schema:
    unit = f" ({parameter.unit})" if parameter.unit else ""
    described = {**type_schema(parameter.type), "description": parameter.help + unit}
    if not parameter.required:
        described["default"] = _default(parameter.default)
    return described


def _default(value: object) -> object:
    """Return a default as an experiment file may have it: numbers and lists as such, anything else as text."""
    if isinstance(value, tuple | list):
        return [_default(each) for each in value]
    return value if isinstance(value, bool | int | float) else values.to_text(value)


def _spec(registry: Registry, kind: Kind) -> Schema:
    return {"type": "string", "anyOf": [{"enum": list(registry.usable_names(kind))}, {"type": "string"}]}


def _specs(registry: Registry, kind: Kind, about: str) -> Schema:
    one = _spec(registry, kind)
    listed = {"type": "array", "items": one, "uniqueItems": True}
    return {"description": about, "anyOf": [listed, one]}


def _tables(components: Schema, kind: str) -> Schema:
    listed = {name: {"$ref": f"#/$defs/{kind}/{_pointer(name)}"} for name in components}
    return {"type": "object", "properties": listed}


def _engine_table(engines: Schema) -> Schema:
    choices = [
        {
            "properties": {"name": {"const": name}, **described.get("properties", {})},
            "required": ["name", *described.get("required", [])],
            "additionalProperties": False,
        }
        for name, described in engines.items()
    ]
    return {"type": "object", "oneOf": choices}


def _sweep(described: dict[Kind, Schema]) -> Schema:
    """Return what the table ``sweep`` holds: for each parameter a list of values, or a range as text."""
    swept: Schema = {}
    for kind in (Kind.SOURCE, Kind.TRANSFORM, Kind.SCENES, Kind.METHOD):
        for name, component in described[kind].items():
            for parameter, about in component.get("properties", {}).items():
                swept[f"{name}.{parameter}"] = {
                    "description": about["description"],
                    "anyOf": [{"type": "array"}, {"type": "string"}],
                }
    return {"type": "object", "description": "Parameters and the values they run through", "properties": swept}


def _pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
