import numpy as np
import pytest
from fracorr import Kernel
from fracorr.testing import check_plugin, check_transform

import fracorr_newton.plugin
from fracorr_newton.newton import Newton


def test_the_contract_is_kept() -> None:
    check_transform(Newton)


def test_the_plugin_is_found_and_imports_nothing_heavy() -> None:
    check_plugin(fracorr_newton.plugin)


def test_points_near_a_root_land_where_they_are() -> None:
    root = np.exp(2j * np.pi / 3)
    near = np.array([1 + 0.01j, root * (1 + 0.01j), 1 + 0j])
    reach = 0.4 * np.sqrt(3)  # the distance between neighbouring third roots of 1 is the square root of 3
    np.testing.assert_allclose(Newton().landing(near), np.array([0.01j, 0.01j, 0]) / reach, atol=1e-12)


def test_one_step_is_newtons() -> None:
    z = np.array([2.0 + 0j])  # z - (z³ - 1) / 3z² = 2 - 7/12, then 1.4167 - (1.4167³ - 1) / (3 · 1.4167²)
    first = 2 - 7 / 12
    second = first - (first**3 - 1) / (3 * first**2)
    reach = 0.4 * np.sqrt(3)
    np.testing.assert_allclose(Newton().landing(z), (first - 1) / reach if first - 1 <= reach else (second - 1) / reach)


@pytest.mark.parametrize("roots", [3, 4, 5])
def test_the_fractal_is_as_many_fold_as_there_are_roots(roots: int) -> None:
    rng = np.random.default_rng(0)
    z = rng.uniform(-2, 2, 200) + 1j * rng.uniform(-2, 2, 200)
    turned = z * np.exp(2j * np.pi / roots)
    newton = Newton(roots=roots)
    one, other = newton.landing(z), newton.landing(turned)
    # Orbits near a basin's boundary are chaotic: the last digits of a turn decide. Nearly all agree.
    agree = np.isclose(one, other, atol=1e-6) | (np.isnan(one) & np.isnan(other))
    assert agree.mean() > 0.95


def test_no_support_where_no_orbit_lands() -> None:
    result = Newton(iterations=0).apply(Kernel(np.full((65, 65), 0.5)), np.random.default_rng(0))
    assert result.support[32, 32] == 0  # the centre, 0, is as far from each root as can be
    assert result.support[32, 48] == 1  # 1, a root
