"""Do rendered images drive their units more than photographs, and more than images made for other units do?

Run with the weights that the gallery was rendered from; no test needs them::

    python tests/benchmarks/feature_activation.py mobilenet_v1=V1.safetensors squeezenet=SQUEEZENET.safetensors

For each network, units of five layers are rendered (objective channel) and measured, at the highest place of the map
before the rectifier and on average after it: on their own image, on the image made for the next unit of the
layer, and on 16 photographs at the same size. Units that answer to none of the photographs at all are left out.
``--cost`` measures seconds and memory instead.
"""

from __future__ import annotations

import argparse
import pathlib
import resource
import statistics
import time

import attrs
import torch

from fracorr_features.batches import render_in_batches
from fracorr_features.models import Model, load_model
from fracorr_features.objectives import Target
from fracorr_features.probe import Probe
from fracorr_features.reference import photographs
from fracorr_features.rendering import render, threads
from fracorr_features.settings import Settings

LAYERS = {
    "mobilenet_v1": (
        "blocks.3.pointwise",
        "blocks.5.pointwise",
        "blocks.7.pointwise",
        "blocks.9.pointwise",
        "blocks.11.pointwise",
    ),
    "mobilenet_v2": ("blocks.3.expand", "blocks.6.expand", "blocks.9.expand", "blocks.11.expand", "blocks.13.expand"),
    "squeezenet": ("features.3", "features.5", "features.7", "features.9", "features.12"),
}


@attrs.frozen
class Response:
    """What one unit makes of a picture: the highest place of its map, and the mean of what is above 0."""

    peak: float
    mean: float


@attrs.frozen
class Measured:
    """One unit's response to its own image, to the image made for another unit, and the best to photographs."""

    own: Response
    other: Response
    photographs: Response


def measure(model: Model, layer: str, units: tuple[int, ...], settings: Settings) -> list[Measured]:
    """Render the units of one layer and measure them."""
    targets = tuple(Target(unit) for unit in units)
    made = tuple(render_in_batches(model, layer, targets, settings, batch=len(units)))
    pictures = torch.stack([torch.from_numpy(each.pixels).permute(2, 0, 1) for each in made])
    probe = Probe(model, layer, settings.size)
    with torch.no_grad():
        rendered, real = probe(pictures), probe(photographs(settings.size, model.input.channels))

    def response(row: int, unit: int) -> Response:
        return Response(float(rendered[row, unit].max()), float(rendered[row, unit].relu().mean()))

    return [
        Measured(
            response(row, unit),
            response((row + 1) % len(units), unit),
            Response(float(real[:, unit].max()), float(real[:, unit].relu().mean(dim=(1, 2)).max())),
        )
        for row, unit in enumerate(units)
    ]


def live_units(model: Model, layer: str, count: int, size: int) -> tuple[int, ...]:
    """Return the first units, leaving out those that answer to none of the photographs."""
    probe = Probe(model, layer, size)
    with torch.no_grad():
        highest = probe(photographs(size, model.input.channels)).amax(dim=(0, 2, 3))
    return tuple(int(unit) for unit in torch.nonzero(highest > 0)[:count, 0])


def report(name: str, path: pathlib.Path, settings: Settings, count: int) -> None:
    """Print one line for each layer and one for the network."""
    model = load_model(name, path)
    everything: list[Measured] = []
    for layer in LAYERS[name]:
        rows = measure(model, layer, live_units(model, layer, count, settings.size), settings)
        everything += rows
        print(f"{name:13} {layer:20} {summary(rows)}", flush=True)
    print(f"{name:13} {'all':20} {summary(everything)}", flush=True)


def summary(rows: list[Measured]) -> str:
    """Say how often and by how much the own image is ahead."""
    parts = []
    for what in ("peak", "mean"):
        triples = [tuple(getattr(each, what) for each in (row.own, row.photographs, row.other)) for row in rows]
        ratios = [own / best for own, best, _ in triples]
        # An image made for another unit may well leave this one at 0.
        others = statistics.median(own / max(other, 1e-9) for own, _, other in triples)
        parts.append(
            f"{what} {statistics.median(ratios):6.2f}× (least {min(ratios):5.2f}×) the best photograph's, above it "
            f"{sum(each > 1 for each in ratios)}/{len(rows)}; {min(others, 999):6.2f}× another's image, above it "
            f"{sum(own > other for own, _, other in triples)}/{len(rows)}"
        )
    return "; ".join(parts)


def cost(name: str, path: pathlib.Path, settings: Settings) -> None:
    """Print seconds and peak memory for one feature and for batches."""
    model, layer = load_model(name, path), LAYERS[name][3]
    for batch in (1, 4):
        before, started = time.process_time(), time.perf_counter()
        render(model, layer, tuple(Target(unit) for unit in range(batch)), settings)
        used, passed = time.process_time() - before, time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{name:13} {layer:20} batch {batch}: {used / batch:5.1f} s of processor time a feature "
            f"({passed / batch:5.1f} s passed), peak {peak:.0f} MiB"
        )


def main() -> None:
    """Read the arguments and print the measurements."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("networks", nargs="+", metavar="NAME=FILE", help="a network of the gallery and its weights")
    parser.add_argument("--units", type=int, default=6, help="units in each of the five layers")
    parser.add_argument("--steps", type=int, default=96)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--cost", action="store_true", help="measure seconds and memory instead")
    arguments = parser.parse_args()
    settings = Settings(steps=arguments.steps, size=arguments.size)
    with threads(1):
        for text in arguments.networks:
            name, _, path = text.partition("=")
            if arguments.cost:
                cost(name, pathlib.Path(path), settings)
            else:
                report(name, pathlib.Path(path), settings, arguments.units)


if __name__ == "__main__":
    main()
