"""Peaks of a response: suppression by overlap, places between the pixels, how much a peak stands out."""

import cv2
import numpy as np
import pytest
import scipy.ndimage
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import ConfigurationError, Kernel, Match, Response, geometry, peaks


def response(scores, size=(8, 8), better="higher", **maps):
    return Response(scores, better, (0, 0), size, **maps)


def bump(shape, row, column, width=2.5):
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * width**2))


def test_peaks_are_the_local_maxima_best_first():
    surface = 0.5 * bump((60, 80), 10, 20) + bump((60, 80), 40, 60) + 0.7 * bump((60, 80), 30, 10)
    found = response(surface).peaks()
    np.testing.assert_array_equal(found[:3], [[40, 60], [30, 10], [10, 20]])
    np.testing.assert_array_equal(response(-surface, better="lower").peaks(), found)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), reach=st.tuples(st.integers(1, 6), st.integers(1, 6)), levels=st.integers(1, 50))
def test_peaks_equal_a_plain_search(seed, reach, levels):
    surface = np.random.default_rng(seed).integers(0, levels, (23, 31)).astype(np.float32)
    footprint = (2 * reach[0] + 1, 2 * reach[1] + 1)
    best = scipy.ndimage.maximum_filter(surface, footprint, mode="constant", cval=-np.inf)
    rows, columns = np.nonzero(surface == best)
    expected = sorted(zip(rows, columns, strict=True), key=lambda place: (-surface[place], place))
    found = peaks.find_peaks(surface, reach)
    np.testing.assert_array_equal(found, np.array(expected).reshape(-1, 2))
    few = peaks.thinned(found, reach)
    assert {tuple(place) for place in few} <= {tuple(place) for place in found}
    assert {tuple(place // reach) for place in few} == {tuple(place // reach) for place in found}
    assert len(few) == len({tuple(place // reach) for place in found})


def test_matches_do_not_overlap_and_are_the_best_that_do_not():
    surface = bump((100, 100), 50, 50, 4) + 0.9 * bump((100, 100), 50, 55, 1) + 0.6 * bump((100, 100), 20, 20)
    matches = response(surface, size=(12, 12)).matches(5)
    assert (matches[0].x, matches[0].y) in {(50, 50), (51, 50), (55, 50), (54, 50)}
    assert (matches[1].x, matches[1].y) == (20, 20)
    for index, each in enumerate(matches):
        assert all(geometry.overlap(each, other) <= 0.3 for other in matches[:index])
        assert all(each.score <= other.score for other in matches[:index])


def test_turned_boxes_overlap_as_they_are_turned():
    # Long boxes beside each other: upright they do not touch, turned by a right angle they cross.
    surface = np.zeros((60, 60))
    surface[30, 20], surface[30, 40] = 1.0, 0.9
    upright = response(surface, size=(4, 40)).matches(2, max_overlap=0.05)
    assert [(each.x, each.y) for each in upright] == [(20, 30), (40, 30)]
    turned = response(surface, size=(4, 40), angle=np.full((60, 60), 90.0)).matches(2, max_overlap=0.05)
    assert (turned[0].x, turned[0].y) == (20, 30)
    assert (turned[1].x, turned[1].y) != (40, 30)


def test_poses_are_matches_before_the_surface_is_asked():
    poses = [Match(10, 10, 0, 1, 8, 8, 0.9), Match(11, 10, 0, 1, 8, 8, 0.8), Match(40, 40, 0, 5, 40, 40, 0.7)]
    found = response(bump((50, 50), 25, 25), poses=poses).matches(5, subpixel="parabola")
    assert found == (poses[0], poses[2])


@pytest.mark.parametrize("size", [(2, 2), (8, 8), (64, 64)])
def test_a_surface_that_is_the_same_everywhere_takes_no_quadratic_time(size, monkeypatch):
    compared = []
    overlap = geometry.overlap
    monkeypatch.setattr(geometry, "overlap", lambda one, other: compared.append(1) or overlap(one, other))
    matches = response(np.zeros((700, 900), np.float32), size=size).matches(50)
    # Each of the 630,000 equal places with each of 50 matches would be 30 million comparisons.
    assert len(compared) < 5000
    assert len(matches) == 50
    for index, each in enumerate(matches[:10]):
        assert all(overlap(each, other) <= 0.3 for other in matches[:index])


def test_no_matches_are_asked_for():
    assert response(np.zeros((5, 5))).matches(0) == ()


@settings(max_examples=60, deadline=None)
@given(
    down=st.floats(-0.5, 0.5),
    right=st.floats(-0.5, 0.5),
    bend=st.tuples(st.floats(0.05, 2), st.floats(0.05, 2)),
    height=st.floats(-10, 10),
)
def test_a_parabola_is_found_exactly(down, right, bend, height):
    rows, columns = np.mgrid[-3:4, -3:4]
    surface = height - bend[0] * (rows - down) ** 2 - bend[1] * (columns - right) ** 2
    found = peaks.parabola_offset(surface, 3, 3)
    assert found == pytest.approx((down, right, height - surface[3, 3]), abs=1e-6)


@pytest.mark.parametrize("how", ["parabola", "fourier"])
@pytest.mark.parametrize("better", ["higher", "lower"])
@pytest.mark.parametrize("offset", [(0.0, 0.0), (0.3, -0.2), (-0.45, 0.1), (0.5, 0.5)])
def test_a_smooth_bump_between_the_pixels_is_found_there(how, better, offset):
    surface = bump((60, 70), 30 + offset[0], 40 + offset[1], width=3)
    sense = 1.0 if better == "higher" else -1.0
    (found,) = response(sense * surface, better=better).matches(1, subpixel=how)
    assert found.y == pytest.approx(30 + offset[0], abs=0.03)
    assert found.x == pytest.approx(40 + offset[1], abs=0.03)
    assert found.score == pytest.approx(sense, abs=0.01)


def test_the_fourier_peak_of_a_shifted_photograph_is_exact_to_hundredths(photograph):
    # Shifted by the Fourier shift theorem: band-limited, so that the truth is known.
    down, right = 0.37, -0.24
    moved = scipy.ndimage.fourier_shift(np.fft.fft2(photograph), (down, right))
    scene = np.fft.ifft2(moved).real.astype(np.float32)[30:200, 40:220]
    kernel = photograph[80:144, 100:164].astype(np.float32)
    surface = cv2.matchTemplate(scene, kernel, cv2.TM_CCOEFF_NORMED)
    top, left = np.unravel_index(surface.argmax(), surface.shape)
    for offset, accuracy in ((peaks.parabola_offset, 0.1), (peaks.fourier_offset, 0.05)):
        found = offset(surface, int(top), int(left))
        assert top + 30 + found[0] - 80 == pytest.approx(down, abs=accuracy)
        assert left + 40 + found[1] - 100 == pytest.approx(right, abs=accuracy)


@pytest.fixture
def photograph():
    return scipy.ndimage.gaussian_filter(skimage.data.camera()[100:356, 120:376] / 255.0, 2.0, mode="wrap")


@pytest.mark.parametrize("place", [(0, 0), (0, 30), (59, 69), (25, 69)])
def test_at_an_edge_a_peak_stays_within_the_surface(place):
    surface = bump((60, 70), *place)
    for offset in (peaks.parabola_offset, peaks.fourier_offset):
        down, right, rise = offset(surface, *place)
        assert 0 <= place[0] + down <= 59
        assert 0 <= place[1] + right <= 69
        assert 0 <= rise < 0.01


@pytest.mark.parametrize("offset", [peaks.parabola_offset, peaks.fourier_offset])
def test_on_a_flat_surface_a_peak_stays_where_it_is(offset):
    down, right, rise = offset(np.full((40, 40), 0.3), 20, 20)
    assert abs(down) <= 1
    assert abs(right) <= 1
    assert rise == pytest.approx(0, abs=1e-12)


def test_a_match_from_elsewhere_and_an_unknown_way_are_refused():
    surface = response(bump((20, 20), 10, 10))
    with pytest.raises(ConfigurationError, match=r"\(50, 3\) is not on this response"):
        surface.refined(Match(50, 3, 0, 1, 8, 8, 0.5))
    with pytest.raises(ConfigurationError, match="'parabola' or 'fourier', not by 'spline'"):
        surface.refined(surface.best(), "spline")
    assert surface.refined(surface.best(), "none") == surface.best()


def test_refined_matches_keep_the_origin_of_the_response():
    scores = bump((40, 50), 20.25, 30.0, 3)
    found = Response.sliding(scores, Kernel(np.ones((9, 11)))).matches(1, subpixel="parabola")[0]
    assert (found.x, found.y) == (pytest.approx(30 + 5, abs=0.02), pytest.approx(20.25 + 4, abs=0.02))


def test_the_peak_to_sidelobe_ratio_by_hand():
    surface = np.zeros((21, 21))
    surface[10, 10] = 5.0
    surface[:10, :] = 1.0  # 210 of 441 places, 10 of them in the middle 5 × 5
    surface[8:13, 8:13] = 5.0
    ones, zeros = 210 - 10, 441 - 210 - 15
    mean = ones / (ones + zeros)
    deviation = np.sqrt(mean * (1 - mean))
    expected = (5.0 - mean) / deviation
    assert response(surface).peak_to_sidelobe(Match(10, 10, 0, 1, 8, 8, 5.0)) == pytest.approx(expected)
    lower = response(-surface, better="lower")
    assert lower.peak_to_sidelobe(Match(10, 10, 0, 1, 8, 8, -5.0)) == pytest.approx(expected)


def test_the_peak_to_sidelobe_ratio_looks_only_at_its_region():
    rng = np.random.default_rng(0)
    surface = rng.normal(size=(100, 100))
    surface[50, 50] = 12.0
    near = surface[40:61, 40:61].copy()
    expected = peaks.peak_to_sidelobe(near, 10, 10)
    surface[:30] = 1000.0
    assert peaks.peak_to_sidelobe(surface, 50, 50) == pytest.approx(expected)
    assert expected > 8


@pytest.mark.parametrize("place", [(0, 0), (2, 19), (19, 19)])
def test_the_peak_to_sidelobe_ratio_at_an_edge_counts_what_is_there(place):
    surface = np.random.default_rng(1).random((20, 20))
    rows, columns = np.mgrid[:20, :20]
    distance = np.maximum(abs(rows - place[0]), abs(columns - place[1]))
    around = surface[(distance <= 10) & (distance > 2)]
    expected = (surface[place] - around.mean()) / around.std()
    assert peaks.peak_to_sidelobe(surface, *place) == pytest.approx(expected)


@pytest.mark.parametrize("shape", [(1, 1), (5, 5), (30, 30)])
def test_without_sidelobes_nothing_stands_out(shape):
    assert response(np.full(shape, 0.5)).peak_to_sidelobe() == 0.0


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_for_display_the_best_is_white_and_the_worst_black(better):
    scores = np.array([[3.0, -1.0], [1.0, 2.0]])
    expected = np.array([[1.0, 0.0], [0.5, 0.75]])
    shown = response(scores, better=better).display()
    np.testing.assert_allclose(shown, expected if better == "higher" else 1 - expected)
    assert shown.dtype == np.float32


def test_for_display_a_flat_response_is_black_and_huge_scores_do_not_overflow():
    assert not response(np.full((3, 4), 7.0)).display().any()
    shown = response(np.array([[3e38, -3e38, 0.0]])).display()
    np.testing.assert_allclose(shown, [[1, 0, 0.5]])
