"""The experiment: lists of specs whose cross product is the trials."""

from __future__ import annotations

import os
import pathlib
import reprlib
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from fracorr.errors import ConfigurationError, nearest
from fracorr.specs import NO_TRANSFORM

_SPEC_LISTS = ("kernels", "transforms", "scenes", "methods", "reporters")


def _specs(value: str | Sequence[str]) -> tuple[str, ...]:
    # What is neither text nor a list is left for the validator, which knows the name of the key.
    return tuple(value) if isinstance(value, list | tuple) else (value,)  # type: ignore[return-value]


def _check_specs(_: object, attribute: attrs.Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
    for spec in value:
        if not isinstance(spec, str) or not spec.strip():
            raise ConfigurationError(
                f"{attribute.name}: {reprlib.repr(spec)} is not a spec string such as 'name:value,key=value' or a path"
            )
    twice = sorted({spec for spec in value if value.count(spec) > 1})
    if twice:
        raise ConfigurationError(f"{attribute.name}: {twice[0]!r} stands there twice")


def _check_some(instance: object, attribute: attrs.Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
    _check_specs(instance, attribute, value)
    if not value:
        raise ConfigurationError(f"{attribute.name}: at least one spec is needed")


def _check_whole(_: object, attribute: attrs.Attribute[int], value: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ConfigurationError(f"{attribute.name}: a whole number is needed, not {value!r}")
    if value < 0:
        raise ConfigurationError(f"{attribute.name}: it must be 0 or more, not {value}")


@attrs.frozen(kw_only=True)
class Experiment:
    """What is to be tried: every kernel × chain of transforms × scene × method.

    Parameters
    ----------
    kernels, scenes, methods : str or sequence of str
        Specs; at least one each. A path stands for the files there, a glob on a name for all that match.
    transforms : str or sequence of str, optional
        Chains of specs joined with ``+``; ``"none"``, the default, is the kernel as it is.
    reporters : str or sequence of str, optional
        Specs of what shows the results.
    seed : int, optional
        Where all randomness starts.
    engine : str, optional
        Spec of where the trials execute.

    Raises
    ------
    ConfigurationError
        If a list is empty, holds something twice or something that is no text.

    Examples
    --------
    >>> Experiment(kernels="gallery:face*", transforms=["none", "orbit-trap"], scenes="samples:astronaut",
    ...            methods="tm_*").seed
    0
    """

    kernels: tuple[str, ...] = attrs.field(converter=_specs, validator=_check_some)
    transforms: tuple[str, ...] = attrs.field(default=(NO_TRANSFORM,), converter=_specs, validator=_check_some)
    scenes: tuple[str, ...] = attrs.field(converter=_specs, validator=_check_some)
    methods: tuple[str, ...] = attrs.field(converter=_specs, validator=_check_some)
    reporters: tuple[str, ...] = attrs.field(default=(), converter=_specs, validator=_check_specs)
    seed: int = attrs.field(default=0, validator=_check_whole)
    engine: str = "serial"

    @classmethod
    def from_mapping(cls, values: Mapping[str, object], where: str = "experiment") -> Experiment:
        """Make an experiment of named values, as they stand in a TOML file.

        Raises
        ------
        ConfigurationError
            For an unknown or missing key, or a value of the wrong type.
        """
        known = [field.name for field in attrs.fields(cls)]
        for key in values:
            if key not in known:
                raise ConfigurationError(
                    f"{where}: there is no key '{key}'{nearest(key, known) or '.'} Known are: {', '.join(known)}"
                )
        missing = [key for key in ("kernels", "scenes", "methods") if key not in values]
        if missing:
            raise ConfigurationError(f"{where}: '{missing[0]}' is missing; give at least one spec")
        if not isinstance(values.get("engine", ""), str):
            raise ConfigurationError(f"{where}: engine: a spec string is needed, not {values['engine']!r}")
        try:
            return cls(**values)  # type: ignore[arg-type]
        except ConfigurationError as error:
            raise ConfigurationError(f"{where}: {error}") from None

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str], overrides: Mapping[str, Any] | None = None) -> Experiment:
        """Read an experiment file.

        Parameters
        ----------
        path : path
            A TOML file with the parameters of this class as keys.
        overrides : mapping, optional
            Values that replace the file's.

        Raises
        ------
        ConfigurationError
            If it cannot be read, is not TOML, or does not describe an experiment.
        """
        location = pathlib.Path(path)
        try:
            values = tomllib.loads(location.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigurationError(f"experiment '{location}' cannot be read: {error.strerror or error}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"experiment '{location}' is not valid TOML: {error}") from error
        return cls.from_mapping({**values, **(overrides or {})}, f"experiment '{location}'")

    def to_toml(self) -> str:
        """Write the experiment as the text of a file that :meth:`from_toml` reads."""
        lines = []
        for key in _SPEC_LISTS:
            items = ", ".join(_toml_text(spec) for spec in getattr(self, key))
            lines.append(f"{key} = [{items}]")
        lines.append(f"seed = {self.seed}")
        lines.append(f"engine = {_toml_text(self.engine)}")
        return "\n".join(lines) + "\n"


def _toml_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    for character in map(chr, (*range(0x20), 0x7F)):
        escaped = escaped.replace(character, f"\\u{ord(character):04X}")
    return f'"{escaped}"'
