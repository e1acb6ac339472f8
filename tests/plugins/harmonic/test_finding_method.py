"""The method in the experiment machinery, and the parts that it is made of."""

from concurrent.futures import ThreadPoolExecutor

import attrs
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from posed_scenes import Pose, photograph
from scipy import ndimage, signal

import fracorr
from fracorr import Kernel, Scene, Target
from fracorr.errors import ConfigurationError
from fracorr.metrics import evaluate
from fracorr_harmonic import prepared
from fracorr_harmonic.bank import Bank
from fracorr_harmonic.coarse import Picture
from fracorr_harmonic.correlator import Correlator, tiles
from fracorr_harmonic.levels import Pyramid
from fracorr_harmonic.method import HarmonicMatching
from fracorr_harmonic.poses import Limits, composed
from fracorr_harmonic.refine import Aligner
from fracorr_harmonic.template import Template

GRAY = photograph("astronaut", 300)
FACE = GRAY[20:84, 90:154]
EVERYTHING = Limits((0.0, 2 * np.pi), (-0.7, 0.7))


def test_the_response_has_the_pose_everywhere():
    pose = Pose(GRAY.shape, 65, 1.0)
    scene = pose.apply(GRAY, mode="constant")
    response = fracorr.correlate(scene, FACE, "harmonic:min_scale=0.8,max_scale=1.25")
    x, y = pose.goes_to(121.5, 51.5)
    row, column = np.unravel_index(response.scores.argmax(), response.scores.shape)

    assert response.scores.shape == scene.shape
    assert (column, row) == pytest.approx((x, y), abs=4)
    assert response.angle[row, column] == pytest.approx(65, abs=5)
    assert response.scale[row, column] == pytest.approx(1, abs=0.1)
    assert -1 <= response.scores.min() <= response.scores.max() <= 1
    best = response.best()
    assert (best.x, best.y, best.angle) == pytest.approx((x, y, 65), abs=0.1)
    assert evaluate(response, [Target(x, y, 64, 64, 65)]).hit


def test_a_flat_kernel_scores_nothing():
    response = fracorr.correlate(GRAY, np.full((20, 20), 0.3), "harmonic")

    assert not response.scores.any()
    assert response.matches(3) == ()


def test_a_kernel_that_is_larger_than_the_scene():
    response = fracorr.correlate(FACE, GRAY, "harmonic:min_scale=0.5,max_scale=2")

    assert response.scores.shape == FACE.shape


@pytest.mark.parametrize(
    "parameters",
    [
        "min_scale=0",
        "min_scale=2,max_scale=1",
        "min_angle=10,max_angle=-10",
        "matches=0",
        "mirrored=maybe",
        "covered=maybe",
    ],
)
def test_wrong_parameters(parameters):
    with pytest.raises(ConfigurationError, match="harmonic"):
        fracorr.correlate(GRAY, FACE, f"harmonic:{parameters}")


def test_several_threads_find_the_same():
    cores = cv2.getNumThreads()
    found = []
    for threads in (1, 3):
        cv2.setNumThreads(threads)
        found.append(fracorr.find(np.tile(GRAY, (2, 3)), FACE, scales=(0.6, 1.3), max_matches=6))
    cv2.setNumThreads(cores)

    assert len(found[0]) == 6
    assert found[0] == found[1]


@pytest.mark.parametrize("covered", [False, True])
def test_what_a_finder_has_seen_before_changes_no_digit(covered):
    """It keeps a dozen sizes of the template; these scenes need more."""
    finder = fracorr.Finder(FACE, scales=(0.5, 2), max_matches=12, min_score=-1, covered=covered)
    scenes = [Scene(cv2.resize(GRAY, None, fx=size, fy=size)) for size in np.linspace(0.6, 1.6, 8)]
    found = [finder.find(scene) for scene in scenes]

    assert [finder.find(scene) for scene in scenes] == found
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(finder.find, scenes)) == found


@settings(max_examples=20, deadline=None)
@given(
    height=st.integers(9, 40),
    width=st.integers(9, 40),
    count=st.integers(1, 5),
    reach=st.integers(0, 4),
    seed=st.integers(0),
)
def test_correlations_are_those_of_scipy(height, width, count, reach, seed):
    random = np.random.default_rng(seed)
    picture = random.random((height, width)).astype(np.float32)
    kernels = random.normal(size=(count, 2 * reach + 1, 2 * reach + 1)).astype(np.float32)
    expected = [signal.correlate(picture, kernel, mode="valid") for kernel in kernels]

    np.testing.assert_allclose(Correlator(kernels).apply(picture), expected, atol=2e-4)


@given(height=st.integers(1, 900), width=st.integers(1, 900))
def test_tiles_cover_a_picture(height, width):
    seen = np.zeros((height, width), bool)
    for tile in tiles((height, width), 3):
        assert seen[tile.part].shape == (tile.height, tile.width)
        seen[tile.part] = True

    assert seen.all()


def weighted_zncc(window, template, weights):
    weights = weights / weights.sum()
    first, second = window - (weights * window).sum(), template - (weights * template).sum()
    return (weights * first * second).sum() / np.sqrt((weights * first**2).sum() * (weights * second**2).sum())


