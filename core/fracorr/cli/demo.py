"""``fracorr demo``: the claim's experiment in small, on bundled pictures."""

from __future__ import annotations

import pathlib
from typing import Annotated

import typer

from fracorr.cli.carrying_out import AsJson, carry_out


def demo(
    out: Annotated[pathlib.Path, typer.Option(help="Folder for the results.")] = pathlib.Path("fracorr-demo"),
    as_json: AsJson = False,
) -> None:
    """The claim's experiment in small: plain and fractal kernels of faces, controls, six methods.

    It needs no network and under a minute, prints a table and a verdict, and leaves figures in a folder.
    """
    from fracorr.cli.shipped import shipped

    carry_out(shipped("demo"), out, as_json=as_json)
