"""What a notebook shows of an object: read back by another library, and by its own rules."""

import io

import numpy as np
import pytest
from PIL import Image

from fracorr import Kernel, Match, Response, Scene, Target


def picture(shown):
    return np.asarray(Image.open(io.BytesIO(shown._repr_png_())).convert("RGB"))


@pytest.mark.parametrize(("side", "shown"), [(10, 130), (64, 128), (200, 200), (1600, 800)])
def test_a_kernel_is_shown_at_a_size_to_be_seen(side, shown):
    assert picture(Kernel(np.full((side, side), 0.5))).shape == (shown, shown, 3)


def test_a_kernel_shows_its_pixels_and_a_checkerboard_where_it_has_no_support():
    support = np.ones((128, 128))
    support[:, 64:] = 0
    shown = picture(Kernel(np.full((128, 128), 0.2), support))
    assert (shown[:, :64] == 51).all()
    assert set(np.unique(shown[:, 64:])) == {round(0.78 * 255), round(0.92 * 255)}


def test_a_scene_shows_its_colors_and_its_targets():
    pixels = np.zeros((150, 200, 3))
    pixels[..., 0] = 1
    shown = picture(Scene(pixels, [Target.from_box(50, 40, 60, 30)]))
    assert (shown[10, 10] == (255, 0, 0)).all()
    assert (shown[75, 80] == (255, 0, 0)).all()
    on_the_box = shown[40, 80].astype(int)
    assert on_the_box[2] > 200 > 120 > on_the_box[0]


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_a_response_is_bright_where_it_is_good(better):
    scores = np.zeros((150, 150))
    scores[30, 40] = 1 if better == "higher" else -1
    shown = picture(Response(scores, better, (0, 0), (5, 5))).sum(axis=2, dtype=int)
    assert np.unravel_index(shown.argmax(), shown.shape) == (30, 40)


def test_a_match_is_shown_as_a_table():
    shown = Match(x=1.5, y=2, angle=30, scale=1, width=4, height=5, score=0.25)._repr_html_()
    assert "<td>angle</td><td>30</td>" in shown
    assert "<td>score</td><td>0.25</td>" in shown
