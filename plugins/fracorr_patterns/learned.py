"""Kernels learned from pictures: independent components, dictionary atoms, eigenfaces."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from typing import Any, Final, Literal

import attrs
import numpy as np
import skimage.data

from fracorr import Kernel, MissingDependencyError, parameter
from fracorr.errors import ConfigurationError
from fracorr.images import to_gray
from fracorr.opencv import cv2
from fracorr.validators import whole
from fracorr_patterns import fields
from fracorr_patterns.grid import Array, signed_pixels

#: Photographs of scikit-image with natural textures, where patches are cut.
PHOTOGRAPHS: Final = ("astronaut", "chelsea", "coffee", "grass", "gravel", "rocket")
#: The first so many crops of Labeled Faces in the Wild that come with scikit-image are faces, the rest are not.
FACES: Final = 100
#: Patches for each learned kernel: enough that the result does not hang on single patches.
_PATCHES_EACH = 150


@attrs.frozen
class Patches:
    """What a few hundred parameters fitted to pictures look like; needs the extra [learn].

    Notes
    -----
    ``ica``: the basis functions of independent component analysis of patches of photographs, localised edges (A. J.
    Bell and T. J. Sejnowski 1997, doi:10.1016/S0042-6989(97)00121-1). ``dictionary``: the atoms of a sparse code of
    the same patches (B. A. Olshausen and D. J. Field 1996, doi:10.1038/381607a0; fitted as J. Mairal et al. 2009,
    doi:10.1145/1553374.1553463). ``eigenfaces``: the principal components of 100 small photographs of faces (M. Turk
    and A. Pentland 1991, doi:10.1162/jocn.1991.3.1.71). The gray 0.5 stands for 0; signs are arbitrary.
    """

    method: Literal["ica", "dictionary", "eigenfaces"] = attrs.field(
        default="ica", metadata=parameter("What is learned", main=True)
    )
    count: int = attrs.field(default=16, validator=whole(1, 99), metadata=parameter("How many kernels"))
    patch: int = attrs.field(
        default=16,
        validator=whole(4, 64),
        metadata=parameter("Side of the patches that are learned from (eigenfaces: always 25)", unit="px"),
    )
    size: int = fields.side()

    def __attrs_post_init__(self) -> None:
        fields.check_total(self, self.count, self.size)
        if self.method != "eigenfaces" and self.count >= self.patch**2:
            raise ConfigurationError(
                f"patches: {self.patch}×{self.patch} pixels without their mean hold at most {self.patch**2 - 1} "
                f"kernels, not count={self.count}"
            )

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        seed = int(rng.integers(2**31))
        # scikit-learn takes a whole number where others take a generator.
        if self.method == "eigenfaces":
            learned = _eigenfaces(self.count)
        else:
            patches = natural_patches(self.patch, self.count * _PATCHES_EACH, rng)
            learn = {"ica": _independent, "dictionary": _dictionary}[self.method]
            learned = learn(patches, self.count, seed).reshape(-1, self.patch, self.patch)
        for index, values in enumerate(learned):
            large = cv2.resize(values, (self.size, self.size), interpolation=cv2.INTER_CUBIC)
            yield Kernel(signed_pixels(np.asarray(large, dtype=np.float64)), name=f"{self.method}-{index:02d}")


def natural_patches(side: int, count: int, rng: np.random.Generator) -> Array:
    """Cut patches out of scikit-image's photographs, anywhere, as many out of each.

    Returns
    -------
    (N, side · side) float64 array
        Gray, each with its mean taken away.
    """
    each = -(-count // len(PHOTOGRAPHS))
    patches = []
    for name in PHOTOGRAPHS:
        gray = to_gray(np.asarray(getattr(skimage.data, name)(), dtype=np.float32) / np.float32(255))
        rows = rng.integers(0, gray.shape[0] - side + 1, each)
        columns = rng.integers(0, gray.shape[1] - side + 1, each)
        patches += [gray[row : row + side, column : column + side] for row, column in zip(rows, columns, strict=True)]
    flat = np.stack(patches).reshape(len(patches), -1).astype(np.float64)
    return np.asarray(flat - flat.mean(axis=1, keepdims=True))


def _independent(patches: Array, count: int, seed: int) -> Array:
    model = _decomposition().FastICA(count, whiten="unit-variance", max_iter=400, tol=1e-3, random_state=seed)
    _fit(model, patches)
    return np.asarray(model.mixing_.T)


def _dictionary(patches: Array, count: int, seed: int) -> Array:
    model = _decomposition().MiniBatchDictionaryLearning(
        count, alpha=1.0, max_iter=10, batch_size=256, random_state=seed
    )
    _fit(model, patches / patches.std())
    return np.asarray(model.components_)


def _eigenfaces(count: int) -> Array:
    crops: Any = skimage.data
    faces = np.asarray(crops.lfw_subset()[:FACES], dtype=np.float64)
    model = _decomposition().PCA(count, svd_solver="full")
    _fit(model, faces.reshape(FACES, -1))
    return np.asarray(model.components_).reshape(-1, *faces.shape[1:])


def _decomposition() -> Any:
    try:
        return importlib.import_module("sklearn.decomposition")
    except ImportError as error:
        raise MissingDependencyError(
            "learning kernels from pictures needs scikit-learn, which is not installed. "
            "Run: pip install 'fracorr[learn]'"
        ) from error


def _fit(model: Any, data: Array) -> None:
    # One thread: sums come out the same every time, and small matrices gain nothing from more.
    with importlib.import_module("threadpoolctl").threadpool_limits(1), warnings.catch_warnings():
        # Components that have not quite settled are still components.
        warnings.filterwarnings("ignore", message="FastICA did not converge")
        model.fit(data)
