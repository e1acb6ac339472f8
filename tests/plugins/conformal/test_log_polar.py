import math

import numpy as np
import pytest

from fracorr import ConfigurationError, Kernel
from fracorr_conformal.log_polar import LogPolar, LogPolarInverse


def test_rows_are_angles_upwards_and_columns_are_logarithms_of_the_radius(photograph, rng, look_up):
    result = LogPolar(inner=0.05, outer=0.9, angle=30, size=400, supersampling=1).apply(photograph, rng)
    rows, columns = result.shape
    step = 2 * math.pi / 400
    assert rows == 400
    assert columns == round(math.log(0.9 / 0.05) / step)
    row, column = np.mgrid[:rows, :columns]
    angle = math.radians(30) + (rows - row - 0.5) * step
    radius = 0.9 * np.exp(-(columns - column - 0.5) * step)
    expected = look_up(photograph.pixels, radius * np.exp(1j * angle))
    np.testing.assert_allclose(result.pixels, expected, atol=3e-3)
    assert result.support.min() == 1


def test_turning_the_kernel_moves_the_rows(photograph, rng):
    turned = Kernel(np.rot90(photograph.pixels))  # counter-clockwise by a quarter
    plain, moved = (LogPolar(size=200).apply(kernel, rng) for kernel in (photograph, turned))
    np.testing.assert_allclose(moved.pixels, np.roll(plain.pixels, -50, axis=0), atol=2e-4)


def test_scaling_the_kernel_moves_the_columns(rng, plane):
    def rings(scale):
        radius = abs(plane(200, 200)) / scale
        return Kernel((0.5 + 0.5 * np.cos(9 * radius)).astype(np.float32))

    size = 180
    columns = 20
    growth = math.exp(columns * 2 * math.pi / size)
    small, large = (LogPolar(inner=0.1, size=size).apply(rings(scale), rng) for scale in (1 / growth, 1))
    assert abs(small.pixels - large.pixels).max() > 0.1
    np.testing.assert_allclose(large.pixels[:, columns:], small.pixels[:, :-columns], atol=1e-2)


@pytest.mark.parametrize("settings", [{}, {"outer": 0.8, "angle": 33.0}])
def test_the_inverse_gives_the_picture_back(photograph, rng, plane, settings):
    unrolled = LogPolar(**settings).apply(photograph, rng)
    back = LogPolarInverse(size=128, **settings).apply(unrolled, rng)
    z = plane(128, 128)
    outer = settings.get("outer", 1.0)
    compared = (abs(z) > 0.06) & (abs(z) < outer - 0.02)
    assert back.support[compared].min() > 0.999
    assert back.support[abs(z) > outer + 0.02].max() == 0
    difference = (back.pixels - photograph.pixels)[compared]
    assert np.sqrt(np.mean(difference**2)) < 0.004
    assert abs(difference).max() < 0.03


def test_the_inverse_has_by_default_the_size_that_log_polar_came_from(photograph, rng):
    unrolled = LogPolar().apply(photograph, rng)
    assert unrolled.height == round(2 * math.pi * 64)
    assert LogPolarInverse().apply(unrolled, rng).shape == (128, 128)


def test_the_inverse_closes_without_a_seam(photograph, rng):
    # Any picture that goes on from its lower to its upper edge.
    rolling = Kernel(np.concatenate([photograph.pixels, photograph.pixels[::-1]]))
    result = LogPolarInverse(size=300).apply(rolling, rng).pixels.astype(float)
    # The ends meet to the right, between rows 149 and 150.
    steps = np.abs(np.diff(result[:, 180:290], axis=0)).mean(axis=1)
    assert steps[149] < 1.2 * max(steps[146:149].max(), steps[150:153].max())


def test_support_goes_round_too(rng, plane):
    support = (abs(plane(90, 90) - 0.5) < 0.3).astype(np.float32)
    kernel = Kernel(np.full((90, 90), 0.5, np.float32), support)
    back = LogPolarInverse(size=90).apply(LogPolar().apply(kernel, rng), rng)
    outline = abs(abs(plane(90, 90) - 0.5) - 0.3) < 0.05
    np.testing.assert_allclose(back.support[~outline], support[~outline], atol=0.02)


@pytest.mark.parametrize(
    "values", [{"inner": 0.9, "outer": 0.3}, {"inner": math.nan}, {"size": 0}, {"angle": math.inf}]
)
def test_wrong_values_are_named(values):
    with pytest.raises(ConfigurationError, match=f"'log-polar': {next(iter(values))}="):
        LogPolar(**values)


def test_wrong_values_of_the_inverse_are_named():
    with pytest.raises(ConfigurationError, match="'log-polar-inverse': outer=0"):
        LogPolarInverse(outer=0)
