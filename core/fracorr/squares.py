"""A sum of squares at every window, by whose root a correlation is divided, and where it is small."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.blocks import Grid, Place
from fracorr.images import FloatArray
from fracorr.once import computed_once
from fracorr.opencv import cv2


@attrs.define(eq=False, slots=False)
class Squares:
    """A sum of squares at every window, to divide by its root.

    Parameters
    ----------
    values : (H', W') float32 array
    rounding : float
        What is up to this counts as 0.
    grid : Grid
        How the windows are parted.
    """

    values: FloatArray
    rounding: float
    grid: Grid

    def inverse_roots(self, place: Place, out: FloatArray) -> None:
        """Write one over the roots at some places; 0 where the sum counts as 0."""
        squares = self.values[place]
        if not self.positive:
            squares = np.where(squares > self.rounding, squares, np.float32(np.inf))
        cv2.pow(squares, -0.5, dst=out)

    @property
    def positive(self) -> bool:
        """Whether none counts as 0."""
        return self._smallest[1]

    def clusters(self, limit: float, place: Place) -> list[Place]:
        """Return where sums are at most so large, but do not count as 0: parts of a place that hold all such windows.

        Windows less than a kernel apart are in one part.
        """
        top, left = (part.start // self._cell for part in place)
        bottom, right = (-(-part.stop // self._cell) for part in place)
        cells = (self._smallest[0][top:bottom, left:right] <= limit).view(np.uint8)
        if not cells.any():
            return []
        _, _, boxes, _ = cv2.connectedComponentsWithStats(cells)
        # The first box is that of the cells which are in no cluster.
        boxes = boxes[1:, :4] + np.array([left, top, 0, 0])
        parts = (_common(box, place) for box in boxes * self._cell)
        return [cluster for part in parts if (cluster := self._around(limit, part))]

    def _around(self, limit: float, place: Place) -> Place | None:
        """Return the smallest part that holds all sums of a place that are at most so large, but do not count as 0."""
        squares = self.values[place]
        flags = squares <= limit if self.positive else (squares <= limit) & (squares > self.rounding)
        x, y, width, height = cv2.boundingRect(flags.view(np.uint8))
        top, left = place[0].start + y, place[1].start + x
        return (slice(top, top + height), slice(left, left + width)) if width else None

    @computed_once
    def _cell(self) -> int:
        """The side of a cell: the longer one of the kernel."""
        return max(block - step + 1 for block, step in zip(self.grid.block, self.grid.step, strict=True))

    @computed_once
    def _smallest(self) -> tuple[FloatArray, bool]:
        """The smallest sum in each cell of those that do not count as 0, infinite if all do; and whether none does."""
        cells = self._in_cells(lambda rows: rows)
        if cells.min() > self.rounding:
            return cells, True
        infinite = np.float32(np.inf)
        return self._in_cells(lambda rows: np.where(rows > self.rounding, rows, infinite)), False

    def _in_cells(self, change: Callable[[FloatArray], FloatArray]) -> FloatArray:
        """Return the smallest number in each cell, after a change of them."""
        tops, lefts = (range(0, side, self._cell) for side in self.values.shape)
        rows = [cv2.reduce(change(self.values[top : top + self._cell]), 0, cv2.REDUCE_MIN) for top in tops]
        return np.asarray(np.minimum.reduceat(np.concatenate(rows), lefts, axis=1))

    @property
    def nbytes(self) -> int:
        return self.values.nbytes


def _common(box: npt.NDArray[np.int64], place: Place) -> Place:
    """Return what a box (left, top, width, height) and a place have in common."""
    left, top, width, height = (int(each) for each in box)
    rows, columns = place
    below, right = min(top + height, rows.stop), min(left + width, columns.stop)
    return slice(max(top, rows.start), below), slice(max(left, columns.start), right)
