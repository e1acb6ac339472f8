"""The six methods, with any support, equal plain sums in double precision; flat and black ones have a finite score."""

import itertools

import numpy as np
import pytest
import skimage.data
from correlation_reference import METHODS, assert_close, scores

from fracorr import ImageError, Kernel, Scene
from fracorr.correlation import Correlation, cross_correlate


def disc(height, width, softness=0.0):
    radius = np.hypot(*np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height)))
    return np.clip((1.0 - radius) / softness + 0.5, 0, 1) if softness else (radius <= 1.0).astype(float)


SUPPORTS = {"full": np.ones((17, 22)), "disc": disc(17, 22), "soft disc": disc(17, 22, 0.6), "half": 0.5 * disc(17, 22)}
PHOTOGRAPHS = {
    "gray": skimage.data.camera()[200:260, 180:250],
    "color": skimage.data.astronaut()[60:120, 190:260],
    "dark": skimage.data.astronaut()[330:390, 10:80],
    "page": skimage.data.page()[40:100, 100:170],
}


@pytest.mark.parametrize("photograph", PHOTOGRAPHS)
@pytest.mark.parametrize("support", SUPPORTS)
def test_scores_equal_plain_sums_in_double_precision(photograph, support):
    scene = Scene(PHOTOGRAPHS[photograph])
    kernel = Kernel(scene.pixels[20:37, 30:52], SUPPORTS[support])
    expected = scores(scene.pixels, kernel.pixels, kernel.support)
    correlation = Correlation.of(scene, kernel)
    for name in METHODS:
        assert_close(getattr(correlation, name)(), expected[name], name)


@pytest.mark.parametrize("support", SUPPORTS)
@pytest.mark.parametrize("offset", [-3.0, 100.0, 1e4, 1e6])
def test_an_offset_costs_no_digits(offset, support):
    # What float32 can hold of the picture at this offset, and no less, is what the scores are of.
    scene = Scene(np.asarray(PHOTOGRAPHS["gray"] / 2.0 + offset, dtype=np.float32))
    kernel = Kernel(scene.pixels[20:37, 30:52], SUPPORTS[support])
    expected = scores(scene.pixels.astype(np.float64), kernel.pixels, kernel.support)
    correlation = Correlation.of(scene, kernel)
    for name in METHODS:
        assert_close(getattr(correlation, name)(), expected[name], name)


@pytest.mark.parametrize("size", [1e-41, 1e-30, 1e-4, 1e4, 1e12, 1e15, 1e30])
@pytest.mark.parametrize("support", ["full", "soft disc"])
def test_the_size_of_pixels_does_not_matter(size, support):
    scene = Scene((PHOTOGRAPHS["color"] * size).astype(np.float32))
    kernel = Kernel(scene.pixels[20:37, 30:52], SUPPORTS[support])
    usual = 1 / float(scene.pixels.max())
    expected = scores(scene.pixels * np.float64(usual), kernel.pixels * np.float64(usual), kernel.support)
    correlation = Correlation.of(scene, kernel)
    for name in METHODS:
        factor = 1.0 if name.endswith("normed") else usual**2
        found = getattr(correlation, name)()
        if 1e-36 < factor < 1e30:
            assert_close(found * np.float64(factor), expected[name], name)
        else:  # beyond what float32 can hold
            assert np.isfinite(found).all()


@pytest.mark.parametrize("support", ["full", "disc", "soft disc"])
@pytest.mark.parametrize("level", [0.0, 0.3, 1.0, 1e6])
def test_a_flat_kernel_scores_as_the_definitions_have_it_and_never_1_for_likeness(support, level):
    scene = Scene(np.asarray(PHOTOGRAPHS["color"] / 255.0, dtype=np.float32) + np.float32(level))
    kernel = Kernel(np.full((17, 22, 3), level, np.float32), SUPPORTS[support])
    correlation = Correlation.of(scene, kernel)
    expected = scores(scene.pixels, kernel.pixels, kernel.support)
    assert not correlation.ccoeff().any()
    assert not correlation.ccoeff_normed().any()
    for name in ("ccorr", "sqdiff", "ccorr_normed", "sqdiff_normed"):
        assert_close(getattr(correlation, name)(), expected[name], name)


