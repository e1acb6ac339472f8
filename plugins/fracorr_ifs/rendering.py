"""Drawing a plan: the Hutchinson operator on pictures."""

from __future__ import annotations

import math

import attrs
import numpy as np

from fracorr import ConfigurationError, Kernel, images, sampling
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr_ifs.compositing import Compositing, add_layer, finish
from fracorr_ifs.framing import Box, View
from fracorr_ifs.maps import AffineMap
from fracorr_ifs.plan import Copy, Key, Plan, Step
from fracorr_ifs.squeezing import squeezed

#: Empty pixels around each picture, so that soft edges fit in.
_PADDING = 2
#: A copy that is shrunk by more than this in some direction is averaged first.
_SHRINKS = 0.7

_Picture = tuple[FloatArray, AffineMap]


def render(plan: Plan, kernel: Kernel, view: View, compositing: Compositing) -> FloatArray:
    """Draw a plan.

    Parameters
    ----------
    plan : Plan
    kernel : Kernel
        The picture that is copied.
    view : View
        The pixels of the result on the plane.
    compositing : {"over", "max", "mean", "measure"}
        How copies are put together. Under ``measure``, Σ pᵢ Tᵢ I, the values are masses: a copy's sum over its pixels
        is its weight times the sum of what was copied, whatever its size (the Markov operator; Hutchinson 1981,
        doi:10.1512/iumj.1981.30.30055, section 4.4).

    Returns
    -------
    (H, W, 4) float32 array
        Premultiplied colour and support; of a gray kernel, the second and third channel are 0.

    Raises
    ------
    ConfigurationError
        If a picture on the way would be larger than the pixel limit.
    """
    uses = plan.uses()
    ready: dict[Key, _Picture] = {}
    for step in plan.steps:
        is_last = step is plan.steps[-1]
        grid = view if is_last else _grid(plan, step, view)
        canvas = np.zeros((grid.height, grid.width, 4), np.float32)
        for copy in step.copies:
            if copy.source not in ready:
                ready[copy.source] = _kernel_picture(plan, kernel, view.pitch, copy.source.level, compositing)
            _draw(canvas, grid, ready[copy.source], copy, compositing)
        finish(canvas, compositing)
        for source in {copy.source for copy in step.copies}:
            uses[source] -= 1
            if uses[source] == 0:
                del ready[source]
        if not is_last:
            ready[step.key] = canvas, grid.to_plane
    return canvas


def four_channels(kernel: Kernel) -> FloatArray:
    """Return premultiplied colour and support as (H, W, 4): OpenCV warps four channels faster and finer than two."""
    stacked = sampling.premultiplied(kernel)
    if stacked.shape[2] == 4:
        return stacked
    wide = np.zeros((*kernel.shape, 4), np.float32)
    wide[..., 0], wide[..., 3] = stacked[..., 0], stacked[..., 1]
    return wide


def _kernel_picture(plan: Plan, kernel: Kernel, pitch: float, level: int, compositing: Compositing) -> _Picture:
    """Return the kernel's own picture in the resolution of a level, at least one pixel."""
    box = plan.initial
    side = pitch * plan.base**-level
    # Rounded down: a pixel may be drawn a little too large, but is never lost between the pixels of a copy.
    width, height = (max(1, math.floor(length / side + 1e-6)) for length in (box.width, box.height))
    _check_size(width, height)
    stacked = four_channels(sampling.resize(kernel, height, width))
    if compositing == "measure":
        stacked = stacked * np.float32(box.width * box.height / (pitch**2 * width * height))
    elif width * height == 1:
        stacked = stacked * np.float32(kernel.support.max() / max(float(stacked[0, 0, 3]), 1e-12))
    across, down = max(side, box.width / width), max(side, box.height / height)
    x, y = box.centre
    left, top = x - across * (width - 1) / 2, y + down * (height - 1) / 2
    return stacked, AffineMap(across, 0.0, 0.0, -down, left, top)


def _grid(plan: Plan, step: Step, view: View) -> View:
    """Return the pixels of an intermediate picture: all that it covers, in the resolution of its level."""
    grid = View.covering(Box.around(step.hull), view.pitch * plan.base**-step.key.level, _PADDING)
    _check_size(grid.width, grid.height)
    return grid


def _check_size(width: int, height: int) -> None:
    if width * height > images.pixel_limit():
        raise ConfigurationError(
            f"the fractal needs a picture of {width}×{height} pixels on the way, more than the limit of "
            f"{images.pixel_limit():,}; ask for a smaller size, or set {images.PIXEL_LIMIT_VARIABLE} to allow it"
        )


def _draw(canvas: FloatArray, grid: View, picture: _Picture, copy: Copy, compositing: Compositing) -> None:
    """Draw one copy."""
    stacked, to_plane = picture
    placed = grid.to_pixels @ copy.map @ to_plane
    if placed.smallest_stretch < _SHRINKS:
        stacked, placed = squeezed(stacked, placed, keep="mass" if compositing == "measure" else "opacity")
    left, top, right, bottom = _reach(stacked, placed, grid)
    if right <= left or bottom <= top:
        return
    placed = attrs.evolve(placed, e=placed.e - left, f=placed.f - top)
    layer: FloatArray = cv2.warpAffine(stacked, placed.matrix, (right - left, bottom - top))  # type: ignore[assignment]
    if compositing == "measure":
        layer *= copy.weight / abs(placed.determinant)
    add_layer(canvas[top:bottom, left:right], layer, compositing)


def _reach(stacked: FloatArray, placed: AffineMap, grid: View) -> tuple[int, int, int, int]:
    """Return the pixels of the grid that a copy can touch: left, top, right, bottom, the latter two exclusive."""
    height, width = stacked.shape[:2]
    # Interpolation reaches to the centres of the pixels just outside.
    across, down = (width + 1) / 2, (height + 1) / 2
    x = placed.a * (width - 1) / 2 + placed.b * (height - 1) / 2 + placed.e
    y = placed.c * (width - 1) / 2 + placed.d * (height - 1) / 2 + placed.f
    half_width = abs(placed.a) * across + abs(placed.b) * down
    half_height = abs(placed.c) * across + abs(placed.d) * down
    return (
        max(0, math.floor(x - half_width) + 1),
        max(0, math.floor(y - half_height) + 1),
        min(grid.width, math.ceil(x + half_width)),
        min(grid.height, math.ceil(y + half_height)),
    )
