import math

import numpy as np
import pytest
from scipy import ndimage

from fracorr import ConfigurationError, Kernel
from fracorr.plugins import default_registry
from fracorr.selection import select_chains
from fracorr_harmonic.pyramid import Pyramid
from fracorr_harmonic.rosette import Rosette, Symmetrize


def halved(pixels):
    """The mean of blocks of two by two."""
    height, width = pixels.shape[:2]
    return pixels.reshape(height // 2, 2, width // 2, 2, *pixels.shape[2:]).mean(axis=(1, 3))


@pytest.mark.parametrize("fold", [2, 3, 4, 5, 6, 8])
def test_a_symmetrized_photograph_has_energy_in_multiples_of_its_fold_only(photograph, rng, energies, fold):
    before = energies(photograph.pixels, 6, 62)
    after = energies(Symmetrize(fold).apply(photograph, rng).pixels, 6, 62)
    other = np.arange(len(after)) % fold != 0
    assert after[other].sum() < 1e-4 * after[1:].sum()
    assert before[other].sum() > 0.4 * before[1:].sum()
    # The projection keeps the other orders as they were.
    kept = np.arange(fold, 4 * fold + 1, fold)
    np.testing.assert_allclose(after[kept], before[kept], rtol=0.02)


def test_four_fold_is_exact_to_the_pixel(color_photograph, rng):
    result = Symmetrize(4).apply(color_photograph, rng)
    expected = sum(np.rot90(color_photograph.pixels.astype(float), k) for k in range(4)) / 4
    np.testing.assert_allclose(result.pixels, expected, atol=1e-5)
    np.testing.assert_allclose(np.rot90(result.pixels), result.pixels, atol=1e-5)
    assert result.support.min() == 1


@pytest.mark.parametrize("fold", [3, 5, 6])
def test_the_outline_is_as_symmetric_as_the_content(photograph, rng, energies, fold):
    support = Symmetrize(fold).apply(photograph, rng).support
    square, outline = (energies(np.pad(each, 30), 50, 90) for each in (photograph.support, support))
    other = np.arange(len(outline)) % fold != 0
    assert outline[other].sum() < 2e-3 * square[other].sum()
    assert support[0, 0] == 0
    assert support[64, 64] == 1


def test_two_fold_keeps_a_whole_rectangle(rng):
    pixels = rng.random((30, 70)).astype(np.float32)
    result = Symmetrize(2).apply(Kernel(pixels), rng)
    np.testing.assert_allclose(result.pixels, (pixels + pixels[::-1, ::-1]) / 2, atol=1e-5)
    assert result.support.min() == 1


@pytest.mark.parametrize("fold", [2, 3, 7])
def test_symmetrizing_twice_is_symmetrizing_once(photograph, rng, fold):
    once = Symmetrize(fold).apply(photograph, rng)
    twice = Symmetrize(fold).apply(once, rng)
    inside = twice.support == 1
    difference = (twice.pixels - once.pixels)[inside]
    assert np.sqrt(np.mean(difference**2)) < 0.02 * once.pixels[inside].std()


def test_only_copies_that_are_there_count(rng):
    pixels = np.full((40, 40), 0.9, np.float32)
    support = np.zeros((40, 40), np.float32)
    support[:, 20:] = 1
    pixels[:, 20:] = np.linspace(0.2, 0.6, 40)[:, None]
    result = Symmetrize(2).apply(Kernel(pixels, support), rng)
    np.testing.assert_allclose(result.pixels[:, 21:], pixels[:, 21:], atol=1e-5)
    np.testing.assert_allclose(result.pixels[:, :19], pixels[::-1, :20:-1], atol=1e-5)
    assert result.support.min() == 1


def test_a_rosette_is_the_mean_of_its_turned_copies(photograph, rng):
    result = Rosette(2, arc=180).apply(photograph, rng)
    np.testing.assert_allclose(result.pixels, (photograph.pixels + np.rot90(photograph.pixels)) / 2, atol=1e-5)


def test_a_rosette_all_round_is_symmetric_within_the_disc(photograph, rng, energies):
    energy = energies(Rosette(6).apply(photograph, rng).pixels, 6, 62)
    assert energy[np.arange(len(energy)) % 6 != 0].sum() < 1e-4 * energy[1:].sum()


def test_a_rosette_is_where_any_of_its_copies_is(rng):
    support = np.zeros((41, 41), np.float32)
    support[18:23, 30:] = 1  # to the right
    result = Rosette(2, arc=180).apply(Kernel(np.full((41, 41), 0.5, np.float32), support), rng)
    np.testing.assert_allclose(result.support, np.maximum(support, np.rot90(support)), atol=1e-5)


@pytest.mark.parametrize("weighting", [1.0, 0.5, 3.0])
def test_a_pyramid_is_the_mean_of_its_scaled_copies(color_photograph, rng, weighting):
    result = Pyramid(ratio=0.5, levels=3, weighting=weighting).apply(color_photograph, rng)
    pixels = color_photograph.pixels.astype(float)
    expected, weight = pixels.copy(), np.ones((128, 128, 1))
    # Each copy is blurred by a quarter of its own pixel, then averaged over it.
    half = halved(ndimage.gaussian_filter(pixels, (0.5, 0.5, 0)))
    quarter = halved(halved(ndimage.gaussian_filter(pixels, (1, 1, 0))))
    for copy, begin, factor in ((half, 32, weighting), (quarter, 48, weighting**2)):
        window = slice(begin, begin + len(copy)), slice(begin, begin + len(copy))
        expected[window] += factor * copy
        weight[window] += factor
    np.testing.assert_allclose(result.pixels, expected / weight, atol=1e-3)
    assert result.support.min() == 1


def test_a_pyramid_does_not_alias(rng):
    stripes = np.zeros((120, 120), np.float32)
    stripes[:, ::2] = 1
    result = Pyramid(ratio=0.3, levels=2).apply(Kernel(stripes), rng)
    middle = result.pixels[45:75, 45:75]
    np.testing.assert_allclose(middle, 0.25 + stripes[45:75, 45:75] / 2, atol=0.03)


def test_a_pyramid_fills_the_hole_of_the_larger_copies(rng):
    y, x = np.mgrid[:80, :80] - 39.5
    support = (np.hypot(x, y) > 20).astype(np.float32)
    result = Pyramid(ratio=0.5, levels=2).apply(Kernel(np.full((80, 80), 0.5, np.float32), support), rng)
    assert result.support[np.hypot(x, y) < 8].max() == 0
    assert result.support[np.hypot(x, y) > 12].min() > 0.9


def test_more_levels_than_pixels_do_no_harm(photograph, rng):
    few, many = (Pyramid(ratio=0.5, levels=n, weighting=0.5).apply(photograph, rng) for n in (8, 64))
    assert np.abs(few.pixels - many.pixels)[:60].max() < 1e-6
    assert np.abs(few.pixels - many.pixels).max() < 0.02


def test_alone_and_together(photograph, rng):
    def applied(text):
        kernel = photograph
        (chain,) = select_chains(default_registry(), text)
        for link in chain.links:
            kernel = link.instance.apply(kernel, rng)
        return kernel

    both = applied("pyramid:levels=3+rosette:6")
    one_by_one = Rosette(6).apply(Pyramid(levels=3).apply(photograph, rng), rng)
    np.testing.assert_array_equal(both.pixels, one_by_one.pixels)
    # Turning and scaling commute: the other order gives the same picture, within the disc that all copies share.
    other = applied("rosette:6+pyramid:levels=3")
    y, x = np.mgrid[:128, :128] - 63.5
    difference = (both.pixels - other.pixels)[np.hypot(x, y) < 30]
    assert np.sqrt(np.mean(difference**2)) < 0.02


@pytest.mark.parametrize(
    ("cls", "values"),
    [
        (Symmetrize, {"fold": 0}),
        (Symmetrize, {"fold": 2.0}),
        (Rosette, {"n": 0}),
        (Rosette, {"arc": math.nan}),
        (Rosette, {"arc": 400.0}),
        (Pyramid, {"ratio": 1.0}),
        (Pyramid, {"ratio": math.inf}),
        (Pyramid, {"levels": 0}),
        (Pyramid, {"weighting": -1.0}),
        (Pyramid, {"size": 0}),
    ],
)
def test_wrong_values_are_named(cls, values):
    with pytest.raises(
        ConfigurationError, match=f"'{cls.__name__.lower()}': {next(iter(values))}=.* is not right: it takes"
    ):
        cls(**values)
