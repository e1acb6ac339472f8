"""What every window of a scene has in common for all kernels with one support that is not 1 everywhere."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from fracorr.blocks import correlate_pairs, grid_for, transform_weights
from fracorr.images import FloatArray
from fracorr.planes import Planes
from fracorr.scene import Scene
from fracorr.squares import Squares
from fracorr.window_sums import without_level

#: A sum of squares below this part of the largest possible one cannot be told from the rounding of the transforms.
_ROUNDING = 1e-12


@attrs.frozen(eq=False)
class SupportSums:
    """The sums for a kernel with a support of its own: correlations with it, in float64."""

    energy: FloatArray
    sums: tuple[FloatArray, ...]
    shifts: tuple[FloatArray, ...]
    contrast: Squares
    raw_energy: Squares

    @classmethod
    def of(cls, scene: Scene, planes: Planes, support: FloatArray) -> SupportSums:
        """Sum up a scene's windows for a support (h, w)."""
        grid = grid_for(planes.shape, (support.shape[0], support.shape[1]))

        def slide(factors: npt.NDArray[np.float64], channel: int | None) -> npt.NDArray[np.float64]:
            pairs = planes.blocks_in_double(scene, grid, channel)
            spectra = transform_weights(factors[..., None], grid, np.float64)
            return correlate_pairs(pairs, grid, spectra, np.array([factors.sum()]))

        weights = support.astype(np.float64)
        squares = weights * weights
        total = float(squares.sum())
        rounding = _ROUNDING * total * planes.peak**2
        contrast = slide(squares, None)
        energy = np.maximum(contrast, 0.0).astype(np.float32)
        sums, shifts = [], []
        for channel in range(planes.channels):
            means = slide(squares / total, channel)
            contrast -= total * means * means
            if planes.level:
                sums.append((total * means).astype(np.float32))
            if not np.array_equal(weights, squares):
                means -= slide(weights / weights.sum(), channel)
                shifts.append(means.astype(np.float32))
        flat = contrast <= rounding
        for shift in shifts:
            contrast += total * np.square(shift, dtype=np.float64)
        contrast[flat] = 0.0
        raw = without_level(energy, tuple(sums), planes.level, total) if planes.level else energy
        squares_about_mean = Squares(contrast.astype(np.float32), rounding, grid)
        return cls(energy, tuple(sums), tuple(shifts), squares_about_mean, Squares(raw, rounding, grid))
