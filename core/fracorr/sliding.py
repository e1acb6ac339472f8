"""Any weights slid over a scene, and what all sliding needs: that the kernel fits, and that results stay finite."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fracorr.blocks import correlate_blocks, grid_for, transform_weights
from fracorr.errors import ImageError
from fracorr.images import FloatArray
from fracorr.planes import Planes, unit_scale
from fracorr.scene import Scene

#: The largest number that float32 holds.
LARGEST = float(np.finfo(np.float32).max)


def cross_correlate(scene: Scene, weights: npt.ArrayLike) -> FloatArray:
    """Return the sum of weights times pixels at every place where the weights fit wholly.

    The scene's transforms are shared by all kernels of the same size.

    Parameters
    ----------
    scene : Scene
    weights : (h, w) or (h, w, 3) array
        Any finite numbers. (h, w) weights are correlated with the luma of the scene, (h, w, 3) weights with its
        channels, and summed over them; a gray scene has three equal ones.

    Returns
    -------
    (H - h + 1, W - w + 1) float32 array
        Accurate to about 1e-6 of its largest magnitude.

    Raises
    ------
    ImageError
        If the weights are larger than the scene, or no such array.
    """
    factors = np.asarray(weights, dtype=np.float64)
    if factors.ndim not in (2, 3) or (factors.ndim == 3 and factors.shape[2] != 3) or factors.size == 0:
        raise ImageError(f"weights to correlate with have the shape (h, w) or (h, w, 3), not {factors.shape}")
    if not np.isfinite(factors).all():
        raise ImageError("weights to correlate with must be finite, but some are NaN or infinite")
    require_fit(factors.shape, scene, "the array of weights")
    if factors.ndim == 3 and not scene.is_color:
        factors = factors.sum(axis=2)
    planes = Planes.of(scene, color=factors.ndim == 3)
    grid = grid_for(planes.shape, (factors.shape[0], factors.shape[1]))
    unit = unit_scale(float(np.abs(factors).max()))
    factors = factors.reshape(*factors.shape[:2], -1) * unit
    spectra = transform_weights(factors, grid, np.float32)
    values = correlate_blocks(planes.blocks(scene, grid), grid, spectra, factors.sum(axis=(0, 1)))
    return rescaled(values, 1.0 / (planes.scale * unit))


def rescaled(values: FloatArray, factor: float) -> FloatArray:
    """Return values times factor, kept within what float32 holds."""
    if factor == 1.0:
        return values
    return np.clip(values.astype(np.float64) * factor, -LARGEST, LARGEST).astype(np.float32)


def require_fit(shape: tuple[int, ...], scene: Scene, what: str) -> None:
    """Check that a height and width are not larger than a scene.

    Raises
    ------
    ImageError
        If they are.
    """
    if shape[0] > scene.height or shape[1] > scene.width:
        raise ImageError(
            f"{what} ({shape[1]}×{shape[0]} px) is larger than scene '{scene.name}' ({scene.width}×{scene.height} "
            "px): shrink it or take a larger scene"
        )
