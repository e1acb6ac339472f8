"""Kernels learned from pictures: what they are is computed again in another way."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import scipy.stats
import skimage.data

from fracorr.errors import ConfigurationError, MissingDependencyError
from fracorr_patterns.learned import Patches, natural_patches


def signed(source: Patches, seed: int = 0) -> np.ndarray:
    return np.stack([kernel.pixels for kernel in source.kernels(np.random.default_rng(seed))]).astype(np.float64) - 0.5


def test_natural_patches_have_no_mean_and_come_from_everywhere() -> None:
    patches = natural_patches(8, 60, np.random.default_rng(1))
    assert patches.shape == (60, 64)
    np.testing.assert_allclose(patches.mean(axis=1), 0, atol=1e-6)
    assert np.unique(patches, axis=0).shape[0] == 60


def test_eigenfaces_are_the_leading_eigenvectors_of_the_faces_covariance() -> None:
    pytest.importorskip("sklearn")
    faces = skimage.data.lfw_subset()[:100].reshape(100, -1)
    centered = faces - faces.mean(axis=0)
    _, vectors = np.linalg.eigh(centered.T @ centered)
    found = signed(Patches("eigenfaces", count=4, size=25)).reshape(4, -1)
    for row, vector in zip(found, vectors[:, ::-1].T, strict=False):
        assert abs(row @ vector) / np.linalg.norm(row) == pytest.approx(1, abs=1e-4)


def test_independent_components_are_sparser_than_random_projections() -> None:
    pytest.importorskip("sklearn")
    basis = signed(Patches("ica", count=8, patch=8, size=8)).reshape(8, -1)
    patches = natural_patches(8, 3000, np.random.default_rng(9))
    # The responses of independent components have heavy tails; the projections on any directions have lighter ones.
    responses = patches @ np.linalg.pinv(basis)
    _, _, directions = np.linalg.svd(patches, full_matrices=False)
    whole = patches @ directions[:8].T
    random = (whole / whole.std(axis=0)) @ np.linalg.qr(np.random.default_rng(3).normal(size=(8, 8)))[0]
    assert scipy.stats.kurtosis(responses).mean() > scipy.stats.kurtosis(random).mean()


def test_dictionary_atoms_explain_patches_better_than_noise_does() -> None:
    pytest.importorskip("sklearn")
    atoms = signed(Patches("dictionary", count=8, patch=8, size=8)).reshape(8, -1)
    noise = np.random.default_rng(5).normal(size=(8, 64))
    patches = natural_patches(8, 1000, np.random.default_rng(9))

    def unexplained(basis: np.ndarray) -> float:
        codes, *_ = np.linalg.lstsq(basis.T, patches.T, rcond=None)
        return float(((patches.T - basis.T @ codes) ** 2).sum() / (patches**2).sum())

    assert unexplained(atoms) < 0.6 * unexplained(noise)


@pytest.mark.parametrize("method", ["ica", "dictionary", "eigenfaces"])
def test_kernels_are_pictures_with_distinct_names_and_the_generator_decides(method: str) -> None:
    pytest.importorskip("sklearn")
    source = Patches(method, count=3, patch=6, size=20)  # type: ignore[arg-type]
    kernels = list(source.kernels(np.random.default_rng(4)))
    assert [kernel.name for kernel in kernels] == [f"{method}-{index:02d}" for index in range(3)]
    for kernel in kernels:
        assert kernel.shape == (20, 20)
        assert 0 <= kernel.pixels.min() < kernel.pixels.max() <= 1
    for kernel, again in zip(kernels, source.kernels(np.random.default_rng(4)), strict=True):
        np.testing.assert_array_equal(kernel.pixels, again.pixels)


def test_more_kernels_than_a_patch_can_hold_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="at most 15 kernels, not count=16"):
        Patches("ica", count=16, patch=4)


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.decomposition", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'fracorr\[learn\]'"):
        next(iter(Patches("eigenfaces", count=2).kernels(np.random.default_rng(0))))
