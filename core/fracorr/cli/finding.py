"""``fracorr find``: a template in one picture or many, at any rotation and scale."""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fracorr.cli.completion import completer
from fracorr.components import Kind
from fracorr.errors import EXIT_USAGE, ConfigurationError, ImageError

if TYPE_CHECKING:
    from fracorr.cli.found import Found
    from fracorr.finding import Finder

EXIT_NOTHING_FOUND = 1


def find(
    template: Annotated[
        str,
        typer.Argument(
            metavar="TEMPLATE",
            help="What to look for: a picture, whose alpha channel says what counts, or a spec such as gallery:face.",
        ),
    ],
    scenes: Annotated[list[str], typer.Argument(metavar="SCENE", help="Pictures, folders, or quoted patterns.")],
    max_matches: Annotated[
        int, typer.Option("-n", "--max-matches", min=1, help="At most so many matches in each picture.")
    ] = 1,
    angles: Annotated[
        str, typer.Option(metavar="A..B", help="Angles looked at, in degrees, counter-clockwise.")
    ] = "0..360",
    scales: Annotated[str, typer.Option(metavar="A..B", help="Sizes looked at, in multiples of the template.")] = (
        "0.5..2"
    ),
    min_score: Annotated[
        float | None,
        typer.Option(
            min=-1, max=1, help="What a match must score; 0.5 by default, with methods such as sift whatever is best."
        ),
    ] = None,
    max_overlap: Annotated[float, typer.Option(min=0, max=1, help="How far matches may overlap (IoU).")] = 0.3,
    method: Annotated[
        str, typer.Option("-m", "--method", help="How to look.", autocompletion=completer(Kind.METHOD))
    ] = "harmonic",
    mirrored: Annotated[bool, typer.Option("--mirrored", help="Look for the mirror image too.")] = False,
    covered: Annotated[
        bool,
        typer.Option("--covered", help="Something else may hide a part of it; give a lower --min-score, too."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")] = False,
    draw: Annotated[
        pathlib.Path | None,
        typer.Option(metavar="PATH", help="Draw the matches: a picture, or a folder where there are many scenes."),
    ] = None,
) -> None:
    """Find a template in pictures, however it is turned and whatever its size.

    fracorr find logo.png photo.jpg --draw found.png

    fracorr find part.png 'frames/*.png' -n 5 --angles -30..30 --scales 1 --csv > parts.csv

    The exit code is 1 where nothing was found, and 2 where a picture could not be searched.
    """
    from fracorr.cli import found

    if as_json and as_csv:
        raise ConfigurationError("--json and --csv exclude each other; choose one")
    reach = _range(angles, "--angles", "0..360"), _range(scales, "--scales", "0.5..2")
    paths = _paths(scenes)
    drawings = _drawing_paths(draw, paths, template)
    finder = _finder(
        template,
        angles=reach[0],
        scales=reach[1],
        max_matches=max_matches,
        min_score=min_score,
        max_overlap=max_overlap,
        method=method,
        mirrored=mirrored,
        covered=covered,
    )
    if finder.caution:
        typer.echo(f"fracorr: note: {finder.caution}", err=True)
    printed = found.as_json if as_json else found.as_csv if as_csv else found.as_table
    all_found: list[Found] = []
    try:
        for each in _search(finder, paths, drawings):
            all_found.append(each)
    finally:
        # Whoever interrupts a long search keeps what it has found.
        if all_found:
            printed(all_found)
    if any(each.error for each in all_found):
        raise typer.Exit(EXIT_USAGE)
    if not any(each.matches for each in all_found):
        raise typer.Exit(EXIT_NOTHING_FOUND)


def _range(text: str, option: str, example: str) -> tuple[float, float]:
    """Read ``A..B``, or one number for both ends."""
    first, dots, last = text.partition("..")
    try:
        return float(first), float(last if dots else first)
    except ValueError:
        raise ConfigurationError(
            f"{option} {text!r} is not right: write a range such as {example}, or a number"
        ) from None


def _paths(scenes: list[str]) -> list[pathlib.Path]:
    from fracorr import files, images

    # A picture that several arguments stand for is searched once.
    return list(dict.fromkeys(path for scene in scenes for path in files.find(scene, images.READABLE)))


def _finder(template: str, **search: Any) -> Finder:
    from fracorr.api import kernel_from
    from fracorr.finding import Finder
    from fracorr.plugins import default_registry

    return Finder(kernel_from(template, default_registry(), 0), **search)


def _drawing_paths(draw: pathlib.Path | None, paths: list[pathlib.Path], template: str) -> list[pathlib.Path | None]:
    """Return where the drawing of each scene goes; what cannot be written is refused before anything is searched."""
    from fracorr import files, images

    if draw is None:
        return [None] * len(paths)
    if len(paths) == 1 and draw.suffix and not draw.is_dir():
        images.check_writable_format(draw)
        drawings = [draw]
    elif draw.suffix.lower() in images.WRITABLE and not draw.is_dir():
        raise ConfigurationError(
            f"--draw {draw} is one picture, but there are {len(paths)} scenes; give a folder: --draw {draw.stem}"
        )
    else:
        files.check_folder(draw)
        drawings = [draw / f"{files.slug(name)}.png" for name in files.distinct_names(paths)]
    files.refuse_overwriting(drawings, [*paths, pathlib.Path(template)], "--draw", "found")
    return [*drawings]


def _search(finder: Finder, paths: list[pathlib.Path], drawings: list[pathlib.Path | None]) -> Iterator[Found]:
    """Search each picture; one that cannot be read costs only itself where there are several."""
    from rich.console import Console
    from rich.progress import track

    from fracorr.cli.found import Found
    from fracorr.drawing import draw_matches
    from fracorr.images import write
    from fracorr.scene import Scene

    tasks = track(
        list(zip(paths, drawings, strict=True)),
        "searching",
        console=Console(stderr=True),
        transient=True,
        disable=len(paths) == 1 or not sys.stderr.isatty(),
    )
    for path, drawing in tasks:
        try:
            scene = Scene(path)
            matches = finder.find(scene)
        except ImageError as error:
            if len(paths) == 1:
                raise
            yield Found(path, (), str(error))
            continue
        if drawing is not None:
            write(drawing, draw_matches(scene.pixels, matches))
        yield Found(path, tuple(matches))
