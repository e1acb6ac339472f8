"""``fracorr fractalize``: put one picture through a chain of transforms."""

from __future__ import annotations

import pathlib
from typing import Annotated

import typer

from fracorr.cli.completion import completer
from fracorr.components import Kind


def fractalize(
    image: Annotated[pathlib.Path, typer.Argument(help="The picture; its alpha channel becomes the support.")],
    chain: Annotated[
        str,
        typer.Option(
            "-t", "--transform", help="Chain such as orbit-trap:degree=3.", autocompletion=completer(Kind.TRANSFORM)
        ),
    ],
    out: Annotated[pathlib.Path, typer.Option("-o", "--out", help="The picture to write: png, jpg, tif, webp or bmp.")],
    seed: Annotated[int, typer.Option(help="For transforms that draw at random.")] = 0,
    opaque: Annotated[bool, typer.Option("--opaque", help="Write the background instead of transparency.")] = False,
) -> None:
    """Turn a picture into a fractal."""
    from fracorr import api, images

    images.check_writable_format(out)
    kernel = api.fractalize(image, chain, seed=seed)
    images.write(out, kernel.pixels, None if opaque or kernel.has_full_support else kernel.support)
    typer.echo(str(out))
