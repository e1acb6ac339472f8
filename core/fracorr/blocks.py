"""Sliding sums by blockwise Fourier transforms, with the transforms of the scene kept for the next kernel.

Overlap-save (Stockham 1966, doi:10.1145/1464182.1464209): the scene is cut into overlapping blocks, each is
transformed once, and a kernel costs one product and one inverse transform per block. Each block is taken relative to
its own mean, so that the rounding of float32 is relative to what happens in the block and not to its brightness.

``cv2.dft`` does the transforms: of the libraries at hand it is the fastest by far on blocks that fit into the
processor's cache (docs/performance.md has the measurements). Its argument ``nonzeroRows`` would make it four times
slower, and is not used.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.opencv import cv2

Plane: TypeAlias = npt.NDArray[Any]
#: Rows and columns of the output.
Place: TypeAlias = tuple[slice, slice]
#: Gives one channel of a part of the scene.
Reader: TypeAlias = Callable[[slice, slice, int], Plane]

#: Sides that cv2.dft transforms fast, in pixels: multiples of 16 without prime factors above 13.
_SIDES = np.array([side for side in range(64, 1041, 16) if math.gcd(side, 2**9 * 3**5 * 5**3 * 7**3 * 11 * 13) == side])
#: Widths at which the pixels of a column fall into the same few lines of the cache, which takes half as long again.
_AWKWARD = (256, 512, 768, 1024)
#: What a row of a block costs besides its pixels, in pixels.
_PER_ROW = 50
#: What a block costs besides its rows (calls from Python), in pixels.
_PER_BLOCK = 20_000
#: A block of so many pixels costs twice as much per pixel as a small one: it does not stay in the cache.
_UNCACHED = 5_000_000
#: A block's mean is taken of every so many rows.
_SAMPLED = 16


@attrs.frozen
class Grid:
    """How a scene is cut: blocks of `block` pixels every `step` pixels, for an output of `out` places."""

    out: tuple[int, int]
    block: tuple[int, int]
    step: tuple[int, int]

    def places(self) -> Iterator[Place]:
        """Yield the part of the output that each block gives; the block begins where its part does."""
        for top, left in itertools.product(*(range(0, self.out[axis], self.step[axis]) for axis in (0, 1))):
            bottom, right = min(top + self.step[0], self.out[0]), min(left + self.step[1], self.out[1])
            yield slice(top, bottom), slice(left, right)

    @property
    def pixels(self) -> int:
        """How many pixels all blocks have together."""
        return sum(1 for _ in self.places()) * self.block[0] * self.block[1]


@functools.lru_cache(maxsize=1024)
def grid_for(scene: tuple[int, int], kernel: tuple[int, int]) -> Grid:
    """Return the cheapest way to cut a scene of this height and width for a kernel of that height and width."""
    out = (scene[0] - kernel[0] + 1, scene[1] - kernel[1] + 1)
    sides = [_candidates(scene[axis], kernel[axis]) for axis in (0, 1)]
    sides[1] = sides[1][~np.isin(sides[1], _AWKWARD) | (sides[1] == sides[1][-1])]
    counts = [np.ceil(out[axis] / (sides[axis] - kernel[axis] + 1)) for axis in (0, 1)]
    pixels = np.outer(sides[0], sides[1] + _PER_ROW).astype(np.float64)
    # One more than there are blocks: the kernel is transformed as well.
    cost = (1.0 + np.outer(counts[0], counts[1])) * (pixels * (1.0 + pixels / _UNCACHED) + _PER_BLOCK)
    best = np.unravel_index(int(np.argmin(cost)), cost.shape)
    block = int(sides[0][best[0]]), int(sides[1][best[1]])
    return Grid(out=out, block=block, step=(block[0] - kernel[0] + 1, block[1] - kernel[1] + 1))


def _candidates(scene: int, kernel: int) -> npt.NDArray[np.int64]:
    """Return the sides a block may have: the fast ones, one for the whole scene, and one of twice the kernel."""
    whole, double = (2 * int(cv2.getOptimalDFTSize((side + 1) // 2)) for side in (max(scene, 16), 2 * kernel))
    fast = _SIDES[(_SIDES >= kernel) & (_SIDES < scene)]
    return np.append(fast, [min(double, whole), whole]).astype(np.int64)


@attrs.frozen(eq=False)
class Block:
    """The transforms of one block of the scene.

    Attributes
    ----------
    place : (slice, slice)
        The part of the output that it gives.
    spectra : list of (h, w) array
        One for each channel, in OpenCV's packed form.
    means : (C,) float64 array
        What was subtracted from each channel before.
    """

    place: Place
    spectra: list[Plane]
    means: npt.NDArray[np.float64]

    @property
    def nbytes(self) -> int:
        """How much memory the transforms take."""
        return sum(each.nbytes for each in self.spectra)


def transform_block(read: Reader, channels: int, grid: Grid, place: Place, dtype: npt.DTypeLike) -> Block:
    """Transform what the scene holds under one place of the output, in float32 or float64."""
    rows, columns = (slice(part.start, part.start + side) for part, side in zip(place, grid.block, strict=True))
    spectra, means = [], []
    for channel in range(channels):
        part = read(rows, columns, channel)
        mean = _middle(part)
        buffer = np.empty(grid.block, dtype) if part.shape == grid.block else np.zeros(grid.block, dtype)
        _add(part, -mean, buffer[: part.shape[0], : part.shape[1]])
        spectra.append(np.asarray(cv2.dft(buffer, buffer)))
        means.append(mean)
    return Block(place, spectra, np.array(means))


def _middle(part: Plane) -> float:
    """Return a level near the pixels of a part: the mean of some rows.

    It is a number of the pixels' own type, so that the difference to pixels close to it is exact.
    """
    return float(part.dtype.type(cv2.mean(part[::_SAMPLED])[0]))


def _add(plane: Plane, summand: float, out: Plane) -> None:
    """Put plane + summand into `out`, in half the time that NumPy takes."""
    depth = cv2.CV_64F if out.dtype == np.float64 else cv2.CV_32F
    cv2.addWeighted(plane, 1.0, plane, 0.0, summand, dst=out, dtype=depth)


@attrs.frozen(eq=False)
class Weights:
    """The transform of one channel of a turned kernel, ready for a product with blocks.

    The kernel is turned by 180°: then the product is a convolution, which needs no conjugate, and its result is further
    down and right by what the kernel is larger than one pixel. In OpenCV's packed form of the transform of a real
    image, all columns but the first and the last one hold complex numbers as they are; those two hold the coefficients
    that are real in one direction.
    """

    middle: Plane
    edges: Plane

    @classmethod
    def of(cls, packed: Plane) -> Weights:
        """Take the weights out of a packed transform."""
        return cls(_complex(packed), np.ascontiguousarray(packed[:, :: packed.shape[1] - 1]))

    def times(self, spectrum: Plane) -> Plane:
        """Return the product with a block's transform, packed.

        This is ``cv2.mulSpectrums(spectrum, weights, 0)``, which takes almost twice as long.
        """
        product = np.empty_like(spectrum)
        np.multiply(_complex(spectrum), self.middle, out=_complex(product))
        last = spectrum.shape[1] - 1
        product[:, ::last] = cv2.mulSpectrums(np.ascontiguousarray(spectrum[:, ::last]), self.edges, 0)
        return product


def _complex(packed: Plane) -> Plane:
    """Return a view of the complex columns of a packed transform, whose width is even."""
    return packed[:, 1:-1].view(np.result_type(packed.dtype, np.complex64))


def transform_weights(weights: Plane, grid: Grid, dtype: npt.DTypeLike) -> list[Weights]:
    """Transform the weights of a kernel, (h, w, C), for a product with blocks."""
    spectra = []
    # OpenCV's inverse transform leaves out the division by the number of pixels: done here, it costs nothing.
    part = 1.0 / (grid.block[0] * grid.block[1])
    for channel in range(weights.shape[2]):
        buffer = np.zeros(grid.block, dtype)
        turned = weights[::-1, ::-1, channel]
        np.multiply(turned, part, out=buffer[: turned.shape[0], : turned.shape[1]], casting="same_kind")
        spectra.append(Weights.of(np.asarray(cv2.dft(buffer, buffer))))
    return spectra


def correlate_block(
    block: Block,
    grid: Grid,
    weights: Sequence[Weights],
    out: Plane,
    sums: npt.NDArray[np.float64] | None = None,
    level: float = 0.0,
) -> None:
    """Put the sum over channels of weights times block into `out`, which is the block's place in the output.

    Parameters
    ----------
    block : Block
    grid : Grid
    weights : sequence of Weights
        One for each channel, in the block's type.
    out : array
        Of float32 or float64.
    sums : (C,) array, optional
        The sum of the weights of each channel; without it they count as 0, and the block's means do not matter.
    level : float, optional
        What the scene is taken relative to.
    """
    total = weights[0].times(block.spectra[0])
    for spectrum, weight in zip(block.spectra[1:], weights[1:], strict=True):
        total += weight.times(spectrum)
    cv2.dft(total, total, cv2.DFT_INVERSE)
    top, left = (side - step for side, step in zip(grid.block, grid.step, strict=True))
    constant = 0.0 if sums is None else float((block.means - level) @ sums)
    _add(total[top : top + out.shape[0], left : left + out.shape[1]], constant, out)


def correlate_blocks(
    blocks: Iterable[Block],
    grid: Grid,
    weights: Sequence[Weights],
    sums: npt.NDArray[np.float64] | None = None,
    level: float = 0.0,
) -> Plane:
    """Return the sum of weights times scene at every place (see :func:`correlate_block`)."""
    out = np.empty(grid.out, weights[0].edges.dtype)
    for block in blocks:
        correlate_block(block, grid, weights, out[block.place], sums, level)
    return out


def correlate_directly(
    read: Reader, grid: Grid, weights: Plane, sums: npt.NDArray[np.float64] | None = None, level: float = 0.0
) -> Plane:
    """Return the sum of weights (h, w, C) times scene at every place, product by product: for very small kernels."""
    out = np.zeros(grid.out, np.float32)
    for place in grid.places():
        rows, columns = (
            slice(part.start, part.stop + side - 1) for part, side in zip(place, weights.shape, strict=False)
        )
        for channel in range(weights.shape[2]):
            part = read(rows, columns, channel)
            mean = _middle(part)
            factors = weights[..., channel].astype(np.float32)
            relative = part - np.float32(mean)
            slid = cv2.filter2D(relative, cv2.CV_32F, factors, anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
            constant = 0.0 if sums is None else (mean - level) * float(sums[channel])
            out[place] += np.asarray(slid)[: out[place].shape[0], : out[place].shape[1]] + np.float32(constant)
    return out
