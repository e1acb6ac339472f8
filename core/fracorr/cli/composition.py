"""What ``fracorr run`` and ``fracorr show-config`` share: the options that an experiment is composed of."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from fracorr.cli.completion import completer
from fracorr.components import Kind
from fracorr.errors import ConfigurationError

if TYPE_CHECKING:
    from fracorr.experiment import Experiment


def _specs(short: str, long: str, help: str, kind: Kind) -> Any:
    return typer.Option(short, long, metavar="SPEC", help=help, autocompletion=completer(kind))


Files: TypeAlias = Annotated[
    list[pathlib.Path] | None, typer.Argument(metavar="[EXPERIMENT.toml]", help="An experiment file to start from.")
]
Kernels: TypeAlias = Annotated[
    list[str] | None,
    _specs("-k", "--kernel", "Kernel source, or image files: a path or a quoted pattern.", Kind.SOURCE),
]
Transforms: TypeAlias = Annotated[
    list[str] | None,
    _specs("-t", "--transform", "Chain of transforms joined with +; default: none.", Kind.TRANSFORM),
]
Scenes: TypeAlias = Annotated[
    list[str] | None,
    _specs("-s", "--scene", "Scene source, or image files: a path or a quoted pattern.", Kind.SCENES),
]
Methods: TypeAlias = Annotated[
    list[str] | None,
    _specs("-m", "--method", "Correlation method, or a quoted pattern such as 'tm_*'.", Kind.METHOD),
]
Reporters: TypeAlias = Annotated[
    list[str] | None,
    _specs("-r", "--reporter", "Reporter; default: table and json.", Kind.REPORTER),
]
Seed: TypeAlias = Annotated[int | None, typer.Option(help="Where all randomness starts.", show_default="0")]
Engine: TypeAlias = Annotated[
    str | None,
    typer.Option(
        help="Where the trials execute, such as serial or process:workers=2.",
        autocompletion=completer(Kind.ENGINE),
        show_default="process",
    ),
]
Settings: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Set any key: seed=7, engine.workers=4, or a component's parameter wherever it is: orbit-trap.degree=3.",
    ),
]
Sweeps: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--sweep",
        metavar="KEY=VALUES",
        help="Let a component's parameter run through values: orbit-trap.degree=2,3,5 or =2..7 or =0.5..2:4.",
    ),
]


def composed(
    files: list[pathlib.Path] | None,
    *,
    settings: list[str] | None,
    sweeps: list[str] | None,
    seed: int | None,
    **given: Any,
) -> Experiment:
    """Put together what a file and options say."""
    from fracorr.composing import compose
    from fracorr.plugins import default_registry

    chosen = {key: value for key, value in given.items() if value}
    if seed is not None:
        chosen["seed"] = seed
    file = _one_experiment_file(files) if files else None
    if file is None:
        _need_the_lists({*chosen, *(setting.partition("=")[0].strip() for setting in settings or ())})
    return compose(file, chosen, settings or (), sweeps or (), default_registry())


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


def _need_the_lists(chosen: set[str]) -> None:
    options = {"kernels": "-k", "scenes": "-s", "methods": "-m"}
    missing = [f"{option} ({key})" for key, option in options.items() if key not in chosen]
    if missing:
        raise ConfigurationError(
            f"an experiment needs {', '.join(missing)}; for example: "
            "fracorr run -k gallery:face -t orbit-trap -s samples:astronaut -m tm_ccoeff_normed"
        )
