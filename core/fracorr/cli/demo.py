"""``fracorr demo``: the blog post's experiment on bundled pictures."""

from __future__ import annotations

import pathlib
from typing import Annotated

import typer


def demo(
    out: Annotated[pathlib.Path, typer.Option(help="Folder for the results.")] = pathlib.Path("fracorr-demo"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Repeat the blog post's experiment: plain and fractal kernels over photographs, by six methods.

    It needs no network and under a minute, prints a table, and leaves figures in a folder.
    """
    import importlib.resources

    from fracorr.cli.carrying_out import carry_out
    from fracorr.experiment import Experiment

    with importlib.resources.as_file(importlib.resources.files("fracorr") / "experiments" / "demo.toml") as file:
        experiment = Experiment.from_toml(file)
    carry_out(experiment, out, as_json=as_json)
