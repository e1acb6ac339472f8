"""Feature visualisation: find the image that a unit of a network responds to most, by gradient ascent.

The method is that of Olah, Mordvintsev & Schubert, *Feature Visualization*, Distill 2017
(doi:10.23915/distill.00007); the semi-transparent variant that of Mordvintsev et al., *Differentiable Image
Parameterizations*, Distill 2018 (doi:10.23915/distill.00012).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import attrs
import numpy as np
import torch
from torch import Tensor

from fracorr.errors import ConfigurationError
from fracorr.images import FloatArray
from fracorr.kernel import Kernel
from fracorr_features import objectives
from fracorr_features.models import Model
from fracorr_features.objectives import Target
from fracorr_features.parameterization import FourierImage, MacoImage, Parameterization, fall_off
from fracorr_features.probe import Probe
from fracorr_features.robustness import STILL, Robustness, warp
from fracorr_features.settings import Settings

#: Called after each step with the number of steps done and the mean of the objective.
Progress: TypeAlias = Callable[[int, float], None]

#: What is behind a transparent picture when its activation is measured.
_GRAY = 0.5
#: Opacity at the beginning, before the sigmoid.
_ALPHA_OFFSET = 0.5
#: Opacity below which a pixel is clear, and as far below 1 solid.
_CLEAR = 0.1


@attrs.frozen(eq=False)
class Feature:
    """A finished image.

    Attributes
    ----------
    target : Target
        What it was made for.
    pixels : (size, size) or (size, size, 3) float32 array
        In [0, 1].
    support : (size, size) float32 array or None
        Opacity in [0, 1], where one was asked for.
    start, activation : float
        The objective on the first and on the finished image, seen whole, unmoved and over gray.
    """

    target: Target
    pixels: FloatArray
    support: FloatArray | None
    start: float
    activation: float

    def kernel(self, name: str) -> Kernel:
        """Return the image as a kernel."""
        return Kernel(self.pixels, self.support, name=name)

    @property
    def responded(self) -> bool:
        """Whether the objective rose at all: a dead unit leaves the image gray."""
        return self.activation > self.start


def render(
    model: Model,
    layer: str,
    targets: tuple[Target, ...],
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> tuple[Feature, ...]:
    """Render one image for each target, all in one pass.

    The images do not influence one another: each comes out as it would alone, up to rounding.

    Parameters
    ----------
    model : Model
        From :func:`fracorr_features.models.load_model`.
    layer : str
        Name of the layer; the empty name is the model's output.
    targets : tuple of Target
        What the images are for.
    settings : Settings, optional
    progress : callable, optional

    Returns
    -------
    tuple of Feature
        In the order of `targets`.

    Raises
    ------
    ConfigurationError
        If the model has no such layer or unit, or does not take pictures of that size.
    """
    chosen = settings or Settings()
    if not targets:
        raise ConfigurationError("nothing to render: give at least one unit")
    with threads(chosen.threads), torch.enable_grad():
        size = chosen.input_size or model.input.size or chosen.size
        probe = Probe(model, layer, size)
        objectives.check(chosen.objective, targets, probe)
        return _Ascent(probe, targets, chosen).run(progress)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Let PyTorch use so many threads for a while; only with one do sums come out the same every time."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _Ascent:
    """The optimisation of one batch of images."""

    def __init__(self, probe: Probe, targets: tuple[Target, ...], settings: Settings) -> None:
        self.probe = probe
        self.targets = targets
        self.settings = settings
        # On its own, so that the images are the same whatever else draws random numbers.
        self.generator = torch.Generator().manual_seed(settings.seed)
        count, channels = len(targets), probe.model.input.channels
        # Finer waves than the network's own pixels would be free to become noise.
        spectrum = fall_off(settings.size, settings.decay, min(settings.size, probe.size) / 2)
        self.color: Parameterization
        if settings.parameterization == "maco":
            self.color = MacoImage(count, channels, spectrum, self.generator)
        else:
            self.color = FourierImage(count, channels, spectrum, self.generator)
        self.alpha: FourierImage | None = None
        if settings.alpha:
            self.alpha = FourierImage(count, 1, spectrum, self.generator, _ALPHA_OFFSET)
        # Where the map has no middle place, the middle of the picture is moved to what the place beside it sees.
        centered = settings.objective == "neuron"
        self.center = probe.center() if centered else ((probe.size - 1) / 2,) * 2
        self.change = Robustness(settings.jitter, settings.zoom, settings.rotation)

    def opacity(self) -> Tensor | None:
        """Return the alpha channel, (N, 1, size, size); what is almost clear is clear, what is almost solid solid."""
        if self.alpha is None:
            return None
        stretched: Tensor = (self.alpha.image() - _CLEAR) / (1 - 2 * _CLEAR)
        return stretched.clamp(0.0, 1.0)

    def run(self, progress: Progress | None) -> tuple[Feature, ...]:
        parameters = self.color.parameters + (self.alpha.parameters if self.alpha else [])
        optimizer = torch.optim.Adam(parameters, lr=self.settings.learning_rate)
        start = self._measure()
        for step in range(self.settings.steps):
            optimizer.zero_grad()
            value, loss = self._step()
            loss.backward()
            optimizer.step()
            if progress:
                progress(step + 1, float(value.detach().mean()))
        return self._finish(start)

    def _step(self) -> tuple[Tensor, Tensor]:
        color = self.color.image()
        alpha = self.opacity()
        seen = self._look(color, alpha, self.change)
        value = objectives.score(self.settings.objective, self.probe(seen), self.targets)
        loss = -value.sum()
        if alpha is not None:
            # What does not help is to become transparent. The price is in proportion to the objective, so that one
            # weight serves layers of any strength.
            price = (alpha * self._far_from_center()).mean(dim=(1, 2, 3)) * value.detach().abs()
            loss = loss + self.settings.transparency * price.sum()
        return value, loss

    def _look(self, color: Tensor, alpha: Tensor | None, change: Robustness, plain: bool = False) -> Tensor:
        """Return the pictures as the network gets to see them: moved, over gray or over a random background."""
        size = self.probe.size
        if alpha is None:
            return warp(color - _GRAY, size, change, self.generator, self.center) + _GRAY
        both = warp(torch.cat([color, alpha], dim=1), size, change, self.generator, self.center)
        color, alpha = both[:, :-1], both[:, -1:]
        background = torch.full((1, color.shape[1], 1, 1), _GRAY) if plain else self._background(size, color.shape[1])
        return color * alpha + background * (1 - alpha)

    def _background(self, size: int, channels: int) -> Tensor:
        """Return clouds of a random colour, so that no fixed background can become part of the image."""
        shade = torch.rand(1, channels, 1, 1, generator=self.generator)
        noise = torch.randn(1, channels, size, size // 2 + 1, dtype=torch.complex64, generator=self.generator)
        clouds = torch.fft.irfft2(noise * fall_off(size, 1.0), s=(size, size), norm="ortho")
        contrast = 0.3 * torch.rand(1, generator=self.generator)
        return (shade + contrast * clouds / clouds.std()).clamp(0.0, 1.0)

    def _far_from_center(self) -> Tensor:
        """Return weights that grow with the distance from the middle, 1 on average."""
        place = torch.linspace(-1, 1, self.settings.size)
        square = place[None, :] ** 2 + place[:, None] ** 2
        weights: Tensor = 0.25 + 0.75 * square / square.mean()
        return weights

    def _measure(self) -> list[float]:
        with torch.no_grad():
            state = self.generator.get_state()
            seen = self._look(self.color.image(), self.opacity(), STILL, plain=True)
            self.generator.set_state(state)
            value = objectives.score(self.settings.objective, self.probe(seen), self.targets)
            return [float(each) for each in value]

    def _finish(self, start: list[float]) -> tuple[Feature, ...]:
        end = self._measure()
        with torch.no_grad():
            color = self.color.image().permute(0, 2, 3, 1).numpy()
            alpha = self.opacity()
        return tuple(
            Feature(
                target,
                np.ascontiguousarray(color[row, :, :, 0] if color.shape[3] == 1 else color[row]),
                None if alpha is None else np.ascontiguousarray(alpha[row, 0].numpy()),
                start[row],
                end[row],
            )
            for row, target in enumerate(self.targets)
        )
