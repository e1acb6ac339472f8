"""A Julia set of z^d + c has d-fold symmetry, and so has the image fractal: only harmonics m ≡ 0 (mod d) are in it."""

import numpy as np
import pytest
import scipy.ndimage
import skimage.data

from fracorr import Kernel
from fracorr_orbit.transform import OrbitTrap

TURNS = 720  # divisible by 2, 3, 4 and 5, and by twice that


@pytest.fixture(scope="module")
def face():
    return Kernel(skimage.data.astronaut()[0:200, 130:330])


def unrolled(kernel, centre):
    """Resample gray pixels along circles, from radius 0 to 1.24 in the plane; rows are radii."""
    radii = np.linspace(0.01, 1.24, 150)[:, None] * kernel.width / 4
    angles = 2 * np.pi * np.arange(TURNS) / TURNS
    places = [centre + radii * np.sin(angles), centre + radii * np.cos(angles)]
    return scipy.ndimage.map_coordinates(kernel.gray.astype(np.float64), places, order=1)


def rms(values):
    return float(np.sqrt(np.mean(np.square(values))))


@pytest.mark.parametrize("degree", [2, 3, 4, 5])
def test_a_turn_by_one_dth_changes_nothing_but_interpolation_error(face, degree, rng):
    smooth = {"degree": float(degree), "supersample": 3, "interpolation": "bilinear"}
    picture = unrolled(OrbitTrap(size=256, **smooth).apply(face, rng), 128)
    # What interpolation costs: the same circles read from a picture with four times the pixels.
    error = rms(picture - unrolled(OrbitTrap(size=512, **smooth).apply(face, rng), 256))
    turned = np.roll(picture, TURNS // degree, axis=1)
    halfway = np.roll(picture, TURNS // (2 * degree), axis=1)
    assert rms(picture - turned) < error
    assert error < 0.2 * picture.std()
    assert rms(picture - halfway) > picture.std()


@pytest.mark.parametrize(("degree", "quarter_turns"), [(2, 2), (4, 1), (4, 2), (6, 2), (8, 1)])
def test_turns_that_map_the_grid_onto_itself_are_exact(face, degree, quarter_turns, rng):
    result = OrbitTrap(degree=float(degree), size=256).apply(face, rng)
    # Pixel 0 has no partner: the grid's center of symmetry is pixel n/2.
    for array in (result.pixels[1:, 1:], result.support[1:, 1:]):
        np.testing.assert_array_equal(array, np.rot90(array, quarter_turns))


@pytest.mark.parametrize("degree", [2, 4])
def test_centred_moves_the_symmetry_to_the_kernels_centre(face, degree, rng):
    result = OrbitTrap(degree=float(degree), size=128, centred=True).apply(face, rng)
    np.testing.assert_array_equal(result.pixels, np.rot90(result.pixels, 4 // degree))


@pytest.mark.parametrize("degree", [2, 3, 4, 5])
def test_angular_energy_is_in_multiples_of_the_degree(face, degree, rng):
    def share(kernel, centre):
        rings = unrolled(kernel, centre)
        radii = np.arange(1, rings.shape[0] + 1)[:, None]
        energy = (np.abs(np.fft.fft(rings, axis=1)) ** 2 * radii).sum(axis=0)
        order = np.arange(TURNS)
        return energy[(order % degree == 0) & (order > 0)].sum() / energy[1:].sum()

    result = OrbitTrap(degree=float(degree), size=256, supersample=3, interpolation="bilinear").apply(face, rng)
    assert share(result, 128) > 0.99
    assert share(face, 99.5) < 0.75


@pytest.mark.parametrize("degree", [2.5, 4.5])
def test_a_fractional_degree_has_no_such_symmetry_but_mirrors_about_its_cut(face, degree, rng):
    flat = Kernel(np.full((8, 8), 0.5))
    result = OrbitTrap(degree=degree, c=0.4 + 0j, size=128).apply(flat, rng)
    # conj(z)^d = conj(z^d) off the cut: rows i and n − i mirror each other. The cut itself is row n/2.
    support = np.delete(result.support[1:], 63, axis=0)
    np.testing.assert_array_equal(support, support[::-1])
    rings = unrolled(result, 64)
    assert rms(rings - np.roll(rings, TURNS // 2, axis=1)) > 0.3 * rings.std()
