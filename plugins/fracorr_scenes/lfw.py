"""The small photographs of faces and of other things that come with scikit-image."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np

from fracorr import MissingDependencyError
from fracorr.images import FloatArray
from fracorr.raster import frozen
from fracorr_scenes.bundled import data_folder

#: How many of the crops are faces; they come first.
FACES: Final = 100
#: The side of a crop in pixels.
SIDE: Final = 25
# Seen by eye among the crops that are called no faces: half a face with an eye, and a mouth with a nose.
_NOT_WITHOUT_FACE: Final = (125, 130)


@functools.cache
def _crops() -> FloatArray:
    """Return 200 crops of Labeled Faces in the Wild, (200, 25, 25) gray in [0, 1].

    G. B. Huang, M. Ramesh, T. Berg and E. Learned-Miller, "Labeled Faces in the Wild", University of Massachusetts,
    Technical Report 07-49, 2007. The choice is scikit-image's.
    """
    path = data_folder() / "lfw_subset.npy"
    if not path.exists():
        raise MissingDependencyError(
            "the installed scikit-image brings no lfw_subset.npy, so there are no faces; install scikit-image 0.26"
        )
    return frozen(np.load(path, allow_pickle=False).astype(np.float32))


def faces(first: int = 0, last: int = FACES - 1) -> FloatArray:
    """Return crops that show a face each, upright and filling the crop, (N, 25, 25)."""
    return _crops()[first : last + 1]


def others() -> FloatArray:
    """Return crops that show no face, (98, 25, 25).

    They were cut from the same photographs anywhere: most are nearly flat, and many show the black corner of a
    photograph that was turned.
    """
    everything = _crops()
    kept = [index for index in range(FACES, len(everything)) if index not in _NOT_WITHOUT_FACE]
    return everything[kept]
