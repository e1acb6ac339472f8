import numpy as np
import pytest
from scipy import ndimage
from skimage import data

from fracorr import Kernel


@pytest.fixture(scope="session")
def photograph():
    """A face, gray, 128×128, without the very finest detail, so that resampling it twice loses little."""
    gray = data.astronaut()[0:256, 96:352].astype(np.float64).mean(axis=2) / 255
    smaller = gray.reshape(128, 2, 128, 2).mean(axis=(1, 3))
    return Kernel(ndimage.gaussian_filter(smaller, 1.0).astype(np.float32), name="face")


@pytest.fixture(scope="session")
def color_photograph():
    return Kernel(data.astronaut()[0:256:2, 96:352:2], name="face")


@pytest.fixture
def rng():
    return np.random.default_rng(1)


@pytest.fixture(scope="session")
def polar_grid():
    """Radius in pixels and angle (counter-clockwise) of the pixels of a square picture."""

    def grid(side):
        y, x = np.mgrid[:side, :side] - (side - 1) / 2
        return np.hypot(x, y), np.arctan2(-y, x)

    return grid


@pytest.fixture(scope="session")
def energies():
    """The energy of a square picture in each circular order m = 0, 1, 2, …, by SciPy and an FFT on rings."""

    def by_order(picture, innermost, outermost):
        count = 1024
        radius = np.arange(innermost, outermost)[:, None]
        angle = np.arange(count)[None, :] * (2 * np.pi / count)
        middle = (picture.shape[0] - 1) / 2
        where = [middle - radius * np.sin(angle), middle + radius * np.cos(angle)]
        rings = ndimage.map_coordinates(picture.astype(float), where, order=5, mode="reflect")
        return (np.abs(np.fft.rfft(rings, axis=1) / count) ** 2 * radius).sum(axis=0)

    return by_order
