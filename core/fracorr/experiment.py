"""The experiment: lists of specs whose cross product is the trials."""

from __future__ import annotations

import os
import pathlib
import tomllib
from collections.abc import Mapping
from typing import Any

import attrs

from fracorr import toml_text
from fracorr.assignments import Assignment, Place, Plain
from fracorr.errors import ConfigurationError, nearest
from fracorr.experiment_fields import (
    ComponentTable,
    Origin,
    as_engine,
    as_folder,
    as_path,
    as_reporters,
    as_specs,
    as_sweep,
    as_whole,
    check_engine,
    check_some,
    check_specs,
    check_sweep,
    check_whole,
    folder_text,
)
from fracorr.specs import NO_TRANSFORM


@attrs.frozen(kw_only=True)
class Experiment:
    """What is to be tried: every kernel × chain of transforms × scene × method.

    Parameters
    ----------
    kernels, scenes, methods : str or sequence of str
        Specs; at least one each. A path stands for the files there, a glob on a name for all that match.
    transforms : str or sequence of str, optional
        Chains of specs joined with ``+``; ``"none"``, the default, is the kernel as it is.
    reporters : str or sequence of str, or mapping of str to mapping, optional
        Specs of what shows the results; or names with tables of options.
    seed : int, optional
        Where all randomness starts.
    engine : str or mapping, optional
        Spec of where the trials execute; or a table with its ``name`` and its options. By default ``"process"``: on
        all cores of this machine.
    sweep : mapping of str to sequence or str, optional
        Parameters and the values that they run through, a sequence or a range such as ``"2..7"``, by
        ``"component.parameter"``: every spec above that has the component is multiplied. Where kernels and scenes
        have a component of the same name, ``"kernels.component.parameter"`` means only one of them.
    folder : path, optional
        What relative paths are relative to; by default the current folder.
    origin : Origin, optional
        Where it was written down, for messages.

    Raises
    ------
    ConfigurationError
        If a list is empty, holds something twice or something that is no text.

    Examples
    --------
    >>> Experiment(kernels="gallery:face*", transforms=["none", "orbit-trap"], scenes="samples:astronaut",
    ...            methods="tm_*", sweep={"orbit-trap.degree": "2..4"}).seed
    0
    """

    kernels: tuple[str, ...] = attrs.field(converter=as_specs, validator=check_some)
    transforms: tuple[str, ...] = attrs.field(default=(NO_TRANSFORM,), converter=as_specs, validator=check_some)
    scenes: tuple[str, ...] = attrs.field(converter=as_specs, validator=check_some)
    methods: tuple[str, ...] = attrs.field(converter=as_specs, validator=check_some)
    reporters: tuple[str | ComponentTable, ...] = attrs.field(default=(), converter=as_reporters, validator=check_specs)
    seed: int = attrs.field(default=0, converter=as_whole, validator=check_whole)
    engine: str | ComponentTable | None = attrs.field(default=None, converter=as_engine, validator=check_engine)
    sweep: tuple[tuple[str, str | tuple[Plain, ...]], ...] = attrs.field(
        default=(), converter=as_sweep, validator=check_sweep
    )
    # Two experiments that say the same are the same, wherever they were written down.
    folder: pathlib.Path | None = attrs.field(default=None, converter=as_path, eq=False)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)

    def _repr_html_(self) -> str:
        from fracorr.notebook import experiment_html

        return experiment_html(self)

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        """The sweep, as it is carried out."""
        return tuple(Assignment(Place.parse(key), values) for key, values in self.sweep)

    def place(self, key: str, item: str | None = None) -> str:
        """Say where a key, or an item of its value, was written down."""
        return key if self.origin is None else self.origin.place(key, item)

    @classmethod
    def from_mapping(
        cls,
        values: Mapping[str, object],
        where: str | Origin = "experiment",
        folder: pathlib.Path | None = None,
    ) -> Experiment:
        """Make an experiment of named values, as they stand in a TOML file.

        Raises
        ------
        ConfigurationError
            For an unknown or missing key, or a value of the wrong type.
        """
        origin = Origin(where) if isinstance(where, str) else where
        known = [field.name for field in attrs.fields(cls) if field.name != "origin"]
        for key in values:
            if key not in known:
                hint = nearest(key, known) or "."
                raise ConfigurationError(
                    f"{origin.place(key)}: there is no key '{key}'{hint} Known are: {', '.join(known)}"
                )
        missing = [key for key in ("kernels", "scenes", "methods") if key not in values]
        if missing:
            raise ConfigurationError(f"{origin.name}: '{missing[0]}' is missing; give at least one spec")
        given = dict(values)
        with origin.blamed():
            given["folder"] = as_folder(given.get("folder"), folder)
            return cls(**given, origin=origin)  # type: ignore[arg-type]

    @classmethod
    def from_toml(cls, path: str | os.PathLike[str], overrides: Mapping[str, Any] | None = None) -> Experiment:
        """Read an experiment file.

        Relative paths in it are relative to the folder that the file is in, or to the one that its key ``folder``
        names.

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
        values, text = read_toml(location)
        given = frozenset(overrides or ())
        origin = Origin(f"experiment '{location}'", text, given)
        return cls.from_mapping({**values, **(overrides or {})}, origin, location.absolute().parent)

    def to_toml(self, beside: str | os.PathLike[str] | None = None) -> str:
        """Write the experiment as the text of a file that :meth:`from_toml` reads.

        Parameters
        ----------
        beside : path, optional
            The folder that the file will be in: where that is inside the experiment's folder, both can be moved
            together.
        """
        lines = [
            toml_text.assignment(key, getattr(self, key)) for key in ("kernels", "transforms", "scenes", "methods")
        ]
        if all(isinstance(each, str) for each in self.reporters):
            lines.append(toml_text.assignment("reporters", self.reporters))
        lines.append(toml_text.assignment("seed", self.seed))
        if isinstance(self.engine, str):
            lines.append(toml_text.assignment("engine", self.engine))
        if self.folder is not None:
            lines.append(toml_text.assignment("folder", folder_text(self.folder, beside)))
        for title, table in self._tables().items():
            lines += ["", f"[{title}]", *(toml_text.assignment(key, value) for key, value in table.items())]
        return "\n".join(lines) + "\n"

    def _tables(self) -> dict[str, dict[str, Any]]:
        tables: dict[str, dict[str, Any]] = {}
        if any(isinstance(each, ComponentTable) for each in self.reporters):
            tables["reporters"] = {
                each.name: each.to_dict() for each in self.reporters if isinstance(each, ComponentTable)
            }
        if isinstance(self.engine, ComponentTable):
            tables["engine"] = {"name": self.engine.name, **self.engine.to_dict()}
        if self.sweep:
            tables["sweep"] = dict(self.sweep)
        return tables


def read_toml(path: pathlib.Path) -> tuple[dict[str, Any], str]:
    """Read the values and the text of an experiment file.

    Raises
    ------
    ConfigurationError
        If it cannot be read or is not TOML.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text), text
    except OSError as error:
        raise ConfigurationError(f"experiment '{path}' cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"experiment '{path}' is not valid TOML: {error}") from error
