"""The command ``fracorr features``: render, look at and choose feature images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from fracorr_features import options, presenting
from fracorr_features.options import (
    Channels,
    InputRange,
    Json,
    LayerName,
    Mean,
    OptionalModel,
    Others,
    RequiredModel,
    Std,
    Units,
    Weights,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Render, list, look at and choose images of what a network has learned.",
)

#: What makes a scan cheap: small pictures, few and long steps.
SCAN: Final[dict[str, object]] = {"size": 96, "steps": 48, "learning_rate": 0.07}
#: How many units a scan covers when none are named.
SCAN_UNITS: Final = 48

Output = Annotated[Path, typer.Option("--output", "-o", help="The picture to write.")]
Pattern = Annotated[str, typer.Argument(metavar="[PATTERN]", help="Names in the gallery, as face*.")]
Tag = Annotated[str, typer.Option(help="Only kernels of the gallery with such a tag.")]
Columns = Annotated[int, typer.Option(help="Images side by side.", min=1)]


@app.command()
def render(
    model: RequiredModel,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="A PNG: the image, or a contact sheet of several; or a folder for each."),
    ],
    weights: Weights = None,
    layer: LayerName = "",
    unit: Units = None,
    objective: Annotated[str, typer.Option(help="neuron, channel, layer, logit or direction.")] = "channel",
    minus: Annotated[int | None, typer.Option(help="A unit whose activation is subtracted.")] = None,
    direction: Annotated[str, typer.Option(help="For the objective direction: weights of units, 3=1,17=-0.5.")] = "",
    alpha: Annotated[bool, typer.Option(help="Optimise opacity too; it becomes the support.")] = False,
    maco: Annotated[bool, typer.Option("--maco", help="Optimise phases only, under natural magnitudes.")] = False,
    size: Annotated[int, typer.Option(help="Side in pixels.")] = 128,
    steps: Annotated[int, typer.Option(help="Steps of the optimisation.")] = 256,
    seed: Annotated[int, typer.Option(help="The same seed gives the same image.")] = 0,
    batch: Annotated[int, typer.Option(help="Images in one pass.", min=1)] = 8,
    channels: Channels = None,
    input_range: InputRange = None,
    mean: Mean = None,
    std: Std = None,
    others: Others = None,
    as_json: Json = False,
) -> None:
    """Render the images that units of a model respond to most."""
    values: dict[str, object] = {
        "objective": objective,
        "alpha": alpha,
        "parameterization": "maco" if maco else "fourier",
        "size": size,
        "steps": steps,
        "seed": seed,
    }
    settings = options.settings_from(values, others)
    opened = options.open_model(model, weights, channels, input_range, mean, std)
    from fracorr_features import choices
    from fracorr_features.objectives import targets_from

    targets = targets_from(settings.objective, options.all_units(unit), minus, choices.direction(direction))
    features = presenting.rendered(opened, layer, targets, settings, batch)
    presenting.report(features, presenting.write(features, layer, output), as_json)


@app.command()
def layers(
    model: Annotated[str, typer.Argument(help=options.MODEL_HELP)],
    weights: Weights = None,
    size: Annotated[int | None, typer.Option(help="Side in pixels of the picture put through.")] = None,
    channels: Channels = None,
    as_json: Json = False,
) -> None:
    """List the layers of a model: name, kind, units, map and receptive field."""
    opened = options.open_model(model, weights, channels)
    from fracorr_features.inspection import layers as layers_of

    presenting.records([each.facts() for each in layers_of(opened, size)], as_json)


@app.command("list")
def list_(
    pattern: Pattern = "*",
    tag: Tag = "*",
    model: OptionalModel = None,
    weights: Weights = None,
    as_json: Json = False,
) -> None:
    """List the gallery; with --model, the layers whose names match and their units."""
    if model is None:
        from fracorr_features.gallery import Gallery

        chosen = Gallery(pattern, tag).chosen()
        rows: list[dict[str, object]] = [{"name": each.name, "tags": " ".join(each.tags)} for each in chosen]
    else:
        rows = presenting.matching_layers(options.open_model(model, weights), pattern)
    presenting.records(rows, as_json)


@app.command()
def show(
    pattern: Pattern = "*",
    model: OptionalModel = None,
    weights: Weights = None,
    layer: LayerName = "",
    unit: Units = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the kernel here, enlarged.")] = None,
    size: Annotated[int, typer.Option(help="Side in pixels of the enlargement.", min=16)] = 512,
    as_json: Json = False,
) -> None:
    """Show how kernels of the gallery were made; with --model, what photographs do to units."""
    if model is not None:
        opened = options.open_model(model, weights)
        presenting.records(presenting.unit_facts(opened, layer, options.all_units(unit)), as_json)
        return
    from fracorr_features.gallery import Gallery

    chosen = Gallery(pattern).chosen()
    if output is not None:
        presenting.enlarge(chosen[0].kernel(), output, size)
    presenting.records([each.facts() for each in chosen], as_json)


@app.command()
def sheet(
    pattern: Pattern = "*",
    output: Output = Path("sheet.png"),
    tag: Tag = "*",
    model: OptionalModel = None,
    weights: Weights = None,
    layer: LayerName = "",
    unit: Units = None,
    columns: Columns = 8,
    others: Others = None,
) -> None:
    """Draw a contact sheet of the gallery or, with --model, of images rendered in full quality."""
    if model is None:
        kernels = presenting.gallery_kernels(pattern, tag)
    else:
        settings = options.settings_from({}, others)
        kernels = presenting.unit_kernels(options.open_model(model, weights), layer, options.all_units(unit), settings)
    presenting.draw(kernels, output, columns, 128)


@app.command()
def scan(
    pattern: Pattern = "*",
    output: Output = Path("scan.png"),
    tag: Tag = "*",
    model: OptionalModel = None,
    weights: Weights = None,
    layer: LayerName = "",
    unit: Units = None,
    columns: Columns = 12,
    others: Others = None,
) -> None:
    """Draw a cheap contact sheet to choose from: many small images, or the gallery as thumbnails.

    Without --unit it takes the first 48 units of the layer.
    """
    if model is None:
        kernels = presenting.gallery_kernels(pattern, tag)
    else:
        opened = options.open_model(model, weights)
        units = options.all_units(unit) if unit else presenting.first_units(opened, layer, SCAN_UNITS)
        kernels = presenting.unit_kernels(opened, layer, units, options.settings_from(SCAN, others))
    presenting.draw(kernels, output, columns, 64 if model is None else 96)


@app.command()
def gallery(
    weights: Annotated[Path, typer.Option("--weights", "-w", help="Folder with the networks' .safetensors files.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the pictures and their manifest.")],
    pattern: Pattern = "*",
) -> None:
    """Render the bundled gallery again, from the recipes in its manifest."""
    from fracorr_features.extra import require_torch

    require_torch()
    from fracorr_features.making import make_gallery

    for name, activation in make_gallery(weights, output, pattern):
        typer.echo(f"{name}  {activation:.4g}")
