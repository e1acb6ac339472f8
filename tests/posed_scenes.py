"""Pictures turned, scaled and shifted independently of the code under test: complex numbers and scipy.ndimage."""

from __future__ import annotations

import cmath
import math

import numpy as np
import scipy.ndimage
import skimage.color
import skimage.data


def photograph(name, side=None):
    """A bundled photograph as gray float64 in [0, 1], or the middle square of it."""
    image = getattr(skimage.data, name)()
    gray = skimage.color.rgb2gray(image) if image.ndim == 3 else image / 255.0
    if side is not None:
        top, left = (gray.shape[0] - side) // 2, (gray.shape[1] - side) // 2
        gray = gray[top : top + side, left : left + side]
    return gray


class Pose:
    """A picture turned counter-clockwise on the screen, scaled about its middle, and shifted.

    With the imaginary axis pointing up, that is z -> scale * exp(i * angle) * z + shift.
    """

    def __init__(self, shape, angle, scale, shift=(0.0, 0.0)):
        self.middle = complex((shape[1] - 1) / 2, -(shape[0] - 1) / 2)
        self.factor = scale * cmath.exp(1j * math.radians(angle))
        self.shift = complex(shift[0], -shift[1])

    def goes_to(self, x, y):
        z = (complex(x, -y) - self.middle) * self.factor + self.shift + self.middle
        return z.real, -z.imag

    def apply(self, gray, mode="mirror"):
        rows, columns = np.mgrid[: gray.shape[0], : gray.shape[1]]
        z = (columns - 1j * rows - self.middle - self.shift) / self.factor + self.middle
        # Averages what a smaller picture can no longer show.
        smooth = scipy.ndimage.gaussian_filter(gray, 0.4 * math.sqrt(max(0.0, abs(self.factor) ** -2 - 1)))
        return scipy.ndimage.map_coordinates(smooth, [-z.imag, z.real], order=3, mode=mode)


def turn_between(first, second):
    """The smallest angle between two directions in degrees."""
    return abs(math.degrees(cmath.phase(cmath.exp(1j * math.radians(first - second)))))
