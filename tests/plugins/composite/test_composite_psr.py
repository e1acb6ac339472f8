import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr_composite.psr import peak_to_sidelobe


@pytest.mark.parametrize(("region", "peak"), [(21, 5), (9, 3)])
def test_equals_the_plain_statistics_around_each_place(region, peak):
    values = np.random.default_rng(0).normal(3.0, 2.0, (30, 26))
    expected = np.empty(values.shape)
    rows, columns = np.indices(values.shape)
    for (row, column), value in np.ndenumerate(values):
        distance = np.maximum(np.abs(rows - row), np.abs(columns - column))
        sidelobes = values[(distance <= region // 2) & (distance > peak // 2)]
        expected[row, column] = (value - sidelobes.mean()) / sidelobes.std()
    np.testing.assert_allclose(peak_to_sidelobe(values, region, peak), expected, rtol=1e-6, atol=1e-6)


def test_flat_surroundings_give_0():
    surface = np.zeros((40, 40))
    surface[20, 20] = 1.0
    ratios = peak_to_sidelobe(surface)
    assert ratios[20, 20] == 0  # nothing to measure it by
    assert not peak_to_sidelobe(np.full((5, 5), 3.0)).any()
    assert not peak_to_sidelobe(np.zeros((3, 3))).any()
    assert not peak_to_sidelobe(np.ones((1, 1))).any()


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 1000),
    factor=st.floats(1e-20, 1e20),
    offset=st.floats(-10, 10),
    height=st.integers(1, 30),
    width=st.integers(1, 30),
)
def test_brightness_and_contrast_of_the_surface_do_not_matter(seed, factor, offset, height, width):
    surface = np.random.default_rng(seed).random((height, width))
    plain = peak_to_sidelobe(surface)
    assert np.isfinite(plain).all()
    np.testing.assert_allclose(peak_to_sidelobe(factor * (surface + offset)), plain, rtol=1e-3, atol=1e-3)


def test_a_large_surface_in_bands_is_the_same():
    surface = np.random.default_rng(1).random((700, 900)).astype(np.float32)
    whole = peak_to_sidelobe(surface)
    # Where the bands meet as everywhere: what a piece gives whose edge is far enough away.
    for top in range(0, 600, 100):
        piece = peak_to_sidelobe(surface[top : top + 100, :100])[15:85, 15:85]
        np.testing.assert_allclose(whole[top + 15 : top + 85, 15:85], piece, rtol=1e-3, atol=1e-3)
