"""``fracorr run``: compose an experiment and carry it out."""

from __future__ import annotations

import datetime
import pathlib
from typing import Annotated, Any

import typer

from fracorr.cli.carrying_out import AsJson, FailFast, MaxFailures, RetryFailed
from fracorr.cli.completion import completer
from fracorr.components import Kind
from fracorr.errors import ConfigurationError


def _specs(short: str, long: str, help: str, kind: Kind) -> Any:
    return typer.Option(short, long, metavar="SPEC", help=help, autocompletion=completer(kind))


def run(
    files: Annotated[
        list[pathlib.Path] | None, typer.Argument(metavar="[EXPERIMENT.toml]", help="An experiment file to start from.")
    ] = None,
    kernels: Annotated[
        list[str] | None,
        _specs("-k", "--kernel", "Kernel source, or image files: a path or a quoted pattern.", Kind.SOURCE),
    ] = None,
    transforms: Annotated[
        list[str] | None,
        _specs("-t", "--transform", "Chain of transforms joined with +; default: none.", Kind.TRANSFORM),
    ] = None,
    scenes: Annotated[
        list[str] | None,
        _specs("-s", "--scene", "Scene source, or image files: a path or a quoted pattern.", Kind.SCENES),
    ] = None,
    methods: Annotated[
        list[str] | None,
        _specs("-m", "--method", "Correlation method, or a quoted pattern such as 'tm_*'.", Kind.METHOD),
    ] = None,
    reporters: Annotated[
        list[str] | None,
        _specs("-r", "--reporter", "Reporter; default: table and json.", Kind.REPORTER),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Where all randomness starts.", show_default="0")] = None,
    engine: Annotated[
        str | None,
        typer.Option(help="Where the trials execute.", autocompletion=completer(Kind.ENGINE), show_default="serial"),
    ] = None,
    out: Annotated[
        pathlib.Path | None, typer.Option(help="Folder for the results.", show_default="runs/DATE-TIME")
    ] = None,
    retry_failed: RetryFailed = False,
    fail_fast: FailFast = False,
    max_failures: MaxFailures = None,
    as_json: AsJson = False,
) -> None:
    """Carry out an experiment: every kernel × transform × scene × method.

    Each option may be given several times. What is given here takes the place of the file's list.

    fracorr run -k gallery:face -t none -t orbit-trap -s samples:astronaut -m 'tm_*' -r figures
    """
    from fracorr.cli.carrying_out import carry_out
    from fracorr.experiment import Experiment

    given: dict[str, Any] = {
        "kernels": kernels,
        "transforms": transforms,
        "scenes": scenes,
        "methods": methods,
        "reporters": reporters,
        "seed": seed,
        "engine": engine,
    }
    chosen = {key: value for key, value in given.items() if value}
    if seed is not None:
        chosen["seed"] = seed
    if files:
        experiment = Experiment.from_toml(_one_experiment_file(files), chosen)
    else:
        _need_the_lists(chosen)
        experiment = Experiment.from_mapping({"reporters": ["table", "json"], **chosen}, "command line")
    carry_out(
        experiment,
        out or _default_folder(),
        as_json=as_json,
        retry_failed=retry_failed,
        fail_fast=fail_fast,
        max_failures=max_failures,
    )


def _one_experiment_file(files: list[pathlib.Path]) -> pathlib.Path:
    """Return the experiment file; what else stands there was most likely spread out by the shell."""
    for file in files:
        if file.suffix.lower() != ".toml":
            raise ConfigurationError(
                f"'{file}' is not an experiment file (.toml); each picture needs its own -k or -s, and a pattern needs "
                "quotes: -s 'photos/*.jpg'"
            )
    if len(files) > 1:
        raise ConfigurationError(f"one experiment at a time: '{files[1]}' is one too many")
    return files[0]


def _need_the_lists(chosen: dict[str, Any]) -> None:
    options = {"kernels": "-k", "scenes": "-s", "methods": "-m"}
    missing = [f"{option} ({key})" for key, option in options.items() if key not in chosen]
    if missing:
        raise ConfigurationError(
            f"an experiment needs {', '.join(missing)}; for example: "
            "fracorr run -k gallery:face -t orbit-trap -s samples:astronaut -m tm_ccoeff_normed"
        )


def _default_folder() -> pathlib.Path:
    now = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    folder = pathlib.Path("runs", now)
    number = 2
    while folder.exists():
        folder = pathlib.Path("runs", f"{now}-{number}")
        number += 1
    return folder
