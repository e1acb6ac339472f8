"""What the commands of ``fracorr features`` print and draw."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from fracorr.errors import ConfigurationError
from fracorr_features import options

if TYPE_CHECKING:
    from fracorr.kernel import Kernel
    from fracorr_features.models import Model
    from fracorr_features.objectives import Target
    from fracorr_features.rendering import Feature
    from fracorr_features.settings import Settings


#: A single record of more fields than this is printed downwards.
_WIDE: Final = 6


def rendered(
    model: Model, layer: str, targets: tuple[Target, ...], settings: Settings, batch: int = 8
) -> tuple[Feature, ...]:
    """Render with a progress bar, and say which units did not respond."""
    from fracorr_features.batches import render_in_batches

    with options.progress_bar(len(targets) * settings.steps) as advance:
        features = tuple(render_in_batches(model, layer, targets, settings, advance, batch))
    for feature in features:
        if not feature.responded:
            typer.echo(
                f"unit {feature.target.label} of {layer or 'the output'} did not respond: it may be dead, or its "
                "activation is a function that cannot be bypassed; then try the layer inside",
                err=True,
            )
    return features


def write(features: Sequence[Feature], layer: str, output: Path) -> list[Path]:
    """Write one image as it is, several as a contact sheet, or each into a folder; return the files."""
    from fracorr import images

    # A name without an ending is a folder.
    if output.is_dir() or not output.suffix:
        prefix = layer or "output"
        return [
            images.write(output / f"{prefix}-{each.target.label}.png", each.pixels, each.support) for each in features
        ]
    if len(features) == 1:
        return [images.write(output, features[0].pixels, features[0].support)]
    draw([each.kernel(each.target.label) for each in features], output, 8, 128)
    return [output]


def report(features: Sequence[Feature], written: Sequence[Path], as_json: bool) -> None:
    """Print what came of each unit, and where it is."""
    files = written if len(written) == len(features) else [written[0]] * len(features)
    rows = [
        {
            "unit": each.target.label,
            "start": float(f"{each.start:.5g}"),
            "activation": float(f"{each.activation:.5g}"),
            "file": str(path),
        }
        for each, path in zip(features, files, strict=True)
    ]
    records(rows, as_json)


def records(rows: Sequence[Mapping[str, object]], as_json: bool) -> None:
    """Print records as JSON or as a table."""
    if as_json:
        typer.echo(json.dumps(list(rows), indent=2, ensure_ascii=False))
        return
    titles = list(dict.fromkeys(title for row in rows for title in row))
    if len(rows) == 1 and len(titles) > _WIDE:
        for title in titles:
            typer.echo(f"{title + ':':24}{rows[0][title]}")
        return
    lines = [titles] + [[str(row.get(title, "")) for title in titles] for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    for line in lines:
        typer.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def matching_layers(model: Model, pattern: str) -> list[dict[str, object]]:
    """Return the layers whose names match, with their units."""
    from fracorr_features.inspection import layers

    known = layers(model)
    found: list[dict[str, object]] = [
        {"layer": each.name, "units": f"0…{each.units - 1}"}
        for each in known
        if fnmatch.fnmatchcase(each.name, pattern)
    ]
    if not found:
        raise ConfigurationError(
            f"model '{model.name}' has no layer '{pattern}'; its layers are {', '.join(each.name for each in known)}"
        )
    return found


def unit_facts(model: Model, layer: str, units: tuple[int, ...]) -> list[dict[str, object]]:
    """Return what the 16 sample photographs do to units."""
    from fracorr_features.probe import Probe
    from fracorr_features.reference import yardsticks

    probe = Probe(model, layer, model.input.size or 224)
    for unit in units:
        probe.check_unit(unit)
    return [
        {
            "unit": each.unit,
            "highest": float(f"{each.place:.5g}"),
            "highest mean": float(f"{each.whole:.5g}"),
            "photograph": each.photograph,
        }
        for each in yardsticks(probe, units)
    ]


def first_units(model: Model, layer: str, count: int) -> tuple[int, ...]:
    """Return the first units of a layer, at most `count`."""
    from fracorr_features.probe import Probe

    return tuple(range(min(count, Probe(model, layer, model.input.size or 96).units)))


def unit_kernels(model: Model, layer: str, units: tuple[int, ...], settings: Settings) -> list[Kernel]:
    """Render units and return the images as kernels, named by unit."""
    from fracorr_features.objectives import Target

    features = rendered(model, layer, tuple(Target(unit) for unit in units), settings, batch=12)
    return [each.kernel(each.target.label) for each in features]


def gallery_kernels(pattern: str, tag: str) -> list[Kernel]:
    """Return kernels of the gallery."""
    from fracorr_features.gallery import Gallery

    return [each.kernel() for each in Gallery(pattern, tag).chosen()]


def draw(kernels: Sequence[Kernel], output: Path, columns: int, cell: int) -> None:
    """Write a contact sheet with the kernels' names below them."""
    from fracorr import images
    from fracorr.sheets import contact_sheet

    items = [(each.name, each) for each in kernels]
    images.write(output, contact_sheet(items, columns=min(columns, len(items)), cell=cell))


def enlarge(kernel: Kernel, output: Path, side: int) -> None:
    """Write a kernel with its longer side at `side` pixels, over a checkerboard."""
    from fracorr import images
    from fracorr.sheets import over_checkers
    from fracorr_features.preparation import prepared

    images.write(output, over_checkers(prepared(kernel, size=side)))
