"""The options that several commands of ``fracorr features`` share, and what they amount to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fracorr.errors import ConfigurationError

if TYPE_CHECKING:
    from fracorr_features.models import Model
    from fracorr_features.settings import Settings

MODEL_HELP = "mobilenet_v1, mobilenet_v2, squeezenet, onet, or your own package.module:factory."

RequiredModel = Annotated[str, typer.Option("--model", "-m", help=MODEL_HELP)]
OptionalModel = Annotated[str | None, typer.Option("--model", "-m", help=f"{MODEL_HELP} Without it: the gallery.")]
Weights = Annotated[
    Path | None, typer.Option("--weights", "-w", help="A .safetensors file, or a .pt or .pth state dictionary.")
]
LayerName = Annotated[str, typer.Option("--layer", "-l", help="Name of the layer; left out, the model's output.")]
Units = Annotated[list[str] | None, typer.Option("--unit", "-u", help="Units, as 97 or 6,7,14-20 (repeatable).")]
Channels = Annotated[int | None, typer.Option(help="Channels of the model's pictures: 1 (gray) or 3 (RGB).")]
InputRange = Annotated[
    str | None, typer.Option(metavar="LOW,HIGH", help="What black and white become; for example -1,1. [default: 0,1]")
]
Mean = Annotated[str | None, typer.Option(help="Subtracted after that: one number, or one per channel a,b,c.")]
Std = Annotated[str | None, typer.Option(help="Divided by after that: one number, or one per channel a,b,c.")]
Others = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Any other setting: learning_rate, decay, jitter, zoom, rotation, transparency, input_size, threads.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")]


def all_units(texts: list[str] | None) -> tuple[int, ...]:
    """Read every ``--unit`` option; none stands for unit 0."""
    from fracorr_features.choices import units

    return tuple(dict.fromkeys(unit for text in texts or ["0"] for unit in units(text)))


def open_model(
    name: str,
    weights: Path | None,
    channels: int | None = None,
    input_range: str | None = None,
    mean: str | None = None,
    std: str | None = None,
) -> Model:
    """Make the model that the options describe."""
    from fracorr_features import choices
    from fracorr_features.extra import require_torch

    format_ = choices.input_format(
        name,
        channels,
        choices.numbers(input_range, "--input-range") if input_range else (),
        choices.numbers(mean, "--mean") if mean else (),
        choices.numbers(std, "--std") if std else (),
    )
    require_torch()
    from fracorr_features.models import load_model

    return load_model(name, weights, format_)


def settings_from(values: dict[str, object], others: list[str] | None) -> Settings:
    """Make settings of options and of ``--set NAME=VALUE``."""
    from fracorr.parameters import build
    from fracorr_features.settings import Settings

    given = {key: value for key, value in values.items() if value is not None}
    for text in others or []:
        name, equals, value = text.partition("=")
        if not equals:
            raise ConfigurationError(f"--set {text!r} is not NAME=VALUE")
        given[name.strip().replace("-", "_")] = value
    made: Settings = build(Settings, "rendering", given)
    return made


@contextmanager
def progress_bar(total: int) -> Iterator[Callable[[int, float], None]]:
    """Show a bar with the objective's value on the standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    with Progress(
        TextColumn("rendering"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f}%  objective {task.fields[value]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    ) as bar:
        task = bar.add_task("rendering", total=total, value="…")

        def advance(count: int, value: float) -> None:
            bar.update(task, advance=count, value=f"{value:.4g}")

        yield advance
