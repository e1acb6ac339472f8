"""Whether boxes and marks stand where they should, measured on the finished PNG files."""

import numpy as np
import pytest
from figure_fakes import SPOT, figure_registry

from fracorr import Experiment, images, run

VERMILLION, BLUE, GREEN = (0xD5, 0x5E, 0x00), (0x00, 0x72, 0xB2), (0, 255, 0)


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("places")
    experiment = Experiment(
        kernels="flat", scenes="measurable", methods=["peak", "beyond"], reporters="figures:dpi=200"
    )
    done = run(experiment, out=folder, registry=figure_registry())
    assert not done.reporter_failures
    assert not done.failed
    return folder / "figures"


def levels(path):
    return images.to_bytes(images.read(path).pixels).astype(int)


def extent(pixels, color):
    """Left, top, right and bottom edge of everything in a color."""
    rows, columns = np.nonzero(np.abs(pixels - color).sum(axis=2) < 40)
    return np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], dtype=float)


def on_the_scene(pixels, color):
    """The same in pixels of the scene (160 × 120), which green corners mark; the first pixel begins at -1/2."""
    left, top, right, bottom = extent(pixels, GREEN)
    panel = pixels[int(top) : int(bottom), int(left) : int(right)]
    factor = np.array([160 / (right - left), 120 / (bottom - top)] * 2)
    return extent(panel, color) * factor - 0.5


def test_the_boxes_of_a_trial(figures):
    pixels = levels(figures / "trials" / "measurable--flat--none--peak.png")
    x, y = SPOT
    # The kernel is 31 × 21; lines are about one pixel of the scene wide, half of it outside of the box.
    assert on_the_scene(pixels, VERMILLION) == pytest.approx([x - 15.5, y - 10.5, x + 15.5, y + 10.5], abs=1)
    assert on_the_scene(pixels, BLUE) == pytest.approx([35, 70, 65, 90], abs=1)


def test_a_turned_box_is_cut_at_the_edge_of_the_scene(figures):
    pixels = levels(figures / "trials" / "measurable--flat--none--beyond.png")
    left, top, right, bottom = on_the_scene(pixels, VERMILLION)
    # By 30° counter-clockwise about (157, 4): leftmost is its top left corner, lowest its bottom left.
    turn = np.radians(30)
    assert left == pytest.approx(157 - 15.5 * np.cos(turn) - 10.5 * np.sin(turn), abs=1.5)
    assert bottom == pytest.approx(4 + 15.5 * np.sin(turn) + 10.5 * np.cos(turn), abs=1.5)
    assert (top, right) == pytest.approx((-0.5, 159.5), abs=1)


def first_row_of_the_sheet(pixels):
    """The scene of the first method, the response to its left, and how many scene pixels are one of the figure."""
    left, top, right, _ = extent(pixels, GREEN)
    height = (right - left) * 120 / 160
    rows = slice(int(top), round(top + height))
    gap = round(4 * 200 / 72)  # four points lie between the two pictures
    scene = pixels[rows, int(left) : int(right)]
    response = pixels[rows, int(left) - gap - scene.shape[1] : int(left) - gap]
    return scene, response, 160 / (right - left)


def test_the_boxes_on_the_sheet(figures):
    scene, _, factor = first_row_of_the_sheet(levels(figures / "measurable--flat.png"))
    x, y = SPOT
    expected = [x - 15.5, y - 10.5, x + 15.5, y + 10.5]
    assert extent(scene, VERMILLION) * factor - 0.5 == pytest.approx(expected, abs=1.5)


def test_the_response_on_the_sheet_stands_as_the_scene_does(figures):
    _, response, factor = first_row_of_the_sheet(levels(figures / "measurable--flat.png"))
    # This method answers for every pixel of the scene, and only the ring at the best one is black.
    rows, columns = np.nonzero((response < 30).all(axis=2))
    assert (columns.mean() * factor, rows.mean() * factor) == pytest.approx(SPOT, abs=1.5)
