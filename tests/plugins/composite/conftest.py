import numpy as np
import pytest


@pytest.fixture
def images():
    """Five random training images of 7 × 6 pixels: mean 0, sum of squares 1, not white."""
    rng = np.random.default_rng(3)
    images = rng.random((5, 1, 7, 6)).cumsum(axis=3)
    images -= images.mean(axis=(2, 3), keepdims=True)
    return images / np.sqrt((images**2).sum(axis=(1, 2, 3), keepdims=True))
