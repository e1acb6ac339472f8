import numpy as np
import pytest
from fracorr import Kernel, Scene
from fracorr.testing import check_method, check_plugin

import fracorr_census.plugin
from fracorr_census.census import Census


def test_the_contract_is_kept() -> None:
    check_method(Census)


def test_the_plugin_is_found_and_imports_nothing_heavy() -> None:
    check_plugin(fracorr_census.plugin)


def test_signs_of_a_ramp_by_hand() -> None:
    ramp = np.tile(np.arange(5, dtype=np.float32) / 5, (5, 1))
    planes = list(Census(distance=1).signs(ramp))
    # Up left, up, up right, left, right, down left, down, down right: darker left, the same above, brighter right.
    assert [plane[2, 2] for plane in planes] == [-1, 0, 1, -1, 1, -1, 0, 1]
    assert planes[0][0, 0] == 0  # outside


@pytest.mark.parametrize("curve", [np.sqrt, np.square, lambda pixels: 0.2 + 0.1 * pixels])
def test_brightness_may_change_along_any_rising_curve(curve: np.ufunc) -> None:
    pixels = np.random.default_rng(0).random((80, 100))
    response = Census(same=0).correlate(Scene(curve(pixels)), Kernel(pixels[20:50, 30:70]))
    best = response.best()
    assert (best.x, best.y) == (49.5, 34.5)
    assert best.score > 0.9  # not 1: at the kernel's edge some neighbours are missing


def test_the_score_is_the_mean_product_of_signs() -> None:
    rng = np.random.default_rng(1)
    scene, kernel = rng.random((20, 24)), rng.random((9, 7))
    support = rng.random((9, 7))
    response = Census().correlate(Scene(scene), Kernel(kernel, support))
    wanted, weight = 0.0, 0.0
    theirs = [plane[5:14, 4:11] for plane in Census().signs(np.float32(scene))]
    for ours, other in zip(Census().signs(np.float32(kernel)), theirs, strict=True):
        wanted += float((ours * other * support).sum())
        weight += float((np.abs(ours) * support).sum())
    assert response.scores[5, 4] == pytest.approx(wanted / weight, abs=1e-5)