@pytest.mark.parametrize("shape", ["disc", "bar"])
@pytest.mark.parametrize(("low", "high"), [(0, 360), (20, 80)])
def test_coarse_scores_are_correlation_coefficients(shape, low, high):
    """Each angle of the bank, against a turned template and sums over the window: what is left out matters little."""
    random = np.random.default_rng(0)
    template = ndimage.gaussian_filter(random.random((25, 25)), 1.5)
    down, right = np.indices((25, 25)) - 12
    support = (np.hypot(down, right) < 11.5) if shape == "disc" else (np.abs(down) < 5) & (np.abs(right) < 11)
    samples = attrs.evolve(Template(Kernel(template, support.astype(float))).at(1.0))
    bank = Bank.of(samples, low, high, 5.0, left_out=0.05)
    pixels = ndimage.gaussian_filter(random.random((60, 70)), 1.5).astype(np.float32)
    pixels[20:45, 30:55] = ndimage.rotate(template, 50, reshape=False, mode="nearest", order=1)
    picture = Picture(pixels, bank, 0.0)
    (tile,) = picture.tiles()
    peaks = picture.scored(tile).peaks(5)

    assert (peaks.rows[0], peaks.columns[0]) == (32, 42)
    assert peaks.angles[0] == pytest.approx(50, abs=2.6)
    for row, column, angle, score in zip(peaks.rows, peaks.columns, peaks.angles, peaks.scores, strict=True):
        if 13 <= row < 47 and 13 <= column < 57:
            turned = ndimage.rotate(template, angle, reshape=False, mode="nearest", order=1)
            weights = np.clip(ndimage.rotate(support.astype(float), angle, reshape=False, order=1), 0, 1)
            window = pixels[row - 12 : row + 13, column - 12 : column + 13]
            assert score == pytest.approx(weighted_zncc(window, turned, weights), abs=0.06)


@settings(max_examples=25, deadline=None)
@given(
    pose=st.tuples(st.floats(-50, 50), st.floats(-50, 50), st.floats(0, 6), st.floats(-0.6, 0.6)),
    move=st.tuples(st.floats(-2, 2), st.floats(-2, 2), st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)),
)
def test_poses_composed_with_moves_are_products_of_matrices(pose, move):
    def matrix(x, y, angle, log_scale):
        cosine, sine = np.exp(log_scale) * np.cos(angle), np.exp(log_scale) * np.sin(angle)
        return np.array([[cosine, sine, x], [-sine, cosine, y], [0, 0, 1]])

    (result,) = composed(np.array([pose]), np.array([move]))
    # A move is taken as a turned and scaled frame that is shifted before: u goes to R (u - t) in first order.
    x, y, angle, log_scale = move
    shift = np.array([[1, 0, -x], [0, 1, -y], [0, 0, 1]])
    expected = matrix(*pose) @ matrix(0, 0, -angle, -log_scale) @ shift

    np.testing.assert_allclose(matrix(*result), expected, atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(x=st.floats(-2, 2), y=st.floats(-2, 2), angle=st.floats(-0.15, 0.15), log_scale=st.floats(-0.1, 0.1))
def test_poses_near_the_truth_go_there(x, y, angle, log_scale):
    aligner = Aligner(Template(Kernel(FACE)).at(1.0), EVERYTHING)
    level = Pyramid(GRAY.astype(np.float32)[..., None]).level(1.0)
    start = np.array([[121.5 + x, 51.5 + y, angle % (2 * np.pi), log_scale]])
    (pose,), (score,) = aligner.refine([level], start, 12)

    assert pose[:2] == pytest.approx((121.5, 51.5), abs=0.01)
    assert np.angle(np.exp(1j * pose[2])) == pytest.approx(0, abs=1e-3)
    assert pose[3] == pytest.approx(0, abs=1e-3)
    assert score == pytest.approx(1, abs=1e-4)


def test_a_template_is_prepared_once_for_many_scenes():
    kernel = Kernel(FACE)
    first = fracorr.correlate(Scene(GRAY), kernel, "harmonic:min_scale=1,max_scale=1")
    kept = len(kernel.memo)
    second = fracorr.correlate(Scene(GRAY[::-1, ::-1]), kernel, "harmonic:min_scale=1,max_scale=1")

    assert len(kernel.memo) == kept
    assert (second.best().angle - first.best().angle) % 360 == pytest.approx(180, abs=0.1)


def test_what_is_prepared_for_many_kernels_stays_within_bounds(monkeypatch):
    method = HarmonicMatching(min_scale=1.0, max_scale=1.0, matches=1)
    scene, kernels = Scene(GRAY), [Kernel(GRAY[20 : 60 + each, 90:150]) for each in range(6)]
    first = [method.correlate(scene, kernel).best() for kernel in kernels]
    (place,) = [each for each in prepared._filled if each.search.kernel is kernels[-1]]
    monkeypatch.setattr(prepared, "LIMIT_BYTES", int(2.5 * place.search.nbytes))
    again = [method.correlate(scene, kernel).best() for kernel in kernels]

    assert again == first
    kept = [each.search.kernel for each in prepared._filled]
    assert 2 <= len(kept) < len(kernels)
    assert kept == kernels[-len(kept) :]
    # The last one has grown since it was looked at.
    assert sum(each.search.nbytes for each in prepared._filled[:-1]) < prepared.LIMIT_BYTES


def test_a_cleared_memo_means_that_nothing_is_prepared():
    method, scene, kernel = HarmonicMatching(min_scale=1.0, max_scale=1.0), Scene(GRAY), Kernel(FACE)
    method.correlate(scene, kernel)
    before = prepared._filled[-1].search
    method.correlate(scene, kernel)
    assert prepared._filled[-1].search is before
    kernel.memo.clear()
    method.correlate(scene, kernel)
    assert prepared._filled[-1].search is not before
