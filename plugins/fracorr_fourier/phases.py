"""The phases of a cross-power spectrum, the surface that they make, and its peaks to a fraction of a pixel."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import numpy.typing as npt
import scipy.fft

RealArray = npt.NDArray[np.float64]
ComplexArray = npt.NDArray[np.complex128]

#: Spectral values below this share of the largest one are rounding error of float32 pixels: their phase says nothing.
_NOTHING: Final = 1e-9


@attrs.frozen(eq=False)
class CrossPhases:
    r"""The phases of one image's spectrum against another's: :math:`R = S\bar K / |S \bar K|`.

    Make it with :meth:`between`.

    Attributes
    ----------
    values : (H, W // 2 + 1) complex array
        Of magnitude 1, or 0 where either spectrum vanishes; the half that determines the rest.
    shape : (int, int)
        H and W, the size of the periodic images.
    count : float
        How many frequencies of the whole spectrum take part; 0 where one image is flat.

    References
    ----------
    C. D. Kuglin and D. C. Hines, "The phase correlation image alignment method", Proc. IEEE Int. Conf. on
    Cybernetics and Society, 1975, pp. 163-165.
    """

    values: ComplexArray
    shape: tuple[int, int]
    count: float

    @classmethod
    def between(cls, first: ComplexArray, second: ComplexArray, shape: tuple[int, int]) -> CrossPhases:
        """Compare two half spectra, from ``scipy.fft.rfft2`` of images of size `shape`; the second is overwritten."""
        kept = _counts(first) & _counts(second)
        # In place, because the spectra of a large scene are large.
        product = np.multiply(first, np.conjugate(second, out=second), out=second)
        strength = np.abs(product)
        kept &= strength > 0
        product[~kept] = 0.0
        strength[~kept] = 1.0
        product /= strength
        return cls(product, shape, float((kept.sum(axis=0) * _multiplicity(shape[1])).sum()))

    def surface(self) -> RealArray:
        """Return the correlation at every whole shift.

        Returns
        -------
        (H, W) float64 array
            In [-1, 1]: 1 where the first image is the second, shifted around periodically by (row, column); 0
            everywhere if one is flat.
        """
        total = np.asarray(scipy.fft.irfft2(self.values, self.shape))
        total *= self.shape[0] * self.shape[1] / max(self.count, 1.0)
        return np.clip(total, -1.0, 1.0, out=total)

    def refine(self, row: float, column: float, upsampling: int) -> tuple[float, float, float]:
        """Find the highest point within a pixel of a peak, on a grid `upsampling` times finer than the pixels.

        The fine grid comes from the discrete Fourier transform itself, as two small matrix products, and so needs no
        padded transform.

        Returns
        -------
        row, column, score : float

        References
        ----------
        M. Guizar-Sicairos, S. T. Thurman, J. R. Fienup, "Efficient subpixel image registration algorithms", Optics
        Letters 33(2), 2008, doi:10.1364/OL.33.000156.
        """
        offsets = np.arange(-upsampling, upsampling + 1) / upsampling
        height, width = self.shape
        down = np.exp(2j * np.pi * np.outer(row + offsets, scipy.fft.fftfreq(height)))
        across = np.exp(2j * np.pi * np.outer(scipy.fft.rfftfreq(width), column + offsets))
        across *= _multiplicity(width)[:, None]
        fine = (down @ self.values @ across).real / max(self.count, 1.0)
        best = np.unravel_index(int(np.argmax(fine)), fine.shape)
        return row + float(offsets[best[0]]), column + float(offsets[best[1]]), min(1.0, float(fine[best]))


def _counts(spectrum: ComplexArray) -> npt.NDArray[np.bool_]:
    strength = np.abs(spectrum)
    return np.asarray(strength > _NOTHING * strength.max())


def _multiplicity(width: int) -> RealArray:
    """How often each column of a half spectrum stands in the whole one."""
    times = np.full(width // 2 + 1, 2.0)
    times[0] = 1.0
    if width % 2 == 0:
        times[-1] = 1.0
    return times
