"""The template at the resolutions at which it is compared with scenes."""

from __future__ import annotations

import math

import attrs
import numpy as np
import numpy.typing as npt

from fracorr import Kernel
from fracorr.images import FloatArray
from fracorr.opencv import cv2

Reals = npt.NDArray[np.float64]


@attrs.frozen(eq=False)
class Samples:
    """A template on a grid of samples.

    Attributes
    ----------
    values : (h, w, C) float32 array
    weights : (h, w) float32 array
        The support there.
    step : (float, float)
        Pixels of the template from one sample to the next, across and down.
    size : (int, int)
        Width and height of the template in its own pixels.
    """

    values: FloatArray
    weights: FloatArray
    step: tuple[float, float]
    size: tuple[int, int]

    def places(self) -> tuple[Reals, Reals]:
        """Return how far columns lie to the right of the template's centre and rows below it, in its pixels."""
        height, width = self.weights.shape
        across: Reals = (np.arange(width, dtype=np.float64) + 0.5) * self.step[0] - self.size[0] / 2
        down: Reals = (np.arange(height, dtype=np.float64) + 0.5) * self.step[1] - self.size[1] / 2
        return across, down


class Template:
    """A kernel to be sampled.

    Parameters
    ----------
    kernel : Kernel
    mirrored : bool
        Whether left and right are exchanged.
    """

    def __init__(self, kernel: Kernel, mirrored: bool = False) -> None:
        pixels = kernel.pixels if kernel.is_color else kernel.pixels[..., None]
        weights = kernel.support
        if mirrored:
            pixels, weights = pixels[:, ::-1], weights[:, ::-1]
        self.mirrored = mirrored
        self.pixels = np.ascontiguousarray(pixels)
        self.weights = np.ascontiguousarray(weights)
        self.size = (kernel.width, kernel.height)

    def sampled_size(self, resolution: float) -> tuple[int, int]:
        """Return how many samples there are across and down, with `resolution` of them per pixel, at most 1."""
        width, height = (max(1, round(side * min(1.0, resolution))) for side in self.size)
        return width, height

    def at(self, resolution: float) -> Samples:
        """Return the template with `resolution` samples per pixel, at most 1: averaged, not picked."""
        width, height = self.sampled_size(resolution)
        if (width, height) == self.size:
            return Samples(self.pixels, self.weights, (1.0, 1.0), self.size)
        weights = shrunk(self.weights, (width, height))
        values = shrunk(self.pixels * self.weights[..., None], (width, height)).reshape(height, width, -1)
        values /= np.maximum(weights, 1e-6)[..., None]
        return Samples(values, weights, (self.size[0] / width, self.size[1] / height), self.size)

    def at_weights(self, weights: FloatArray, resolution: float) -> FloatArray:
        """Return other weights of the template's pixels as :meth:`at` samples its own."""
        size = self.sampled_size(resolution)
        return weights if size == self.size else shrunk(weights, size)

    def principal_color(self) -> FloatArray:
        """Return weights of the colour channels, (C,), whose sum of colours has most contrast in the template."""
        channels = self.pixels.shape[2]
        if channels == 1:
            return np.ones(1, np.float32)
        pixels = self.pixels.reshape(-1, channels)
        weights = self.weights.reshape(-1, 1)
        mean = (weights * pixels).sum(axis=0) / weights.sum()
        deviation = pixels - mean
        covariance = (deviation * weights).T @ deviation
        direction = np.linalg.eigh(covariance.astype(np.float64))[1][:, -1]
        return np.asarray(direction * math.copysign(1.0, direction.sum()), dtype=np.float32)


def shrunk(pixels: FloatArray, size: tuple[int, int]) -> FloatArray:
    """Return a picture at a smaller size (width, height), each new pixel the mean over its area."""
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
