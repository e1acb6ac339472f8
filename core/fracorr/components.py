"""What a plugin offers: the record that it yields, and the record together with where it came from."""

from __future__ import annotations

import enum
import importlib
import re
from typing import TYPE_CHECKING, Any

import attrs

from fracorr.errors import FracorrError, PluginError
from fracorr.raised import described
from fracorr.validators import named

if TYPE_CHECKING:
    from fracorr.parameters import Parameter

#: The component interface that this version of fracorr implements.
API = 1

# At least two characters, so that a chain's "+" can be told from the "+" of a complex number such as 1+i.
_NAME = re.compile(r"[a-z][a-z0-9_-]+")
_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


class Kind(enum.Enum):
    """The kinds of component, with the hook that offers each and the methods that its class must have."""

    SOURCE = ("source", "kernel source", "fracorr_kernel_sources", ("kernels|kernels_of",))
    TRANSFORM = ("transform", "transform", "fracorr_fractal_transforms", ("apply",))
    SCENES = ("scenes", "scene source", "fracorr_scene_sources", ("scenes",))
    METHOD = ("method", "method", "fracorr_correlation_methods", ("correlate",))
    REPORTER = ("reporter", "reporter", "fracorr_reporters", ("begin", "record", "end"))
    ENGINE = ("engine", "engine", "fracorr_engines", ("execute",))
    COMMAND = ("command", "command", "fracorr_commands", ())

    def __init__(self, key: str, label: str, hook: str, methods: tuple[str, ...]) -> None:
        self.key = key
        self.label = label
        self.hook = hook
        self.methods = methods


def _check_name(_: object, __: attrs.Attribute[str], value: str) -> None:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise PluginError(
            f"component name {value!r} is not allowed: use at least two lower-case letters, digits, '-' or '_', "
            "beginning with a letter"
        )


def _check_target(_: object, __: attrs.Attribute[str], value: str) -> None:
    if not isinstance(value, str) or not _TARGET.fullmatch(value):
        raise PluginError(f"component target {value!r} is not of the form 'package.module:ClassName'")


@attrs.frozen
class ComponentSpec:
    """One thing that a plugin offers, named but not yet imported.

    Parameters
    ----------
    name : str
        The name that people type: lower-case letters, digits, ``-`` and ``_``, at least two characters.
    summary : str
        One line for listings.
    target : str
        Where the class is, as ``"package.module:ClassName"``. It is a frozen attrs class; its fields are the
        component's parameters.
    api : int, optional
        The component interface it was written for (now 1). A newer one than fracorr knows gives a warning.
    """

    name: str = attrs.field(validator=_check_name)
    summary: str = attrs.field(validator=attrs.validators.instance_of(str))
    target: str = attrs.field(validator=_check_target)
    api: int = attrs.field(default=API, validator=attrs.validators.instance_of(int))


@attrs.frozen
class Component:
    """A :class:`ComponentSpec` with its kind and the plugin that it came from."""

    spec: ComponentSpec
    kind: Kind
    plugin: str
    distribution: str
    version: str

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def qualified_name(self) -> str:
        """The name that stays unambiguous when two distributions offer the same one."""
        return f"{self.distribution}/{self.spec.name}"

    @property
    def origin(self) -> str:
        """Whose it is, for messages."""
        return f"plugin '{self.plugin}' of {self.distribution} {self.version}".rstrip()

    def load(self) -> Any:
        """Import the target class and check that it has what its kind must have.

        A command's target is a typer application, any other an attrs class.

        Raises
        ------
        PluginError
            If it cannot be imported, is no attrs class, or lacks a method.
        MissingDependencyError
            If the target says that an extra is not installed.
        """
        module_name, _, class_name = self.spec.target.partition(":")
        try:
            target = getattr(importlib.import_module(module_name), class_name)
        except FracorrError:
            raise
        except Exception as error:
            raise PluginError(
                f"{self.kind.label} '{self.name}' ({self.origin}) cannot be loaded from {self.spec.target}: "
                f"{described(error)}"
            ) from error
        if self.kind is Kind.COMMAND:
            return target
        if not (isinstance(target, type) and attrs.has(target)):
            raise PluginError(
                f"{self.kind.label} '{self.name}' ({self.origin}): {self.spec.target} is not an attrs class; "
                "decorate it with @attrs.frozen"
            )
        for method in self.kind.methods:
            if not any(callable(getattr(target, name, None)) for name in method.split("|")):
                raise PluginError(
                    f"{self.kind.label} '{self.name}' ({self.origin}): {self.spec.target} has no method "
                    f"{method.replace('|', ' or ')}"
                )
        named(target, self.name)
        return target

    def parameters(self) -> tuple[Parameter, ...]:
        """The component's parameters, derived from the fields of its class (which is imported for it)."""
        from fracorr.parameters import parameters_of

        return parameters_of(self.load())
