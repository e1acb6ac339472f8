"""Drawing a plan: the Hutchinson operator on pictures."""

from __future__ import annotations

import functools
import math

import attrs
import numpy as np

from fracorr import ConfigurationError, Kernel, images
from fracorr.images import FloatArray
from fracorr.opencv import cv2
from fracorr_ifs.channels import resized
from fracorr_ifs.compositing import Compositing, add_layer, meaned
from fracorr_ifs.framing import Box, View
from fracorr_ifs.maps import AffineMap
from fracorr_ifs.plan import Copy, Key, Plan, Step
from fracorr_ifs.squeezing import squeezed

#: Empty pixels around each picture, so that soft edges fit in.
_PADDING = 2
#: A copy that is shrunk by more than this in some direction is averaged first.
_SHRINKS = 0.7
#: Sums over copies beyond this are divided before they overflow: copies of copies multiply.
_LARGE = 1e6


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
    renderer = _Renderer(plan, kernel, view, compositing)
    for step in plan.steps[:-1]:
        renderer.draw(step, renderer.grid(step))
    result = renderer.draw(plan.steps[-1], view)
    return meaned(result.stacked, result.log_scale) if compositing == "mean" else result.stacked


@attrs.frozen(eq=False)
class _Picture:
    """A picture on the way.

    Attributes
    ----------
    stacked : (h, w, 4) float32 array
        Premultiplied colour and support.
    to_plane : AffineMap
        From its pixels.
    log_scale : float
        The natural logarithm of what its values have been divided by.
    """

    stacked: FloatArray
    to_plane: AffineMap
    log_scale: float = 0.0

    @property
    def mass(self) -> float:
        """The sum of the support."""
        return float(self.stacked[..., 3].sum(dtype=np.float64))


class _Renderer:
    """Draws the steps of a plan one by one, and keeps the pictures that are still needed."""

    def __init__(self, plan: Plan, kernel: Kernel, view: View, compositing: Compositing) -> None:
        self._plan = plan
        self._opacity = float(kernel.support.max())
        # Above all the single pixel is asked for again and again.
        self._resized = functools.lru_cache(maxsize=4)(lambda height, width: resized(kernel, height, width))
        self._pitch = view.pitch
        self._compositing = compositing
        self._uses = plan.uses()
        self._ready: dict[Key, _Picture] = {}

    def grid(self, step: Step) -> View:
        """Return the pixels of an intermediate picture: all that it covers, in the resolution of its level."""
        grid = View.covering(Box.around(step.hull), self._side(step.key.level), _PADDING)
        _check_size(grid.width, grid.height)
        return grid

    def draw(self, step: Step, grid: View) -> _Picture:
        """Draw a step on a grid."""
        sources = {copy.source for copy in step.copies}
        for source in sources - self._ready.keys():
            self._ready[source] = self._kernel_picture(source.level)
        canvas = np.zeros((grid.height, grid.width, 4), np.float32)
        log_scale = max(self._ready[source].log_scale for source in sources)
        for copy in step.copies:
            self._add(canvas, grid, copy, log_scale)
        for source in sources:
            self._release(source)
        largest = float(canvas[..., 3].max())
        if self._compositing == "mean" and largest > _LARGE:
            canvas /= np.float32(largest)
            log_scale += math.log(largest)
        self._ready[step.key] = _Picture(canvas, grid.to_plane, log_scale)
        return self._ready[step.key]

    def _side(self, level: int) -> float:
        """Return the side of a pixel of a level, on the plane."""
        return self._pitch * self._plan.base**-level

    def _release(self, source: Key) -> None:
        self._uses[source] -= 1
        if self._uses[source] == 0:
            del self._ready[source]

    def _kernel_picture(self, level: int) -> _Picture:
        """Return the kernel's own picture in the resolution of a level, at least one pixel."""
        box, side = self._plan.initial, self._side(level)
        # Rounded down: a pixel may be drawn a little too large, but is never lost between the pixels of a copy.
        width, height = (max(1, math.floor(length / side + 1e-6)) for length in (box.width, box.height))
        _check_size(width, height)
        stacked = self._resized(height, width)
        if self._compositing == "measure":
            stacked = stacked * np.float32(box.width * box.height / (self._pitch**2 * width * height))
        elif width == height == 1:
            # A dot is there or not: what is part of a kernel with much empty space would fade from step to step.
            stacked = stacked * np.float32(self._opacity / max(float(stacked[0, 0, 3]), 1e-12))
        across, down = max(side, box.width / width), max(side, box.height / height)
        x, y = box.centre
        left, top = x - across * (width - 1) / 2, y + down * (height - 1) / 2
        return _Picture(stacked, AffineMap(across, 0.0, 0.0, -down, left, top))

    def _add(self, canvas: FloatArray, grid: View, copy: Copy, log_scale: float) -> None:
        """Draw one copy on a canvas whose values have been divided by exp(`log_scale`)."""
        picture = self._ready[copy.source]
        stacked, placed = picture.stacked, grid.to_pixels @ copy.map @ picture.to_plane
        is_measure = self._compositing == "measure"
        if placed.smallest_stretch < _SHRINKS:
            stacked, placed = squeezed(stacked, placed, shadow=not is_measure)
        left, top, right, bottom = _reach(stacked, placed, grid)
        if right <= left or bottom <= top:
            return
        placed = attrs.evolve(placed, e=placed.e - left, f=placed.f - top)
        layer = np.asarray(cv2.warpAffine(stacked, placed.matrix, (right - left, bottom - top)), dtype=np.float32)
        if is_measure:
            # Everything that is drawn fits into the grid, so what a copy weighs is known.
            mass = float(layer[..., 3].sum(dtype=np.float64))
            layer *= copy.weight * picture.mass / mass if mass > 0 else 0.0
        elif picture.log_scale != log_scale:
            layer *= math.exp(picture.log_scale - log_scale)
        add_layer(canvas[top:bottom, left:right], layer, self._compositing)


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


def _check_size(width: int, height: int) -> None:
    if width * height > images.pixel_limit():
        raise ConfigurationError(
            f"the fractal needs a picture of {width}×{height} pixels on the way, more than the limit of "
            f"{images.pixel_limit():,}; ask for a smaller size, or set {images.PIXEL_LIMIT_VARIABLE} to allow it"
        )
