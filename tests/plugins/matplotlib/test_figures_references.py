"""Whether figures look as they did when somebody last looked at them.

A figure that changes on purpose is looked at, and then replaces its reference; the message says where it is.
"""

import pathlib

import cv2
import numpy as np
import pytest
from figure_fakes import figure_registry

from fracorr import Experiment, images, run

#: Mean difference of two figures, made a third as large so that the edges of letters count little. Another release of
#: the font renderer moves it by a few tenths, a box at another place or a missing picture by several.
TOLERANCE = 1.0

REFERENCES = {
    "sheet": "astronaut--astronaut-face.png",
    "arms": "summary/arms.png",
    "kernels": "summary/kernels.png",
    "trial": "trials/astronaut--astronaut-face--halve--tm_sqdiff.png",
}


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("references")
    experiment = Experiment(
        kernels="own",
        transforms=["none", "halve", "raises"],
        scenes="samples:astronaut,size=128",
        methods=["tm_ccoeff_normed", "tm_sqdiff"],
        reporters="figures:dpi=45",
    )
    done = run(experiment, out=folder, registry=figure_registry())
    assert not done.reporter_failures
    return folder / "figures"


def small(path):
    pixels = images.read(path).pixels * 255
    return cv2.resize(pixels, (pixels.shape[1] // 3, pixels.shape[0] // 3), interpolation=cv2.INTER_AREA)


def difference(first, second):
    """Mean absolute difference of two figures, in gray levels; infinite where they have not the same size."""
    if first.shape != second.shape:
        return np.inf
    return float(np.abs(first - second).mean())


@pytest.mark.parametrize("name", REFERENCES)
def test_figures_look_like_their_references(figures, name):
    reference = pathlib.Path(__file__).with_name(f"reference_{name}.png")
    new = figures / REFERENCES[name]
    found = difference(small(new), small(reference))
    assert found <= TOLERANCE, f"{new} differs from {reference.name} by {found:.2f} gray levels: look at both"


def test_the_tolerance_tells_other_figures_apart(figures):
    trials = sorted((figures / "trials").iterdir())
    assert len(trials) == 6
    reference = figures / REFERENCES["trial"]
    others = [path for path in trials if path.name != reference.name]
    assert all(difference(small(path), small(reference)) > TOLERANCE for path in others)
