"""What the tests of the plugin share."""

import numpy as np
import pytest
import skimage.data

from fracorr import Kernel


def support_function_box(system, angles=7200):
    theta = np.arange(angles) * 2 * np.pi / angles
    directions = np.stack([np.cos(theta), np.sin(theta)], axis=1)
    periodic = np.append(theta, 2 * np.pi)
    reach = np.zeros(angles)
    for _ in range(2000):
        values = np.append(reach, reach[0])
        candidates = []
        for each in system.maps:
            pulled = directions @ each.matrix[:, :2]
            length = np.hypot(pulled[:, 0], pulled[:, 1])
            angle = np.mod(np.arctan2(pulled[:, 1], pulled[:, 0]), 2 * np.pi)
            candidates.append(length * np.interp(angle, periodic, values) + directions @ each.matrix[:, 2])
        previous, reach = reach, np.max(candidates, axis=0)
        if np.abs(reach - previous).max() < 1e-9:
            break
    quarter = angles // 4
    return -reach[2 * quarter], -reach[3 * quarter], reach[0], reach[quarter]


@pytest.fixture(name="support_function_box", scope="session")
def _support_function_box():
    """Left, bottom, right, top of an attractor, by iterating h(u) = maxᵢ (h(Aᵢᵀu) + u·tᵢ) on a grid of directions."""
    return support_function_box


@pytest.fixture(scope="session")
def face():
    """The astronaut's face, 192 × 192 RGB."""
    return Kernel(skimage.data.astronaut()[:192, 132:324], name="face")
