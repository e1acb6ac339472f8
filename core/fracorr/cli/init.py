"""``fracorr init``: a commented experiment file to start from."""

from __future__ import annotations

import pathlib
import shlex
from typing import Annotated

import typer

from fracorr.errors import ConfigurationError


def init(
    file: Annotated[pathlib.Path, typer.Argument(help="The file to write.")] = pathlib.Path("experiment.toml"),
) -> None:
    """Write an experiment file that explains itself and runs as it is; an existing file is left alone."""
    import importlib.resources

    from fracorr.files import writable, write_text

    if file.suffix.lower() != ".toml":
        raise ConfigurationError(f"an experiment file ends in .toml: write {file.with_suffix('.toml')}")
    if file.exists():
        raise ConfigurationError(f"'{file}' is there already; choose another name, or remove it first")
    template = importlib.resources.files("fracorr") / "experiments" / "start.toml"
    named = writable(shlex.quote(str(file)))
    write_text(file, template.read_text(encoding="utf-8").replace("FILE", named))
    typer.echo(f"{file}")
    typer.echo(f"now: fracorr run {named}", err=True)
