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
def plane():
    """The complex places of a picture's pixels: middle 0, half the shorter side 1, y upwards."""

    def places(height, width):
        y, x = np.mgrid[:height, :width].astype(float)
        return ((x - (width - 1) / 2) - 1j * (y - (height - 1) / 2)) / (min(height, width) / 2)

    return places


@pytest.fixture(scope="session")
def look_up():
    """Cubic spline samples of a picture at complex places, by SciPy."""

    def sample(picture, places):
        height, width = picture.shape[:2]
        unit = min(height, width) / 2
        where = [(height - 1) / 2 - places.imag * unit, (width - 1) / 2 + places.real * unit]
        return ndimage.map_coordinates(picture.astype(float), where, order=3, mode="reflect")

    return sample
