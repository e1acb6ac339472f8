import cv2
import numpy as np
import pytest
import skimage.data
from posed_scenes import photograph
from skimage.registration._masked_phase_cross_correlation import cross_correlate_masked

from fracorr import Kernel, Scene
from fracorr_fourier.zncc_masked import MaskedZNCC, masked_zncc


@pytest.mark.parametrize("overlap", [0.1, 0.3, 0.8])
@pytest.mark.parametrize("sizes", [((40, 57), (13, 22)), ((16, 16), (16, 16)), ((11, 30), (25, 9)), ((7, 5), (20, 31))])
def test_equals_scikit_image_for_masks_on_both_sides(sizes, overlap):
    rng = np.random.default_rng(sum(sizes[0]))
    fixed, moving = (rng.random(size) for size in sizes)
    masks = [rng.random(size) > share for size, share in zip(sizes, (0.2, 0.3), strict=True)]
    expected = cross_correlate_masked(fixed, moving, *masks, axes=(0, 1), overlap_ratio=overlap)
    got = masked_zncc([fixed], masks[0].astype(float), [moving], masks[1].astype(float), overlap)
    np.testing.assert_allclose(got, expected, atol=1e-10)


def test_the_method_equals_scikit_image_on_a_photograph():
    gray = photograph("camera", 200)
    rows, columns = np.mgrid[:41, :53]
    mask = np.hypot((rows - 20) / 20, (columns - 26) / 26) <= 1
    template = gray[30:71, 90:143]
    expected = cross_correlate_masked(gray, template, np.ones_like(gray), mask, axes=(0, 1), overlap_ratio=0.4)
    response = MaskedZNCC(overlap=0.4).correlate(Scene(gray), Kernel(template, mask))
    np.testing.assert_allclose(response.scores, expected, atol=1e-5)
    best = response.best()
    assert (best.x, best.y) == (90 + 26, 30 + 20)
    assert best.score == pytest.approx(1.0, abs=1e-5)


def test_a_support_between_0_and_1_weighs_the_pixels():
    rng = np.random.default_rng(1)
    scene, template, support = rng.random((9, 11, 3)), rng.random((4, 5, 3)), rng.random((4, 5)) / 2 + 0.5
    response = MaskedZNCC(overlap=0.2).correlate(Scene(scene), Kernel(template, support))
    expected = np.zeros((12, 15))
    scene, template, support = (each.astype(np.float32).astype(float) for each in (scene, template, support))
    padded = np.pad(scene, ((3, 3), (4, 4), (0, 0)))
    there = np.pad(np.ones(scene.shape[:2]), ((3, 3), (4, 4)))
    for row, column in np.ndindex(expected.shape):
        window = padded[row : row + 4, column : column + 5]
        weights = (support * there[row : row + 4, column : column + 5])[..., None]
        if weights.sum() < 0.2 * support.sum():
            continue
        s = window - (weights * window).sum((0, 1)) / weights.sum()
        t = template - (weights * template).sum((0, 1)) / weights.sum()
        expected[row, column] = (weights * s * t).sum() / np.sqrt((weights * s * s).sum() * (weights * t * t).sum())
    np.testing.assert_allclose(response.scores, expected, atol=1e-5)


def test_inside_the_scene_it_is_opencvs_normalised_coefficient():
    image, template = skimage.data.astronaut(), skimage.data.astronaut()[100:131, 200:240]
    expected = cv2.matchTemplate(image, template, cv2.TM_CCOEFF_NORMED)
    response = MaskedZNCC().correlate(Scene(image), Kernel(template))
    inside = response.scores[30:-30, 39:-39]
    # OpenCV's float32 transforms lose digits where a window has next to no contrast.
    deviation = np.lib.stride_tricks.sliding_window_view(image.mean(axis=2), (31, 40))[::7, ::7].std(axis=(2, 3))
    clear = deviation > 5
    np.testing.assert_allclose(inside[::7, ::7][clear], expected[::7, ::7][clear], atol=1e-4)
    assert clear.mean() > 0.9


@pytest.mark.parametrize(("left", "top"), [(-28, 60), (170, 12), (70, -22), (120, 172)])
def test_finds_what_is_half_out_of_the_picture(left, top):
    whole = photograph("astronaut", 300)
    template = whole[50 + top : 100 + top, 50 + left : 110 + left]
    best = MaskedZNCC(overlap=0.25).correlate(Scene(whole[50:250, 50:250]), Kernel(template)).best()
    assert (best.x, best.y) == (left + 29.5, top + 24.5)
    assert best.score == pytest.approx(1.0, abs=1e-4)


def test_finds_the_scene_inside_a_larger_kernel():
    whole = photograph("coffee", 160)
    best = MaskedZNCC().correlate(Scene(whole[20:80, 50:130]), Kernel(whole)).best()
    assert (best.x, best.y) == (79.5 - 50, 79.5 - 20)


def test_what_lies_outside_the_support_does_not_matter():
    gray = photograph("chelsea", 150)
    template, mask = gray[40:80, 40:80], np.zeros((40, 40))
    mask[8:31, 5:36] = 1
    plain = MaskedZNCC().correlate(Scene(gray), Kernel(template, mask))
    spoiled = MaskedZNCC().correlate(Scene(gray), Kernel(np.where(mask > 0, template, 0.7), mask))
    np.testing.assert_allclose(spoiled.scores, plain.scores, atol=1e-6)


def test_a_flat_window_scores_0_beside_a_busy_one():
    image = np.full((60, 90), 0.4)
    image[:, 60:] = np.random.default_rng(2).random((60, 30))
    response = MaskedZNCC(overlap=1.0).correlate(Scene(image), Kernel(image[20:36, 65:81]))
    assert not response.scores[15:60, 15:60].any()
    assert (response.best().x, response.best().y) == (72.5, 27.5)


@pytest.mark.parametrize("overlap", [0.05, 0.5, 1.0])
@pytest.mark.parametrize("sides", [(9, 14), (5, 80), (70, 60), (180, 10)])
def test_a_large_scene_in_blocks_gives_the_same(monkeypatch, overlap, sides):
    rng = np.random.default_rng(3)
    scene, kernel = Scene(rng.random((150, 170))), Kernel(rng.random(sides), rng.random(sides) / 2 + 0.5)
    whole = MaskedZNCC(overlap).correlate(scene, kernel).scores
    monkeypatch.setattr("fracorr_fourier.zncc_masked._BLOCK", 32)
    np.testing.assert_allclose(MaskedZNCC(overlap).correlate(scene, kernel).scores, whole, atol=1e-6)
