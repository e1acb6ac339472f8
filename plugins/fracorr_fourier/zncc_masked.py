r"""Zero-mean normalised cross-correlation of two masked images, over every shift at which they overlap.

With all sums over the pixels where the images overlap at a shift, weighted by the product of the masks *m* and
*w*, and :math:`N = \sum mw`:

.. math::

    \frac{\sum mw\,ft - \sum mw\,f \sum mw\,t / N}
         {\sqrt{\left(\sum mw\,f^2 - (\sum mw\,f)^2 / N\right)\left(\sum mw\,t^2 - (\sum mw\,t)^2 / N\right)}}

Each sum is one cross-correlation, computed with Fourier transforms. For masks of 0 and 1 this is Padfield's
formula [1]_; masks in between weigh the pixels. The channels of a colour image each lose their own mean, and their
covariances and variances add up.

.. [1] D. Padfield, "Masked object registration in the Fourier domain", IEEE Transactions on Image Processing 21(5),
   2012, doi:10.1109/TIP.2011.2181402.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

import attrs
import numpy as np
import numpy.typing as npt
import scipy.fft

from fracorr import Kernel, Response, Scene, parameter
from fracorr_fourier.centring import centred

RealArray = npt.NDArray[np.float64]
ComplexArray = npt.NDArray[np.complex128]

#: A variance below this share of the largest one is rounding error of the transforms: the window is flat.
_FLAT: Final = 1e-11

#: The side of the blocks that large scenes are cut into, in pixels.
_BLOCK: Final = 1024


@attrs.frozen
class MaskedZNCC:
    """Zero-mean normalised cross-correlation that knows what is there and what is not.

    The kernel's support is its mask; the scene's mask is the scene. The kernel may therefore stand over the edge of
    the scene, and a thing that is half out of the picture is still found: the scores cover every place at which
    enough of the kernel is inside.

    The module's own text has the formula.
    """

    any_size: ClassVar[bool] = True

    overlap: float = attrs.field(
        default=0.5,
        validator=[attrs.validators.gt(0), attrs.validators.le(1)],
        metadata=parameter("Least share of the kernel that must be inside the scene, of the largest possible"),
    )

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        color = scene.is_color and kernel.is_color
        pixels = scene.rgb if color else scene.gray
        moving, mask = _planes(kernel.rgb if color else kernel.gray), kernel.support.astype(np.float64)
        height, width = kernel.shape
        scores = np.empty((scene.height + height - 1, scene.width + width - 1), np.float32)
        fits = height <= scene.height and width <= scene.width
        # Where the kernel fits nowhere, only the whole scene tells the largest overlap.
        reach = kernel.shape if fits else scores.shape
        for rows in _blocks(scores.shape[0], reach[0]):
            for columns in _blocks(scores.shape[1], reach[1]):
                top, left = max(0, rows.start - height + 1), max(0, columns.start - width + 1)
                part = pixels[top : rows.stop, left : columns.stop]
                full = masked_zncc(
                    _planes(part),
                    np.ones(part.shape[:2]),
                    moving,
                    mask,
                    self.overlap,
                    largest=float(mask.sum()) if fits else None,
                )
                scores[rows, columns] = full[rows.start - top :, columns.start - left :][
                    : rows.stop - rows.start, : columns.stop - columns.start
                ]
        x, y = kernel.centre
        return Response(scores, "higher", (x - (width - 1), y - (height - 1)), (width, height))


def masked_zncc(
    fixed: Sequence[RealArray],
    fixed_mask: RealArray,
    moving: Sequence[RealArray],
    moving_mask: RealArray,
    overlap: float = 0.3,
    largest: float | None = None,
) -> RealArray:
    """Correlate two masked images at every shift.

    The formula is in this module's own text.

    Parameters
    ----------
    fixed, moving : sequence of (H, W) and of (h, w) float64 arrays
        The channels, equally many.
    fixed_mask, moving_mask : (H, W) and (h, w) float64 arrays
        Weights in [0, 1].
    overlap : float, optional
        Shifts where the masks overlap by less than this share of the largest overlap score 0.
    largest : float, optional
        The largest overlap, if it is not among these shifts because the image is a part of a larger one.

    Returns
    -------
    (H + h - 1, W + w - 1) float64 array
        In [-1, 1]; the element [i, j] has the top-left pixel of `moving` at row i - h + 1 and column j - w + 1 of
        `fixed`. Where either image is flat inside the overlap, 0.
    """
    both = _Overlap(fixed_mask, moving_mask)
    count = both.sums(both.mask, both.weight)
    # The transform's rounding must not decide a tie.
    enough = count >= overlap * (count.max() if largest is None else largest) * (1 - 1e-9)
    count[~enough] = 1.0
    covariance, fixed_variance, moving_variance = _moments(both, count, fixed, moving)
    for variance in (fixed_variance, moving_variance):
        enough &= variance > _FLAT * variance[enough].max(initial=0.0)
    scores = np.zeros(both.shape)
    scores[enough] = covariance[enough] / np.sqrt(fixed_variance[enough]) / np.sqrt(moving_variance[enough])
    return np.clip(scores, -1.0, 1.0)


@attrs.frozen(eq=False)
class _Overlap:
    """Two masks, and sums over where they overlap at every shift, as products of Fourier transforms."""

    fixed_mask: RealArray
    moving_mask: RealArray
    shape: tuple[int, int] = attrs.field(init=False)
    grid: tuple[int, int] = attrs.field(init=False)
    mask: ComplexArray = attrs.field(init=False)
    weight: ComplexArray = attrs.field(init=False)

    @shape.default
    def _shape(self) -> tuple[int, int]:
        height, width = (a + b - 1 for a, b in zip(self.fixed_mask.shape, self.moving_mask.shape, strict=True))
        return height, width

    @grid.default
    def _grid(self) -> tuple[int, int]:
        return scipy.fft.next_fast_len(self.shape[0], real=True), scipy.fft.next_fast_len(self.shape[1], real=True)

    @mask.default
    def _mask(self) -> ComplexArray:
        return self.spectrum(self.fixed_mask)

    @weight.default
    def _weight(self) -> ComplexArray:
        return self.spectrum(self.moving_mask[::-1, ::-1])

    def spectrum(self, array: RealArray) -> ComplexArray:
        return np.asarray(scipy.fft.rfft2(array, self.grid))

    def sums(self, fixed: ComplexArray, moving: ComplexArray) -> RealArray:
        """Return the sums of the products of two arrays, the moving one turned by 180 degrees before its transform."""
        height, width = self.shape
        return np.asarray(scipy.fft.irfft2(fixed * moving, self.grid)[:height, :width])


def _moments(
    overlap: _Overlap, count: RealArray, fixed: Sequence[RealArray], moving: Sequence[RealArray]
) -> tuple[RealArray, RealArray, RealArray]:
    """Return the covariance and both variances, times `count`, added up over the channels."""
    covariance, fixed_variance, moving_variance = (np.zeros(overlap.shape) for _ in range(3))
    for first, second in zip(fixed, moving, strict=True):
        f, t = centred(first, overlap.fixed_mask), centred(second, overlap.moving_mask)[::-1, ::-1]
        mt = overlap.moving_mask[::-1, ::-1] * t
        f_spectrum, t_spectrum = overlap.spectrum(overlap.fixed_mask * f), overlap.spectrum(mt)
        f_sum, t_sum = overlap.sums(f_spectrum, overlap.weight), overlap.sums(overlap.mask, t_spectrum)
        covariance += overlap.sums(f_spectrum, t_spectrum) - f_sum * t_sum / count
        f_squares = overlap.sums(overlap.spectrum(overlap.fixed_mask * f * f), overlap.weight)
        fixed_variance += f_squares - f_sum**2 / count
        moving_variance += overlap.sums(overlap.mask, overlap.spectrum(mt * t)) - t_sum**2 / count
    return covariance, fixed_variance, moving_variance


def _planes(pixels: npt.NDArray[np.float32]) -> list[RealArray]:
    planes = pixels[..., None] if pixels.ndim == 2 else pixels
    return [planes[..., channel].astype(np.float64) for channel in range(planes.shape[2])]


def _blocks(length: int, side: int) -> Iterator[slice]:
    """Cut one side of the scores, so that the transforms of a large scene stay small; a block needs a kernel around."""
    step = max(_BLOCK, 4 * side)
    for start in range(0, length, step):
        yield slice(start, min(length, start + step))
