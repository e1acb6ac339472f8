"""Gabor functions: plane waves under a Gaussian."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import attrs
import numpy as np

from fracorr import Kernel, parameter
from fracorr.validators import number, whole
from fracorr_patterns import fields
from fracorr_patterns.grid import Array, coordinates, signed_pixels


@attrs.frozen
class Gabor:
    """One kernel for each wavelength, direction and phase.

    Notes
    -----
    With x′ along the wave and y′ across it, both in pixels, wavelength λ and phase φ::

        g(x, y) = exp(−(x′²/σ² + (γ y′)²/σ²) / 2) · cos(2π x′/λ + φ)
        σ = λ/π · √(ln 2 / 2) · (2^b + 1) / (2^b − 1)

    where b is the bandwidth at half height in octaves and γ the aspect (J. G. Daugman 1985,
    doi:10.1364/JOSAA.2.001160; the relation of b and σ: N. Petkov and P. Kruizinga 1997, doi:10.1007/s004220050323).
    The gray 0.5 stands for 0.
    """

    wavelength: tuple[float, ...] = attrs.field(
        default=(8.0, 16.0),
        validator=fields.several(number(low=2, high=100_000)),
        metadata=parameter("Length of one wave; 2 is the shortest that pixels can show", unit="px", main=True),
    )
    directions: int = attrs.field(
        default=4, validator=whole(1, 360), metadata=parameter("How many directions, evenly over 180 degrees")
    )
    phase: Literal["even", "odd", "both"] = attrs.field(
        default="both", metadata=parameter("Cosine (even), sine (odd) or both")
    )
    bandwidth: float = attrs.field(
        default=1.0, validator=number(low=0.01, high=20), metadata=parameter("Bandwidth at half height", unit="octaves")
    )
    aspect: float = attrs.field(
        default=1.0,
        # Up to 20, the shortest Gaussian still reaches a pixel beside its middle.
        validator=number(low=0.05, high=20),
        metadata=parameter("Length along the wave over length across it"),
    )
    size: int = fields.side()

    def __attrs_post_init__(self) -> None:
        phases = 2 if self.phase == "both" else 1
        fields.check_total(self, len(set(self.wavelength)) * self.directions * phases, self.size)

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        for wavelength in dict.fromkeys(self.wavelength):
            for step in range(self.directions):
                angle = 180.0 * step / self.directions
                wave = gabor(self.size, wavelength, angle, self.bandwidth, self.aspect)
                for phase, part in (("even", wave.real), ("odd", wave.imag)):
                    if self.phase in (phase, "both"):
                        yield Kernel(signed_pixels(part), name=f"gabor-{wavelength:.15g}px-{angle:g}deg-{phase}")


def gabor(size: int, wavelength: float, angle: float, bandwidth: float = 1.0, aspect: float = 1.0) -> Array:
    """Return a complex Gabor function; the formula is in :class:`Gabor`.

    Parameters
    ----------
    size : int
        Side in pixels.
    wavelength : float
        In pixels.
    angle : float
        Direction in which the wave runs, in degrees, counter-clockwise as seen on the screen.
    bandwidth : float, optional
        In octaves.
    aspect : float, optional
        Extent along the wave over extent across it.

    Returns
    -------
    (size, size) complex128 array
        Magnitude at most 1, in the middle.
    """
    x, y = coordinates(size)
    turn = math.radians(angle)
    along = x * math.cos(turn) + y * math.sin(turn)
    across = -x * math.sin(turn) + y * math.cos(turn)
    octaves = 2.0**bandwidth
    sigma = wavelength / math.pi * math.sqrt(math.log(2) / 2) * (octaves + 1) / (octaves - 1)
    envelope = np.exp(-(along**2 + (aspect * across) ** 2) / (2 * sigma**2))
    return np.asarray(envelope * np.exp(2j * math.pi * along / wavelength))
