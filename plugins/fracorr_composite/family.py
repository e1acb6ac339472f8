"""The training images of a composite filter: one kernel, turned and scaled."""

from __future__ import annotations

import math

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import Kernel, sampling
from fracorr.opencv import cv2

RealArray = npt.NDArray[np.float64]

#: A copy with less contrast than this has nothing to correlate.
_FLAT = 1e-6


@attrs.frozen(eq=False)
class Family:
    """Copies of a kernel, as training images.

    Make one with :meth:`of`.

    Attributes
    ----------
    images : (N, C, H, W) float64 array
        Pixels times support, with mean 0 in each channel and sum of squares 1; 0 outside the support. C is 1 or 3.
        There are none for a flat kernel.
    angles, scales : (N,) float64 arrays
        How each was made: degrees, counter-clockwise as seen on the screen, and factor.
    support : (H, W) bool array
        Where any of them is.
    """

    images: RealArray
    angles: RealArray
    scales: RealArray
    support: npt.NDArray[np.bool_]

    @classmethod
    def of(
        cls, kernel: Kernel, angles: npt.ArrayLike, scales: npt.ArrayLike, *, fade: float = 0.0, color: bool = True
    ) -> Family:
        """Turn and scale a kernel about its centre, inside its own frame.

        Parameters
        ----------
        kernel : Kernel
        angles, scales : sequences of float
            Every angle is combined with every scale.
        fade : float, optional
            Over what share of the kernel's smaller side the copies fade in from the edge of the support. A hard edge
            is what all copies have in common and the scene does not have, and a filter would look for it.
        color : bool, optional
            Whether the channels of a colour kernel are kept; otherwise its luma is taken.
        """
        source = kernel if color or not kernel.is_color else kernel.derive(kernel.gray)
        stacked = sampling.premultiplied(source) * _fading(kernel.support, fade)[..., None]
        images, made, support = [], [], np.zeros(kernel.shape, bool)
        for scale in np.ravel(scales):
            for angle in np.ravel(angles):
                copy = _pose(stacked, float(angle), float(scale))
                image = _training_image(copy)
                if image is not None:
                    images.append(image)
                    made.append((float(angle), float(scale)))
                    support |= copy[..., -1] > 0
        channels = stacked.shape[2] - 1
        poses = np.array(made).reshape(-1, 2)
        return cls(np.array(images).reshape(-1, channels, *kernel.shape), poses[:, 0], poses[:, 1], support)

    def __len__(self) -> int:
        return len(self.images)


def _fading(support: npt.NDArray[np.float32], fade: float) -> npt.NDArray[np.float32]:
    """Return weights that grow from the edge of the support to 1 further inside."""
    if fade == 0:
        return np.ones_like(support)
    inside = np.pad((support > 0).astype(np.uint8), 1)
    distance = np.asarray(cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)[1:-1, 1:-1]
    # OpenCV's roots differ in the last digit with the place of the array in memory; their squares are whole numbers.
    distance = np.sqrt(np.rint(distance**2))
    return np.asarray(np.minimum(distance / np.float32(fade * min(support.shape)), np.float32(1.0)))


def _pose(stacked: npt.NDArray[np.float32], angle: float, scale: float) -> npt.NDArray[np.float32]:
    """Turn and scale premultiplied pixels about their centre; the frame stays."""
    if scale < 1:
        # Averages what falls onto one pixel of the smaller copy.
        sigma = 0.5 * math.sqrt(scale**-2 - 1)
        stacked = np.asarray(cv2.GaussianBlur(stacked, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT), np.float32)
    height, width = stacked.shape[:2]
    dx, dy = (np.arange(width) - (width - 1) / 2) / scale, (np.arange(height) - (height - 1) / 2)[:, None] / scale
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    # Looks up where each pixel came from: the turn backwards, with y pointing down.
    x, y = dx * cosine - dy * sine + (width - 1) / 2, dx * sine + dy * cosine + (height - 1) / 2
    return sampling.sample(stacked, x, y)


def _training_image(copy: npt.NDArray[np.float32]) -> RealArray | None:
    """Return premultiplied pixels as (C, H, W) with mean 0 and sum of squares 1; None if they are flat."""
    support = copy[..., -1].astype(np.float64)
    colors = np.moveaxis(copy[..., :-1].astype(np.float64), 2, 0)
    if support.sum() == 0:
        return None
    means = colors.sum(axis=(1, 2), keepdims=True) / support.sum()
    image = colors - means * support
    norm = math.sqrt(float((image**2).sum()))
    # What float32 leaves of a flat kernel is not contrast.
    if norm <= _FLAT * math.sqrt(float((colors**2).sum())):
        return None
    return np.asarray(image / norm)