@pytest.mark.parametrize("color", [False, True])
def test_a_kernel_of_one_pixel_scores_as_the_definitions_have_it(color):
    # OpenCV gives 1 for every window here.
    rng = np.random.default_rng(4)
    pixels, template = rng.random((20, 30, 3) if color else (20, 30)), rng.random((1, 1, 3) if color else (1, 1))
    scene, kernel = Scene(pixels), Kernel(template)
    expected = scores(scene.pixels, kernel.pixels, np.ones((1, 1)))
    for name in METHODS:
        assert_close(getattr(Correlation.of(scene, kernel), name)(), expected[name], name)


def test_a_black_kernel_has_the_worst_normalised_scores():
    correlation = Correlation.of(Scene(PHOTOGRAPHS["gray"]), Kernel(np.zeros((9, 9))))
    assert not correlation.ccorr_normed().any()
    assert (correlation.sqdiff_normed() == 1).all()


@pytest.mark.parametrize("support", ["full", "disc", "soft disc"])
def test_flat_and_black_windows_score_exactly_the_worst(support):
    pixels = np.asarray(PHOTOGRAPHS["color"] / 255.0, dtype=np.float32)
    pixels[:25, :30] = (0.2, 0.7, 0.4)
    pixels[25:50, :30] = 0.0
    correlation = Correlation.of(Scene(pixels), Kernel(pixels[30:47, 40:62], SUPPORTS[support]))
    flat, black = np.s_[0:8, 0:8], np.s_[25:33, 0:8]
    for part in (flat, black):
        assert not correlation.ccoeff_normed()[part].any()
    assert not correlation.ccorr_normed()[black].any()
    assert (correlation.sqdiff_normed()[black] == 1).all()
    assert (correlation.ccorr_normed()[flat] > 0).all()


def test_a_flat_window_is_flat_also_right_beside_strong_contrast():
    # Running sums carry the rounding of what they have passed.
    pixels = np.random.default_rng(0).random((300, 200), dtype=np.float32)
    pixels[150:] = 0.3
    scores_ = Correlation.of(Scene(pixels), Kernel(pixels[20:52, 30:62])).ccoeff_normed()
    assert not scores_[150:].any()
    assert np.abs(scores_[:119]).max() > 0.5


@pytest.mark.parametrize(
    ("height", "side", "bright"),
    [(74, 64, slice(64, 74)), (120, 16, slice(119, 120)), (300, 8, slice(14, 15)), (300, 8, slice(94, 95))],
)
def test_few_bright_rows_leave_no_rounding_in_the_scores_of_faint_windows(height, side, bright):
    # They are in the windows of few places, and in the transforms that all the others are made of.
    rng = np.random.default_rng(0)
    pixels = rng.random((height, 200)) * 1e-5 + 0.3
    pixels[bright] = rng.random(pixels[bright].shape)
    scene, kernel = Scene(pixels.astype(np.float32)), Kernel(rng.random((side, side)))
    expected = scores(scene.pixels, kernel.pixels, kernel.support)["ccoeff_normed"]
    np.testing.assert_allclose(Correlation.of(scene, kernel).ccoeff_normed(), expected, atol=1e-5)


