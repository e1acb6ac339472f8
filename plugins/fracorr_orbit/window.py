"""The window: which points of the plane the pixels of the output stand for."""

from __future__ import annotations

import attrs
import numpy as np

from fracorr.images import FloatArray
from fracorr_orbit.orbits import Doubles


@attrs.frozen
class Window:
    """A square part of the plane, imaginary parts pointing down, as a grid of pixels.

    Pixel i of n is at left + extent·i/n, as in the published program, whose window's centre is pixel n/2. With
    `centred` it is at left + extent·(i + ½)/n, and the window's centre is the kernel's.

    Attributes
    ----------
    centre : complex
    extent : float
        Its side.
    size : int
        n.
    supersample : int
        How many samples each pixel has along each side, spread evenly about the pixel's own point.
    centred : bool
    """

    centre: complex
    extent: float
    size: int
    supersample: int = 1
    centred: bool = False

    @property
    def largest(self) -> float:
        """No point of the window is farther from 0."""
        return abs(self.centre) + self.extent

    def across(self) -> Doubles:
        """Return the real parts of the columns of samples."""
        return self._points(self.centre.real, slice(0, self.size))

    def down(self, rows: slice) -> Doubles:
        """Return the imaginary parts of the rows of samples of some rows of pixels."""
        return self._points(self.centre.imag, rows)

    def around(self, support: FloatArray) -> Window:
        """Return a window just around the support of a picture of this one, with a pixel to spare."""
        rows, columns = np.flatnonzero(support.any(axis=1)), np.flatnonzero(support.any(axis=0))
        first = np.array([columns[0], rows[0]]) - 1
        last = np.array([columns[-1], rows[-1]]) + 1
        pitch = self.extent / self.size
        shift = 0.5 if self.centred else 0.0
        middle = (first + last) / 2 + shift - self.size / 2
        centre = self.centre + complex(*(middle * pitch))
        return attrs.evolve(self, centre=centre, extent=float((last - first).max() + 1) * pitch)

    def _points(self, middle: float, pixels: slice) -> Doubles:
        count = (pixels.stop - pixels.start) * self.supersample
        # Without supersampling the pixel's own place, exactly.
        within = (np.arange(count) + 0.5) / self.supersample - 0.5 if self.supersample > 1 else np.arange(count)
        places = pixels.start + within + (0.5 if self.centred else 0.0)
        return np.asarray((middle - self.extent / 2) + self.extent * places / self.size)
