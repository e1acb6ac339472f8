"""``fracorr fractalize``: put one picture through a chain of transforms."""

from __future__ import annotations

import itertools
import math
import pathlib
import shlex
import shutil
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from fracorr.cli.completion import completer
from fracorr.components import Kind
from fracorr.errors import ConfigurationError

if TYPE_CHECKING:
    from fracorr.kernel import Kernel
    from fracorr.selection import Chain


def fractalize(
    context: typer.Context,
    image: Annotated[
        str, typer.Argument(help="A picture, whose alpha channel becomes the support, or a spec such as gallery:face.")
    ],
    transforms: Annotated[
        list[str] | None,
        typer.Option(
            *("-t", "--transform"),
            help="Chain such as orbit-trap:degree=3+droste.",
            autocompletion=completer(Kind.TRANSFORM),
            show_default="orbit-trap",
        ),
    ] = None,
    out: Annotated[
        pathlib.Path | None, typer.Option("-o", "--out", help="The file to write: png, jpg, tif, webp, bmp; or gif.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="For transforms that draw at random.")] = 0,
    opaque: Annotated[bool, typer.Option("--opaque", help="Write the background instead of transparency.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Show the picture in the terminal.")] = False,
    animate: Annotated[
        str | None, typer.Option(metavar="SWEEP", help="Animate a parameter: degree=2..7 (gif, or a sheet of frames).")
    ] = None,
    frames: Annotated[int, typer.Option(min=2, max=500, help="How many frames an animation has.")] = 24,
    grid: Annotated[
        list[str] | None,
        typer.Option(metavar="SWEEP…", help="Contact sheet over parameters: degree=2,3,4 c=0.6-0.04i,0.3+0.5i."),
    ] = None,
) -> None:
    """Turn a picture into a fractal.

    fracorr fractalize eye.png -t orbit-trap:degree=3+kaleidoscope -o fractal.png

    fracorr fractalize eye.png -t orbit-trap --animate degree=2..7 -o degrees.gif

    fracorr fractalize eye.png -t orbit-trap --grid degree=2,3,4,5 -o sheet.png
    """
    from fracorr.api import kernel_from
    from fracorr.plugins import default_registry
    from fracorr.selection import select_chains

    more = context.args
    _check_options(image, out, preview=preview, animate=animate, grid=grid, more=more)
    chain = _one_chain(transforms)
    chains = select_chains(default_registry(), chain)
    if animate is not None and len(chains) > 1:
        raise ConfigurationError(f"'{chain}' stands for {len(chains)} chains; choose one to animate")
    result: Kernel | None
    kernel = kernel_from(image, default_registry(), seed)
    if grid or len(chains) > 1:
        result = _grid(kernel, chains, [*(grid or []), *more], seed)
    elif animate is not None:
        result = _animation(kernel, chains[0], animate, frames, seed, out)
    else:
        from fracorr.api import transform

        result = transform(kernel, chains[0], seed)
    if out is not None:
        _write(out, result, opaque=opaque)
        typer.echo(str(out))
    if preview and result is not None:
        _show(result)


def _one_chain(transforms: list[str] | None) -> str:
    chains = transforms or ["orbit-trap"]
    if len(chains) > 1:
        raise ConfigurationError(
            f"one chain at a time; to apply several transforms in a row write -t {'+'.join(chains)}"
        )
    return chains[0]


def _check_options(
    image: str,
    out: pathlib.Path | None,
    *,
    preview: bool,
    animate: str | None,
    grid: list[str] | None,
    more: list[str],
) -> None:
    """Refuse what cannot end well before anything is computed."""
    from fracorr import files, images

    if out is None and not preview:
        raise ConfigurationError("say where to put the picture (-o fractal.png), or ask for --preview")
    if more and not grid:
        raise ConfigurationError(f"one picture at a time: '{more[0]}' is one too many")
    if animate is not None and preview and out is not None and out.suffix.lower() == ".gif":
        raise ConfigurationError("--preview cannot show a moving picture; leave it out, or write a sheet (-o a.png)")
    if animate is not None and grid:
        raise ConfigurationError("--animate and --grid exclude each other; choose one")
    if out is not None and not (animate is not None and out.suffix.lower() == ".gif"):
        images.check_writable_format(out)
    if out is not None:
        # The picture itself, or the one in a spec such as file:face.png.
        files.refuse_overwriting([out], map(pathlib.Path, (image, image.partition(":")[2])), "-o", "fractal.png")


def _grid(kernel: Kernel, chains: tuple[Chain, ...], texts: list[str], seed: int) -> Kernel:
    """Lay the pictures for every combination of values out on one sheet, the last parameter running across."""
    from fracorr import images
    from fracorr.api import transform
    from fracorr.kernel import Kernel
    from fracorr.sheets import CELL, contact_sheet, fitted
    from fracorr.sweep import parse_sweep, varied

    swept = [(chain, [parse_sweep(each, chain) for text in texts for each in _words(text)]) for chain in chains]
    count = sum(math.prod(len(sweep.values) for sweep in sweeps) for _, sweeps in swept)
    most = images.pixel_limit() // CELL**2
    if count > most:
        raise ConfigurationError(f"{count:,} pictures are too many for one sheet; it holds {most:,}")
    items = []
    columns = None
    for chain, sweeps in swept:
        columns = len(sweeps[-1].values) if sweeps else None
        for values in itertools.product(*(sweep.values for sweep in sweeps)):
            labels = [sweep.label(value) for sweep, value in zip(sweeps, values, strict=True)]
            caption = "\n".join(labels if len(chains) == 1 else [chain.spec, *labels])
            drawn = transform(kernel, varied(chain, sweeps, values), seed)
            items.append((caption, fitted(drawn, CELL)))
    return Kernel(contact_sheet(items, columns=columns), name=f"{kernel.name} sheet")


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise ConfigurationError(f"--grid {text}: {error}") from None


def _animation(
    kernel: Kernel, chain: Chain, text: str, frames: int, seed: int, out: pathlib.Path | None
) -> Kernel | None:
    """Write an animated GIF, or return the frames on one sheet where another format is asked for."""
    from fracorr.api import transform
    from fracorr.kernel import Kernel
    from fracorr.sheets import CELL, contact_sheet, fitted, write_animation
    from fracorr.sweep import parse_sweep, varied

    sweep = parse_sweep(text, chain, frames)
    drawn = ((sweep.label(value), transform(kernel, varied(chain, [sweep], [value]), seed)) for value in sweep.values)
    if out is not None and out.suffix.lower() == ".gif":
        write_animation(out, (frame for _, frame in drawn))
        return None
    return Kernel(contact_sheet([(text, fitted(frame, CELL)) for text, frame in drawn]), name=f"{kernel.name} frames")


def _write(out: pathlib.Path, result: Kernel | None, *, opaque: bool) -> None:
    from fracorr import images

    if result is not None:
        images.write(out, result.pixels, None if opaque or result.has_full_support else result.support)


def _show(result: Kernel) -> None:
    from fracorr.sheets import terminal_picture

    size = shutil.get_terminal_size()
    typer.echo(terminal_picture(result, size.columns, max(1, size.lines - 2), color=sys.stdout.isatty()), color=True)