@pytest.mark.parametrize("rows", [range(14, 18), (0, 31), (0, 8, 16, 24)], ids=["middle", "both ends", "few"])
@pytest.mark.parametrize("bright", [slice(86, 89), slice(87, 88)])
def test_few_bright_rows_leave_none_either_where_the_support_has_empty_rows(rows, bright):
    rng = np.random.default_rng(0)
    pixels = 0.5 + 3e-5 * rng.normal(size=(300, 200))
    pixels[bright] = rng.random(pixels[bright].shape)
    support = np.zeros((32, 32))
    support[list(rows)] = 1.0
    scene, kernel = Scene(pixels.astype(np.float32)), Kernel(rng.random((32, 32)), support)
    expected = scores(scene.pixels, kernel.pixels, kernel.support)["ccoeff_normed"]
    np.testing.assert_allclose(Correlation.of(scene, kernel).ccoeff_normed(), expected, atol=1e-5)


def test_few_bright_rows_leave_none_either_where_the_kernel_has_few_rows_with_contrast():
    rng = np.random.default_rng(0)
    pixels = 0.5 + 3e-5 * rng.normal(size=(300, 200))
    pixels[87] = rng.random(200)
    template = np.full((32, 32), 0.5)
    template[16] = rng.random(32)
    scene, kernel = Scene(pixels.astype(np.float32)), Kernel(template)
    expected = scores(scene.pixels, kernel.pixels, kernel.support)["ccoeff_normed"]
    np.testing.assert_allclose(Correlation.of(scene, kernel).ccoeff_normed(), expected, atol=1e-5)


@pytest.mark.parametrize("apart", [24, 90])
@pytest.mark.parametrize("support", ["full", "disc"])
def test_dark_spots_wherever_they_are_in_a_loud_scene_have_the_scores_of_their_own(apart, support):
    # What drowns in float32 is done again: spot by spot where they are few, and whole blocks where they are many.
    rng = np.random.default_rng(1)
    pixels = rng.random((190, 420))
    for top, left in itertools.product(range(15, 170, apart), range(11, 400, apart)):
        pixels[top : top + 12, left : left + 15] *= 1e-5
    shape = 7, 10
    scene, kernel = Scene(pixels), Kernel(rng.random(shape), disc(*shape) if support == "disc" else np.ones(shape))
    expected = scores(scene.pixels, kernel.pixels, kernel.support)
    correlation = Correlation.of(scene, kernel)
    for name in ("ccoeff_normed", "ccorr_normed", "sqdiff_normed"):
        assert_close(getattr(correlation, name)(), expected[name], name, tolerance=3e-5)


@pytest.mark.parametrize(("side", "color"), [(5, False), (16, True), (32, False)])
def test_a_kernel_of_fine_detail_leaves_no_rounding_of_smooth_brightness_in_faint_windows(side, color):
    # Their products are next to nothing everywhere, and yet what they are made of is large.
    rng = np.random.default_rng(0)
    ramp = 0.5 + 0.4 * np.cos(np.pi * np.clip(np.linspace(0, 2, 240), 0, 1)) * np.ones((80, 1))
    pixels = (ramp + 1e-4 * rng.random((80, 240))).astype(np.float32)
    noise = rng.normal(size=(side, side))
    for axis in (0, 1):
        noise = np.diff(noise, 2, axis, prepend=0.0, append=0.0)
    scene, kernel = (
        Scene(np.dstack([pixels] * 3) if color else pixels),
        Kernel(np.dstack([noise] * 3) if color else noise),
    )
    expected = scores(scene.pixels, kernel.pixels, kernel.support)["ccoeff_normed"]
    np.testing.assert_allclose(Correlation.of(scene, kernel).ccoeff_normed(), expected, atol=1e-5)


def test_the_faintest_visible_contrast_is_not_taken_for_flat():
    # One pixel of 4096 differs by one level of 255 in otherwise white surroundings, next to black letters.
    pixels = np.ones((200, 260), np.float32)
    pixels[:, :60] = np.random.default_rng(0).random((200, 60)) < 0.5
    pixels[100, 180] = 254 / 255
    kernel = np.zeros((64, 64), np.float32)
    kernel[32, 32] = 1.0
    found = Correlation.of(Scene(pixels), Kernel(kernel)).ccoeff_normed()
    # Both are flat but for one pixel: opposite in sign, so the score is -1 where the two pixels meet.
    assert found[68, 148] == pytest.approx(-1.0, abs=1e-5)


