import matplotlib
import numpy as np
import pytest

from fracorr import Kernel
from fracorr_matplotlib.pictures import colored, resized, with_support


def test_resized_averages_when_it_shrinks_and_repeats_when_it_grows():
    board = np.indices((6, 6)).sum(axis=0).astype(np.float32) % 2
    assert resized(board, 3, 3) == pytest.approx(np.full((3, 3), 0.5))
    small = np.float32([[0, 1], [2, 3]])
    assert (resized(small, 4, 6) == np.repeat(np.repeat(small, 2, axis=0), 3, axis=1)).all()
    assert resized(small, 2, 2) is small


def test_colored_uses_the_colour_map_for_gray_only():
    gray = np.float32([[0, 0.5, 1]])
    assert colored(gray).tolist() == [[[0, 0, 0], [128, 128, 128], [255, 255, 255]]]
    expected = matplotlib.colormaps["cividis"](np.array([[0, 128, 255]]), bytes=True)[..., :3]
    assert (colored(gray, "cividis") == expected).all()
    assert colored(np.float32([[[1, 0.5, 0]]]), "cividis").tolist() == [[[255, 128, 0]]]


def test_with_support_shows_a_checkerboard_where_there_is_none():
    support = np.zeros((24, 24), dtype=np.float32)
    support[:, :12] = 1
    shown = with_support(Kernel(np.full((24, 24), 0.2), support), 24, 24)
    assert shown.shape == (24, 24, 3)
    assert shown[:, :12] == pytest.approx(0.2)
    # Squares of six pixels, light where row and column are both even squares.
    assert shown[0, 12] == pytest.approx(0.95)
    assert shown[0, 18] == pytest.approx(0.78)
    assert shown[6, 12] == pytest.approx(0.78)
    assert shown[6, 18] == pytest.approx(0.95)


def test_with_support_mixes_where_the_support_is_partial():
    shown = with_support(Kernel(np.full((4, 4), 0.5), np.full((4, 4), 0.5)), 4, 4)
    assert shown == pytest.approx(0.5 * 0.5 + 0.5 * 0.95)
