"""Images as functions of what is optimised: Fourier coefficients in decorrelated colours, or phases only."""

from __future__ import annotations

import math
from typing import Final, Protocol

import torch
from torch import Tensor

#: How the colours of natural photographs vary together: columns are the principal axes of RGB around each picture's
#: mean, over scikit-image's astronaut, chelsea, coffee and rocket, each as long as its standard deviation; scaled so
#: that the longest row is 1. The first is brightness, the second warm against cold, the third green against magenta.
COLOR_AXES: Final = ((0.913, 0.405, 0.046), (0.923, -0.090, -0.126), (0.846, -0.339, 0.088))
#: Standard deviation of the coefficients at the beginning: an almost flat gray.
_START = 0.01
#: Brings coefficients of about 1 to an image of a usual contrast.
_GAIN = 0.25
#: Contrast of a MACO image before the sigmoid, in standard deviations of the logit of natural pixel values.
_NATURAL_CONTRAST = 1.2


class Parameterization(Protocol):
    """Something that can be optimised and seen as an image."""

    parameters: list[Tensor]

    def image(self) -> Tensor:
        """Return the images, (N, C, size, size) in (0, 1)."""


class FourierImage:
    """Spectral coefficients scaled by 1/f, as in Olah, Mordvintsev & Schubert 2017 (doi:10.23915/distill.00007).

    Parameters
    ----------
    count : int
        How many images; all start alike.
    channels : int
        1 for gray or alpha, 3 for colour.
    spectrum : (size, size // 2 + 1) Tensor
        The weight of each frequency, from :func:`fall_off`.
    generator : torch.Generator
        Where the start comes from.
    offset : float, optional
        Added to every pixel before the sigmoid.
    """

    def __init__(
        self, count: int, channels: int, spectrum: Tensor, generator: torch.Generator, offset: float = 0.0
    ) -> None:
        start = torch.randn(1, channels, *spectrum.shape, 2, generator=generator) * _START
        self._coefficients = start.repeat(count, 1, 1, 1, 1).requires_grad_(True)
        self._size = spectrum.shape[0]
        self._scale = spectrum * self._size * _GAIN
        self._offset = offset
        self.parameters = [self._coefficients]

    def image(self) -> Tensor:
        """Return the images, (N, C, size, size) in (0, 1)."""
        spectrum = torch.view_as_complex(self._coefficients) * self._scale
        plane = torch.fft.irfft2(spectrum, s=(self._size, self._size), norm="ortho")
        return torch.sigmoid(correlate_colors(plane) + self._offset)


class MacoImage:
    """Phases only, the magnitudes fixed to those of natural images (Fel et al. 2023, arXiv:2306.06805).

    The magnitudes are the law that natural images follow, amplitude ∝ 1/f (Field 1987, doi:10.1364/JOSAA.4.002379),
    with the colours of :data:`COLOR_AXES`.

    Parameters
    ----------
    count, channels, spectrum, generator
        As for :class:`FourierImage`.
    """

    def __init__(self, count: int, channels: int, spectrum: Tensor, generator: torch.Generator) -> None:
        start = (torch.rand(1, channels, *spectrum.shape, generator=generator) * 2 - 1) * math.pi
        self._phase = start.repeat(count, 1, 1, 1).requires_grad_(True)
        magnitude = spectrum.clone()
        # A constant has no phase: the mean stays at gray.
        magnitude[0, 0] = 0.0
        self._magnitude = magnitude / magnitude.square().mean().sqrt() * _NATURAL_CONTRAST
        self._size = spectrum.shape[0]
        self.parameters = [self._phase]

    def image(self) -> Tensor:
        """Return the images, (N, C, size, size) in (0, 1)."""
        spectrum = torch.polar(self._magnitude.expand_as(self._phase), self._phase)
        plane = torch.fft.irfft2(spectrum, s=(self._size, self._size), norm="ortho")
        return torch.sigmoid(correlate_colors(plane))


def fall_off(size: int, decay: float, limit: float = math.inf) -> Tensor:
    """Return 1 / f^decay over the half plane of `irfft2`, (size, size // 2 + 1), f in cycles per picture and ≥ 1.

    Above `limit` cycles per picture it is 0.
    """
    down = torch.fft.fftfreq(size, 1 / size)[:, None]
    across = torch.fft.rfftfreq(size, 1 / size)[None, :]
    frequency = torch.hypot(down, across)
    return frequency.clamp_min(1.0) ** -decay * (frequency <= limit)


def correlate_colors(plane: Tensor) -> Tensor:
    """Turn independent channels (N, 3, H, W) into RGB that varies as natural colours do; one channel stays."""
    if plane.shape[1] != 3:
        return plane
    return torch.einsum("nchw,rc->nrhw", plane, torch.tensor(COLOR_AXES))
