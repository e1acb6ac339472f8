"""The kernel source ``features``: images rendered while the experiment runs."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Literal

import attrs
import numpy as np
from attrs import validators

from fracorr import Kernel, parameter
from fracorr_features import choices
from fracorr_features.extra import require_torch
from fracorr_features.settings import Objective, Settings


@attrs.frozen
class Features:
    """Images that units of a network respond to most, optimised on the spot (needs the extra [torch])."""

    model: str = attrs.field(
        metadata=parameter("mobilenet_v1, mobilenet_v2, squeezenet, onet, or package.module:factory", main=True)
    )
    weights: pathlib.Path | None = attrs.field(default=None, metadata=parameter("A .safetensors, .pt or .pth file"))
    layer: str = attrs.field(default="", metadata=parameter("Name of the layer; nothing stands for the output"))
    unit: str = attrs.field(default="0", metadata=parameter("Which units, as 6,7,14-20"))
    minus: int | None = attrs.field(default=None, metadata=parameter("A unit whose activation is subtracted"))
    direction: str = attrs.field(default="", metadata=parameter("Weights of units, as 3=1,17=-0.5"))
    objective: Objective = attrs.field(default="channel", metadata=parameter("What is driven up"))
    alpha: bool = attrs.field(default=False, metadata=parameter("Optimise opacity too; it becomes the support"))
    parameterization: Literal["fourier", "maco"] = attrs.field(
        default="fourier", metadata=parameter("Free coefficients, or phases only")
    )
    size: int = attrs.field(
        default=128,
        validator=[validators.ge(16), validators.le(1024)],
        metadata=parameter("Side of the images", unit="px"),
    )
    steps: int = attrs.field(default=256, validator=validators.ge(1), metadata=parameter("Steps of Adam"))
    learning_rate: float = attrs.field(default=0.05, validator=validators.gt(0), metadata=parameter("Step length"))
    decay: float = attrs.field(default=1.25, metadata=parameter("Amplitudes fall as 1/f to this power"))
    input_size: int | None = attrs.field(
        default=None, metadata=parameter("Side at which the network sees the image", unit="px")
    )
    channels: int | None = attrs.field(default=None, metadata=parameter("1 (gray) or 3 (RGB)"))
    input_range: tuple[float, ...] = attrs.field(default=(), metadata=parameter("What black and white become"))
    mean: tuple[float, ...] = attrs.field(default=(), metadata=parameter("Subtracted from each channel"))
    std: tuple[float, ...] = attrs.field(default=(), metadata=parameter("Divides each channel"))
    seed: int | None = attrs.field(default=None, metadata=parameter("Of the images; none: from the experiment's"))

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        require_torch()
        from fracorr_features.batches import render_in_batches
        from fracorr_features.models import load_model
        from fracorr_features.objectives import targets_from

        seed = int(rng.integers(2**31)) if self.seed is None else self.seed
        settings = Settings(
            objective=self.objective,
            size=self.size,
            steps=self.steps,
            learning_rate=self.learning_rate,
            seed=seed,
            alpha=self.alpha,
            parameterization=self.parameterization,
            decay=self.decay,
            input_size=self.input_size,
        )
        format_ = choices.input_format(self.model, self.channels, self.input_range, self.mean, self.std)
        model = load_model(self.model, self.weights, format_)
        targets = targets_from(self.objective, choices.units(self.unit), self.minus, choices.direction(self.direction))
        for feature in render_in_batches(model, self.layer, targets, settings):
            yield feature.kernel(f"{self.layer or 'output'}-{feature.target.label}")
