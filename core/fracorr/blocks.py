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

#: Sides that cv2.dft transforms fast, in pixels. Rows of 256 and 512 doubles would share cache lines and cost double.
_SIDES = np.array([64, 96, 128, 160, 192, 240, 288, 320, 360, 384, 432, 480, 576, 640])
#: What a block costs besides its pixels (calls from Python), in pixels.
_PER_BLOCK = 10_000
#: A larger block falls out of the cache and costs twice as much per pixel.
_CACHED = 330_000
#: Kernels whose sides round up to the same multiple share the transforms of the scene.
_SHARED = 16


@attrs.frozen
class Grid:
    """How a scene is cut: blocks of `block` pixels every `step` pixels, for an output of `out` places."""

    out: tuple[int, int]
    block: tuple[int, int]
    step: tuple[int, int]

    @property
    def pixels(self) -> int:
        """How many pixels all blocks have together."""
        count = math.ceil(self.out[0] / self.step[0]) * math.ceil(self.out[1] / self.step[1])
        return count * self.block[0] * self.block[1]

    def places(self) -> Iterator[Place]:
        """Yield the part of the output that each block gives."""
        for top, left in itertools.product(*(range(0, self.out[axis], self.step[axis]) for axis in (0, 1))):
            bottom, right = min(top + self.step[0], self.out[0]), min(left + self.step[1], self.out[1])
            yield slice(top, bottom), slice(left, right)


@functools.lru_cache(maxsize=1024)
def grid_for(scene: tuple[int, int], kernel: tuple[int, int]) -> Grid:
    """Return the cheapest way to cut a scene of this height and width for a kernel of that height and width."""
    out = (scene[0] - kernel[0] + 1, scene[1] - kernel[1] + 1)
    reach = [min(math.ceil(kernel[axis] / _SHARED) * _SHARED, scene[axis]) for axis in (0, 1)]
    sides = [_candidates(scene[axis], reach[axis]) for axis in (0, 1)]
    counts = [np.ceil(out[axis] / (sides[axis] - reach[axis] + 1)) for axis in (0, 1)]
    pixels = np.outer(sides[0], sides[1]).astype(np.float64)
    cost = np.outer(counts[0], counts[1]) * (pixels * np.where(pixels > _CACHED, 2.0, 1.0) + _PER_BLOCK)
    best = np.unravel_index(int(np.argmin(cost)), cost.shape)
    block = int(sides[0][best[0]]), int(sides[1][best[1]])
    return Grid(out=out, block=block, step=(block[0] - reach[0] + 1, block[1] - reach[1] + 1))


def _candidates(scene: int, reach: int) -> npt.NDArray[np.int64]:
    """Return the sides a block may have: the fast ones, one for the whole scene, and one of twice the kernel."""
    whole, double = (int(cv2.getOptimalDFTSize(side)) for side in (scene, min(scene, 2 * reach)))
    fast = _SIDES[(_SIDES >= reach) & (_SIDES < scene)]
    return np.append(fast, [double, whole]).astype(np.int64)


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


def transform_block(read: Reader, channels: int, grid: Grid, place: Place, dtype: npt.DTypeLike) -> Block:
    """Transform what the scene holds under one place of the output, in float32 or float64."""
    rows, columns = (slice(part.start, part.start + side) for part, side in zip(place, grid.block, strict=True))
    spectra, means = [], []
    for channel in range(channels):
        part = read(rows, columns, channel)
        # The mean as the pixels' own type holds it: the difference to pixels close to it is then exact.
        mean = part.dtype.type(cv2.mean(part)[0])
        buffer = np.empty(grid.block, dtype) if part.shape == grid.block else np.zeros(grid.block, dtype)
        np.subtract(part, mean, out=buffer[: part.shape[0], : part.shape[1]], dtype=dtype)
        spectra.append(np.asarray(cv2.dft(buffer, buffer)))
        means.append(float(mean))
    return Block(place, spectra, np.array(means))


def transform_weights(weights: Plane, grid: Grid, dtype: npt.DTypeLike) -> list[Plane]:
    """Transform the weights of a kernel, (h, w, C), for a product with blocks."""
    spectra = []
    for channel in range(weights.shape[2]):
        buffer = np.zeros(grid.block, dtype)
        buffer[: weights.shape[0], : weights.shape[1]] = weights[..., channel]
        spectra.append(np.asarray(cv2.dft(buffer, buffer)))
    return spectra


def correlate_block(block: Block, weights: Sequence[Plane]) -> Plane:
    """Return the sum over channels of weights times block, at the block's place in the output.

    The channels are taken relative to the block's means.
    """
    total = cv2.mulSpectrums(block.spectra[0], weights[0], 0, conjB=True)
    for spectrum, weight in zip(block.spectra[1:], weights[1:], strict=True):
        cv2.add(total, cv2.mulSpectrums(spectrum, weight, 0, conjB=True), dst=total)
    cv2.dft(total, total, cv2.DFT_INVERSE | cv2.DFT_SCALE)
    rows, columns = block.place
    return np.asarray(total)[: rows.stop - rows.start, : columns.stop - columns.start]


def correlate_blocks(
    blocks: Iterable[Block], grid: Grid, weights: Sequence[Plane], sums: npt.ArrayLike | None = None
) -> Plane:
    """Return the sum of weights times scene at every place.

    Parameters
    ----------
    blocks : iterable of Block
        The scene.
    grid : Grid
        How it is cut.
    weights : sequence of array
        From :func:`transform_weights`, in the blocks' type.
    sums : (C,) array, optional
        The sum of the weights of each channel; without it they count as 0, and the blocks' means do not matter.
    """
    out = np.empty(grid.out, weights[0].dtype)
    for block in blocks:
        part = correlate_block(block, weights)
        mean = 0.0 if sums is None else float(block.means @ np.asarray(sums))
        np.add(part, part.dtype.type(mean), out=out[block.place])
    return out
