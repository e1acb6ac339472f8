"""Rendering more images than fit one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fracorr_features.models import Model
from fracorr_features.objectives import Target
from fracorr_features.rendering import Feature, render
from fracorr_features.settings import Settings

#: Images in one pass. More gain nothing on one core, and take memory.
BATCH = 8


def render_in_batches(
    model: Model,
    layer: str,
    targets: tuple[Target, ...],
    settings: Settings,
    progress: Callable[[int, float], None] | None = None,
    batch: int = BATCH,
) -> Iterator[Feature]:
    """Render one image for each target, some at a time, and yield each as it is there.

    Parameters
    ----------
    model, layer, targets, settings
        As for :func:`fracorr_features.rendering.render`.
    progress : callable, optional
        Called after each step with the number of image steps that it did and the mean of the objective.
    batch : int, optional
        Images in one pass.
    """
    # A neuron's picture is centred on what it sees, which all units of a layer have in common.
    for first in range(0, len(targets), batch):
        some = targets[first : first + batch]

        def step(_: int, value: float, count: int = len(some)) -> None:
            if progress:
                progress(count, value)

        yield from render(model, layer, some, settings, step)
