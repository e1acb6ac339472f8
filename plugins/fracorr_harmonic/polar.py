"""A kernel in polar coordinates about its middle, and the way back into the range of pixels."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import Kernel, validators
from fracorr.images import FloatArray
from fracorr.sampling import premultiplied
from fracorr_harmonic.frame import Frame
from fracorr_harmonic.spline import Interpolant, Reals, smaller

#: Less support than this on a whole ring or ray is none.
_NOTHING = 1e-6


class PolarSource:
    """A kernel, looked up by radius and angle.

    Parameters
    ----------
    kernel : Kernel
    zoom : float
        How much larger than the kernel the result will be; for a smaller one the kernel is averaged first.

    Attributes
    ----------
    scale : float
        Pixels of the result per pixel of this source; at least about 1.
    radius : float
        Of the largest circle within the kernel, in pixels of this source.
    channels : int
        Of colour: 1 or 3.
    degree : int
        Of the splines that may interpolate between its lines: 3, or 1 where a shape is cut out.
    """

    def __init__(self, kernel: Kernel, zoom: float) -> None:
        stacked = premultiplied(kernel)
        if zoom < 1:
            stacked = smaller(stacked, zoom, least=2)
        self.degree = 3 if kernel.has_full_support else 1
        self.channels = stacked.shape[2] - 1
        self._interpolant = Interpolant(stacked, smooth=kernel.has_full_support)
        self.radius = min(stacked.shape[:2]) / 2
        self.scale = zoom * min(kernel.shape) / min(stacked.shape[:2])

    def at(self, radii: Reals, angles: Reals) -> Reals:
        """Return premultiplied pixels, (h, w, C + 1), at radii (pixels) and angles (radians) that broadcast."""
        x = self._interpolant.width / 2 + radii * np.cos(angles)
        y = self._interpolant.height / 2 - radii * np.sin(angles)
        return self._interpolant.at(x, y).astype(np.float64)


@attrs.frozen
class Filled:
    """Lines of samples whose gaps, where there is no support, are filled with the mean of the rest of the line.

    Attributes
    ----------
    colors : (lines, samples, C) float64 array
    support : (lines,) float64 array
        The mean support of each line.
    """

    colors: Reals
    support: Reals

    @classmethod
    def of(cls, samples: Reals) -> Filled:
        """Fill lines of premultiplied samples, (lines, samples, C + 1)."""
        support = np.clip(samples[..., -1:], 0.0, 1.0)
        weight = support.mean(axis=1, keepdims=True)
        mean = samples[..., :-1].mean(axis=1, keepdims=True) / np.maximum(weight, _NOTHING)
        return cls(samples[..., :-1] + (1 - support) * mean, np.where(weight < _NOTHING, 0.0, weight)[:, 0, 0])


def kernel_of_projection(
    component: object,
    kernel: Kernel,
    deviation: FloatArray,
    support: FloatArray,
    mean: npt.ArrayLike,
) -> Kernel:
    """Bring a projection back into the range of pixels.

    The result is mean + k · deviation, where k ≤ 1 is the largest factor that keeps every pixel with support within
    [0, 1]: contrast is lost only where it must be, evenly over the picture and its colours, and a result that fits
    already is left alone. A correlation coefficient does not notice.

    Parameters
    ----------
    component : object
        The transform, for messages.
    kernel : Kernel
        What the result derives from.
    deviation : (H, W, C) float32 array
        The projection, less its mean; overwritten.
    support : (H, W) float32 array
    mean : (C,) array
        The colour about which contrast is reduced.

    Raises
    ------
    ConfigurationError
        If there is no support.
    """
    inside = support > 0
    if not inside.any():
        raise validators.wrong(
            component,
            f"kernel '{kernel.name}' has no support within the largest circle about its middle; "
            "crop it so that it lies in the middle",
        )
    low, high = min(0.0, float(kernel.pixels.min())), max(1.0, float(kernel.pixels.max()))
    center = np.clip(np.asarray(mean, np.float32), low, high)
    factor = 1.0
    for channel in range(deviation.shape[2]):
        part = deviation[..., channel][inside]
        for extreme, room in ((part.max(), high - center[channel]), (-part.min(), center[channel] - low)):
            if extreme > room:
                factor = min(factor, float(room) / float(extreme))
    deviation *= np.float32(factor)
    deviation += center
    np.clip(deviation, low, high, out=deviation)
    deviation[~inside] = center
    return kernel.derive(deviation[..., 0] if kernel.pixels.ndim == 2 else deviation, support)


def frame_and_source(component: object, kernel: Kernel, size: int | None) -> tuple[Frame, PolarSource]:
    """Return the result's frame and the kernel to be looked up for it."""
    frame = Frame.of(component, kernel, size)
    return frame, PolarSource(kernel, frame.zoom)
