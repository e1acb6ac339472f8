"""Sliding sums by blockwise Fourier transforms, with the transforms of the scene kept for the next kernel.

Overlap-save (Stockham 1966, doi:10.1145/1464182.1464209): the scene is cut into overlapping blocks, each is
transformed once, and a kernel costs one product and one inverse transform. Blocks go in pairs, the one as the real and
the other as the imaginary part of a complex image: a kernel is real, so that the two stay apart, and transforms of
complex numbers need no packing (Press et al., Numerical Recipes, 3rd ed. 2007, section 12.3, "Transform of two real
functions simultaneously"). Each block is taken relative to its own mean, so that the rounding of float32 is relative to
what happens in the pair and not to its brightness.

``cv2.dft`` does the transforms: of the libraries at hand it is the fastest by far in float32 (docs/performance.md has
the measurements).
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import buffers
from fracorr.opencv import cv2

Plane: TypeAlias = npt.NDArray[Any]
#: Rows and columns of the output.
Place: TypeAlias = tuple[slice, slice]
#: Two places, or one that is left over.
Pair: TypeAlias = tuple[Place, ...]
#: Gives one channel of a part of the scene.
Reader: TypeAlias = Callable[[slice, slice, int], Plane]

#: Heights that cv2.dft transforms fast: multiples of 16 without prime factors above 13, but not 768 and 1536.
_HEIGHTS = np.array([s for s in range(64, 2048, 16) if 2**9 * 3**5 * 5**3 * 7**3 * 11 * 13 % s == 0 and s % 768])
#: Widths that it transforms fast: no multiples of 13, nor of 512, where the pixels of a column fall into the same few
#: lines of the cache.
_WIDTHS = _HEIGHTS[(_HEIGHTS % 13 > 0) & (_HEIGHTS % 512 > 0)]
#: What a row of a pair of blocks costs besides its pixels, in pixels, unless the rows lie one behind the other: in a
#: scene of up to so many pixels, which stays in the cache, and in a larger one.
_PER_ROW = {1_000_000: 50, math.inf: 200}
#: What a pair costs besides its rows (calls from Python), in pixels.
_PER_PAIR = 40_000
#: A pair of so many pixels costs twice as much per pixel as a small one: it does not stay in the cache.
_UNCACHED = 2_000_000
#: Means and standard deviations are taken of every so many rows.
SAMPLED = 16


@attrs.frozen
class Grid:
    """How a scene is cut: blocks of `block` pixels every `step` pixels, for an output of `out` places.

    The last block of a row or column comes earlier, so that it is a whole one. What two blocks give for a place differs
    by rounding only; which one's counts is the same each time.
    """

    out: tuple[int, int]
    block: tuple[int, int]
    step: tuple[int, int]

    @functools.cached_property
    def places(self) -> tuple[Place, ...]:
        """The part of the output that each block gives, all of one size; the block begins where its part does."""
        rows, columns = (
            [slice(max(min(start, out - step), 0), min(start + step, out)) for start in range(0, out, step)]
            for step, out in zip(self.step, self.out, strict=True)
        )
        return tuple(itertools.product(rows, columns))

    @functools.cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The places two by two; the last one may be alone."""
        return tuple(self.places[number : number + 2] for number in range(0, len(self.places), 2))

    @property
    def pixels(self) -> int:
        """How many complex pixels all pairs of blocks have together."""
        return len(self.pairs) * self.block[0] * self.block[1]


@functools.lru_cache(maxsize=1024)
def grid_for(scene: tuple[int, int], kernel: tuple[int, int]) -> Grid:
    """Return the cheapest way to cut a scene of this height and width for a kernel of that height and width."""
    out = (scene[0] - kernel[0] + 1, scene[1] - kernel[1] + 1)
    sides = [_candidates(scene[axis], kernel[axis], fast) for axis, fast in enumerate((_HEIGHTS, _WIDTHS))]
    counts = [np.ceil(out[axis] / (sides[axis] - kernel[axis] + 1)) for axis in (0, 1)]
    pixels = np.outer(*sides).astype(np.float64)
    pairs = np.ceil(np.outer(*counts) / 2.0)
    # One more than there are pairs: the kernel is transformed as well.
    per_row = next(cost for limit, cost in _PER_ROW.items() if scene[0] * scene[1] <= limit)
    rows = np.outer(sides[0], sides[1] < scene[1])
    cost = (1.0 + pairs) * (pixels * (1.0 + pixels / _UNCACHED) + per_row * rows + _PER_PAIR)
    best = np.unravel_index(int(np.argmin(cost)), cost.shape)
    block = int(sides[0][best[0]]), int(sides[1][best[1]])
    return Grid(out=out, block=block, step=(block[0] - kernel[0] + 1, block[1] - kernel[1] + 1))


