"""The filters against their defining properties, computed without Fourier transforms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr_composite.mace import mace
from fracorr_composite.otsdf import otsdf
from fracorr_composite.sdf import sdf
from fracorr_composite.uotsdf import umace, uotsdf


def answers(h, images):
    return (images * h).sum(axis=(1, 2, 3))


def correlation_energies(h, images):
    """The energy of the periodic correlation with each image, shift by shift."""
    energies = []
    for image in images:
        planes = [
            (np.roll(image, (row, column), axis=(1, 2)) * h).sum()
            for row in range(image.shape[1])
            for column in range(image.shape[2])
        ]
        energies.append(np.square(planes).sum())
    return np.array(energies)


def energy_matrix(images):
    """The matrix R with h' R h = the average correlation energy: sums over all shifts of x x'."""
    count = images[0].size
    total = np.zeros((count, count))
    for image in images:
        for row in range(image.shape[1]):
            for column in range(image.shape[2]):
                shifted = np.roll(image, (row, column), axis=(1, 2)).ravel()
                total += np.outer(shifted, shifted)
    return total / len(images)


def least_energy(matrix, images):
    """Minimise h' R h under h' x = 1 by solving the Lagrange equations densely."""
    columns = images.reshape(len(images), -1).T
    count, pairs = columns.shape
    system = np.block([[matrix, columns], [columns.T, np.zeros((pairs, pairs))]])
    solution, *_ = np.linalg.lstsq(system, np.r_[np.zeros(count), np.ones(pairs)], rcond=1e-12)
    return solution[:count].reshape(images.shape[1:])


@pytest.mark.parametrize(
    "filter_", [sdf, mace, *(lambda images, a=a: otsdf(images, a) for a in (0.0, 0.3, 0.9, 0.999, 1.0))]
)
def test_every_training_image_is_answered_with_1(filter_, images):
    np.testing.assert_allclose(answers(filter_(images), images), 1.0, atol=1e-9)


@pytest.mark.parametrize("filter_", [umace, *(lambda images, a=a: uotsdf(images, a) for a in (0.0, 0.5, 1.0))])
def test_without_constraints_the_average_answer_is_1(filter_, images):
    assert answers(filter_(images), images).mean() == pytest.approx(1.0)


def test_sdf_is_the_shortest_of_all_filters_that_answer_1(images):
    columns = images.reshape(len(images), -1)
    expected, *_ = np.linalg.lstsq(columns, np.ones(len(images)), rcond=None)  # the solution of least norm
    np.testing.assert_allclose(sdf(images).ravel(), expected, atol=1e-10)


def test_mace_is_the_dense_solution_of_its_definition(images):
    np.testing.assert_allclose(mace(images), least_energy(energy_matrix(images), images), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("alpha", [0.2, 0.7, 0.99])
def test_otsdf_is_the_dense_solution_of_its_definition(images, alpha):
    matrix = energy_matrix(images)
    # White noise of the same mean power as the images, so that D has the mean 1.
    noise = np.eye(len(matrix)) * np.trace(matrix) / len(matrix)
    expected = least_energy(alpha * matrix + np.sqrt(1 - alpha**2) * noise, images)
    np.testing.assert_allclose(otsdf(images, alpha), expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("alpha", [0.2, 0.99])
def test_uotsdf_is_the_dense_solution_of_its_definition(images, alpha):
    matrix = energy_matrix(images)
    noise = np.eye(len(matrix)) * np.trace(matrix) / len(matrix)
    direction = np.linalg.solve(alpha * matrix + np.sqrt(1 - alpha**2) * noise, images.mean(axis=0).ravel())
    expected = direction / (direction @ images.mean(axis=0).ravel())
    np.testing.assert_allclose(uotsdf(images, alpha).ravel(), expected, rtol=1e-6, atol=1e-8)


def test_the_ends_of_the_trade_off_are_mace_sdf_umace_and_the_mean(images):
    np.testing.assert_allclose(otsdf(images, 1.0), mace(images), atol=1e-9)
    np.testing.assert_allclose(otsdf(images, 0.0), sdf(images), atol=1e-9)
    np.testing.assert_allclose(uotsdf(images, 1.0), umace(images), atol=1e-9)
    mean = images.mean(axis=0)
    np.testing.assert_allclose(uotsdf(images, 0.0), mean / (mean**2).sum(), atol=1e-9)


def test_less_correlation_energy_costs_more_noise(images):
    filters = [sdf(images), otsdf(images, 0.5), otsdf(images, 0.95), mace(images)]
    energies = [correlation_energies(h, images).mean() for h in filters]
    noise = [(h**2).sum() for h in filters]
    assert energies == sorted(energies, reverse=True)
    assert noise == sorted(noise)
    assert energies[-1] < 0.9 * energies[0]


def test_the_filter_of_one_image_is_a_matched_filter(images):
    one = images[:1]
    np.testing.assert_allclose(sdf(one), one[0], atol=1e-9)  # of norm 1 already
    # MACE whitens: its own correlation is a single needle.
    h = mace(one)
    planes = [[(np.roll(one[0], (r, c), axis=(1, 2)) * h).sum() for c in range(6)] for r in range(7)]
    expected = np.full((7, 6), -1 / 41)  # as much as a needle without mean must be beside its peak
    expected[0, 0] = 1.0
    np.testing.assert_allclose(planes, expected, atol=1e-6)


@pytest.mark.parametrize(
    "filter_", [sdf, mace, umace, lambda images: otsdf(images, 0.9), lambda images: uotsdf(images, 0.9)]
)
def test_repeated_images_do_no_harm(filter_, images):
    repeated = np.concatenate([images, images[:2], images[:2]])
    h = filter_(repeated)
    assert np.isfinite(h).all()
    if filter_ not in (umace,) and "uotsdf" not in filter_.__code__.co_names:
        np.testing.assert_allclose(answers(h, repeated), 1.0, atol=1e-6)


def test_channels_answer_together():
    rng = np.random.default_rng(5)
    images = rng.normal(size=(4, 3, 6, 6))
    images /= np.sqrt((images**2).sum(axis=(1, 2, 3), keepdims=True))
    for h in (sdf(images), mace(images), otsdf(images, 0.6)):
        assert h.shape == (3, 6, 6)
        np.testing.assert_allclose(answers(h, images), 1.0, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 6), alpha=st.floats(0, 1), smooth=st.booleans())
def test_the_constraints_hold_for_any_images(seed, count, alpha, smooth):
    images = np.random.default_rng(seed).normal(size=(count, 1, 9, 8))
    if smooth:
        images = images.cumsum(axis=2).cumsum(axis=3)
    images -= images.mean(axis=(2, 3), keepdims=True)
    images /= np.sqrt((images**2).sum(axis=(1, 2, 3), keepdims=True))
    np.testing.assert_allclose(answers(otsdf(images, alpha), images), 1.0, atol=1e-5)
    assert answers(uotsdf(images, alpha), images).mean() == pytest.approx(1.0, abs=1e-6)
