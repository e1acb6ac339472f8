"""Correlation of a picture with many small kernels at once, by Fourier transforms in tiles."""

from __future__ import annotations

import math
from collections.abc import Iterator

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.images import FloatArray
from fracorr.opencv import cv2

Complexes = npt.NDArray[np.complex64]

#: The longest side of a tile: its transform fits into the processor's cache.
_TILE = 240
#: How many sets of transformed kernels, one for each size of tile, are kept.
_KEPT = 12


@attrs.frozen
class Tile:
    """A part of a picture, with the margin around it that correlations there depend on.

    Attributes
    ----------
    top, left, height, width : int
        The part.
    margin : int
    """

    top: int
    left: int
    height: int
    width: int
    margin: int

    @property
    def part(self) -> tuple[slice, slice]:
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)

    def cut(self, padded: FloatArray) -> FloatArray:
        """Cut tile and margin out of a picture to which the margin was added on all sides."""
        return padded[
            self.top : self.top + self.height + 2 * self.margin, self.left : self.left + self.width + 2 * self.margin
        ]


def tiles(shape: tuple[int, int], margin: int) -> Iterator[Tile]:
    """Cut a picture into tiles of one size; the last ones reach back over those before them."""
    height, width = (math.ceil(side / math.ceil(side / _TILE)) for side in shape)
    for top in range(0, shape[0], height):
        for left in range(0, shape[1], width):
            yield Tile(min(top, shape[0] - height), min(left, shape[1] - width), height, width, margin)


class Correlator:
    """Kernels to correlate with; two real ones take one complex transform.

    Parameters
    ----------
    kernels : (R, k, k) float32 array
        With an odd side.
    """

    def __init__(self, kernels: FloatArray) -> None:
        self.count, self._side = kernels.shape[:2]
        even = kernels if len(kernels) % 2 == 0 else np.concatenate([kernels, np.zeros_like(kernels[:1])])
        self._pairs = even[0::2] + 1j * even[1::2]
        self._spectra: dict[tuple[int, int], Complexes] = {}

    @property
    def margin(self) -> int:
        """How far the kernels reach from their centre."""
        return int(self._side // 2)

    @property
    def nbytes(self) -> int:
        """How much memory the kernels take, with the transforms made by now."""
        return int(self._pairs.nbytes) + sum(each.nbytes for each in list(self._spectra.values()))

    def apply(self, window: FloatArray) -> FloatArray:
        """Correlate with all kernels where they lie within the window: (R, h - 2 * margin, w - 2 * margin)."""
        inner = (window.shape[0] - 2 * self.margin, window.shape[1] - 2 * self.margin)
        size = transform_size(window.shape)
        spectrum = _transform(window, size)
        found = np.empty((2 * len(self._pairs), *inner), np.float32)
        product = np.empty(size, np.complex64)
        for number, kernel in enumerate(self._spectra_at(size)):
            np.multiply(spectrum, kernel, out=product)
            values = _inverse(product, inner)
            found[2 * number], found[2 * number + 1] = values[..., 0], values[..., 1]
        return found[: self.count]

    def _spectra_at(self, size: tuple[int, int]) -> Complexes:
        """Return what to multiply a picture's transform with, for each pair of kernels."""
        # Several threads may come at once: each goes on with what it has in hand.
        found = self._spectra.get(size)
        if found is None:
            # corr(x, a) + i corr(x, b) has the transform X · conj(F(conj(a + i b))).
            found = np.empty((len(self._pairs), *size), np.complex64)
            for spectrum, pair in zip(found, np.conj(self._pairs), strict=True):
                np.conj(_transform(pair, size), out=spectrum)
            for oldest in list(self._spectra)[: 1 - _KEPT]:
                self._spectra.pop(oldest, None)
            self._spectra[size] = found
        return found


def transform_size(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the size (rows, columns) at which windows of a shape are transformed."""
    return cv2.getOptimalDFTSize(shape[0]), cv2.getOptimalDFTSize(shape[1])


def _transform(picture: npt.NDArray[np.generic], size: tuple[int, int]) -> Complexes:
    padded = np.zeros(size, np.complex64)
    padded[: picture.shape[0], : picture.shape[1]] = picture
    pairs = padded.view(np.float32).reshape(*size, 2)
    cv2.dft(pairs, pairs)
    return padded


def _inverse(spectrum: Complexes, shape: tuple[int, int]) -> FloatArray:
    """Transform back, and return the first rows and columns as real and imaginary parts, (h, w, 2)."""
    pairs = spectrum.view(np.float32).reshape(*spectrum.shape, 2)
    cv2.dft(pairs, pairs, cv2.DFT_INVERSE | cv2.DFT_SCALE)
    return pairs[: shape[0], : shape[1]]