def _candidates(scene: int, kernel: int, fast: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the sides a block may have: the fast ones, one for the whole scene, and one of twice the kernel."""
    whole, double = (2 * int(cv2.getOptimalDFTSize((side + 1) // 2)) for side in (max(scene, 16), 2 * kernel))
    return np.append(fast[(fast >= kernel) & (fast < scene)], [min(double, whole), whole]).astype(np.int64)


@attrs.frozen(eq=False)
class BlockPair:
    """The transforms of two blocks of the scene.

    Attributes
    ----------
    places : tuple of (slice, slice)
        The parts of the output that they give: two, or the last one.
    spectra : list of (h, w) complex array
        One for each channel: the transforms of the first block + i times the second.
    means : (2, C) or (1, C) float64 array
        What was subtracted from each block and channel before.
    """

    places: Pair
    spectra: list[Plane]
    means: npt.NDArray[np.float64]

    @property
    def nbytes(self) -> int:
        """How much memory the transforms take."""
        return sum(each.nbytes for each in self.spectra)


def transform_pair(read: Reader, channels: int, grid: Grid, places: Pair, dtype: npt.DTypeLike) -> BlockPair:
    """Transform what the scene holds under two places of the output, in float32 or float64."""
    spectra, means = [], np.empty((len(places), channels))
    for channel in range(channels):
        pairs = buffers.empty((*grid.block, 2), dtype, lasting=True)
        if len(places) == 1:
            pairs[..., 1] = 0.0
        for number, place in enumerate(places):
            rows, columns = (slice(each.start, each.start + side) for each, side in zip(place, grid.block, strict=True))
            part = read(rows, columns, channel)
            height, width = part.shape
            means[number, channel] = mean = _middle(part)
            np.subtract(part, mean, out=pairs[:height, :width, number], dtype=dtype)
        pairs[height:] = pairs[:height, width:] = 0.0
        spectra.append(_transform(pairs))
    return BlockPair(places, spectra, means)


def _middle(part: Plane) -> float:
    """Return a level near the pixels of a part: the mean of some rows.

    It is a number of the pixels' own type, so that the difference to pixels close to it is exact.
    """
    return float(part.dtype.type(cv2.mean(part[::SAMPLED])[0]))


def variance(part: Plane) -> float:
    """Return the variance of the pixels of a part about each channel's mean, if that is not large against it.

    Parameters
    ----------
    part : (h, w) or (h, w, C) array
    """
    squares = cv2.norm(part) ** 2 / (part.shape[0] * part.shape[1]) - sum(mean * mean for mean in cv2.mean(part))
    return max(float(squares), 0.0) / (part.shape[2] if part.ndim == 3 else 1)


def _transform(pairs: Plane, flags: int = 0) -> Plane:
    """Transform pairs of real numbers (h, w, 2) in their place, and return them as complex ones (h, w)."""
    cv2.dft(pairs, pairs, flags)
    return pairs.view(np.result_type(pairs.dtype, np.complex64))[..., 0]


def transform_weights(weights: Plane, grid: Grid, dtype: npt.DTypeLike) -> list[Plane]:
    """Transform the weights of a kernel, (h, w, C), for a product with blocks: a complex block for each channel.

    The kernel is turned by 180°: then the product is a convolution, which needs no conjugate, and its result is further
    down and right by what the kernel is larger than one pixel.
    """
    # OpenCV's inverse transform leaves out the division by the number of pixels: done here, it costs nothing.
    part = 1.0 / (grid.block[0] * grid.block[1])
    height, width, channels = weights.shape
    spectra = []
    for channel in range(channels):
        pairs = buffers.empty((*grid.block, 2), dtype)
        pairs[...] = 0.0
        np.multiply(weights[::-1, ::-1, channel], part, out=pairs[:height, :width, 0], casting="same_kind")
        spectra.append(_transform(pairs))
    return spectra


def correlate_pair(
    pair: BlockPair,
    grid: Grid,
    weights: Sequence[Plane],
    outs: Sequence[Plane],
    sums: npt.NDArray[np.float64] | None = None,
    level: float = 0.0,
) -> None:
    """Put the sum over channels of weights times blocks into `outs`, which are the blocks' places in the output.

    Parameters
    ----------
    pair : BlockPair
    grid : Grid
    weights : sequence of arrays
        One for each channel, in the blocks' type, from :func:`transform_weights`.
    outs : arrays
        One for each place, of the blocks' precision.
    sums : (C,) array, optional
        The sum of the weights of each channel; without it they count as 0, and the blocks' means do not matter.
    level : float, optional
        What the scene is taken relative to.
    """
    total = np.multiply(weights[0], pair.spectra[0], out=buffers.empty(grid.block, weights[0].dtype))
    for spectrum, weight in zip(pair.spectra[1:], weights[1:], strict=True):
        total += np.multiply(weight, spectrum, out=buffers.empty(grid.block, total.dtype))
    top, left = (side - step for side, step in zip(grid.block, grid.step, strict=True))
    height, width = outs[0].shape
    pairs = total.view(outs[0].dtype).reshape(*grid.block, 2)
    values = _transform(pairs, cv2.DFT_INVERSE)[top : top + height, left : left + width]
    if sums is not None:
        constants = (pair.means - level) @ sums
        values += values.dtype.type(complex(constants[0], constants[-1]))
    # Not cv2.split, which writes past the cache, from which the values are read next.
    cv2.mixChannels([pairs[top : top + height, left : left + width]], list(outs), [0, 0, 1, 1][: 2 * len(outs)])


def correlate_pairs(
    pairs: Iterable[BlockPair],
    grid: Grid,
    weights: Sequence[Plane],
    sums: npt.NDArray[np.float64] | None = None,
    level: float = 0.0,
) -> Plane:
    """Return the sum of weights times scene at every place (see :func:`correlate_pair`)."""
    out = buffers.empty(grid.out, weights[0].real.dtype, lasting=True)
    for pair in pairs:
        correlate_pair(pair, grid, weights, [out[place] for place in pair.places], sums, level)
    return out


def correlate_directly(
    read: Reader, grid: Grid, weights: Plane, sums: npt.NDArray[np.float64] | None = None, level: float = 0.0
) -> Plane:
    """Return the sum of weights (h, w, C) times scene at every place, product by product: for very small kernels."""
    out = np.empty(grid.out, np.float32)
    for place in grid.places:
        total = np.zeros([part.stop - part.start for part in place], np.float32)
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
            total += np.asarray(slid)[: total.shape[0], : total.shape[1]] + np.float32(constant)
        out[place] = total
    return out