def test_gray_and_color_meet_in_gray():
    color, gray = PHOTOGRAPHS["color"], PHOTOGRAPHS["gray"]
    template = Kernel(color[5:20, 8:30])
    mixed = Correlation.of(Scene(gray), template).ccoeff_normed()
    np.testing.assert_array_equal(mixed, Correlation.of(Scene(gray), Kernel(template.gray)).ccoeff_normed())
    mixed = Correlation.of(Scene(color), Kernel(gray[5:20, 8:30])).sqdiff()
    np.testing.assert_array_equal(mixed, Correlation.of(Scene(Scene(color).gray), Kernel(gray[5:20, 8:30])).sqdiff())


@pytest.mark.parametrize("order", ["F", "strided", "reversed"])
def test_arrays_of_any_layout_and_read_only_ones_are_read_and_not_written_to(order):
    base = np.random.default_rng(1).random((50, 60))
    pixels = {
        "F": np.asfortranarray(base),
        "strided": np.repeat(base, 2, axis=1)[:, ::2],
        "reversed": base[::-1, ::-1],
    }[order]
    before = pixels.copy()
    pixels.flags.writeable = False
    template, support = pixels[10:20:1, 5:35:2], np.asfortranarray(np.ones((10, 15)))
    correlation = Correlation.of(Scene(pixels), Kernel(template, support))
    expected = scores(before.astype(np.float32), before[10:20, 5:35:2].astype(np.float32), np.ones((10, 15)))
    for name in METHODS:
        assert_close(getattr(correlation, name)(), expected[name], name)
    np.testing.assert_array_equal(pixels, before)


def test_a_kernel_larger_than_the_scene_is_refused_with_both_sizes():
    with pytest.raises(ImageError, match=r"kernel 'eye' \(30×10 px\) is larger than scene 'street' \(20×40 px\)"):
        Correlation.of(Scene(np.zeros((40, 20)), name="street"), Kernel(np.zeros((10, 30)), name="eye"))


@pytest.mark.parametrize("color", [False, True])
def test_any_weights_can_be_slid(color):
    rng = np.random.default_rng(2)
    pixels = rng.random((90, 110, 3))
    weights = rng.normal(size=(20, 13, 3) if color else (20, 13))
    scene = Scene(pixels)
    planes = scene.pixels if color else scene.gray
    view = np.lib.stride_tricks.sliding_window_view(planes.astype(float), (20, 13), axis=(0, 1))
    expected = np.einsum("yxcij,ijc->yx", view, weights) if color else np.einsum("yxij,ij->yx", view, weights)
    found = cross_correlate(scene, weights)
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())


def test_color_weights_on_a_gray_scene_see_three_equal_channels():
    rng = np.random.default_rng(3)
    scene, weights = Scene(rng.random((30, 40))), rng.normal(size=(5, 6, 3))
    np.testing.assert_array_equal(cross_correlate(scene, weights), cross_correlate(scene, weights.sum(axis=2)))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.zeros((50, 3)), "larger than scene"),
        (np.zeros((3, 3, 2)), r"shape \(h, w\) or \(h, w, 3\), not \(3, 3, 2\)"),
        (np.zeros(5), "shape"),
        (np.zeros((0, 3)), "shape"),
        (np.full((3, 3), np.nan), "finite"),
    ],
)
def test_weights_that_cannot_be_slid_are_refused(weights, message):
    with pytest.raises(ImageError, match=message):
        cross_correlate(Scene(np.zeros((20, 20))), weights)


@pytest.mark.parametrize("weight", [1e-310, 5e-324, 1e-200])
def test_weights_that_are_next_to_nothing_sum_to_nothing(weight):
    found = cross_correlate(Scene(np.random.default_rng(0).random((30, 40))), np.full((5, 6), weight))
    np.testing.assert_array_equal(found, np.zeros((26, 35)))
