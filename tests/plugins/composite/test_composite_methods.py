import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from posed_scenes import Pose, photograph, turn_between

from fracorr import ImageError, Kernel, Scene
from fracorr_composite.methods import MACE, OTSDF, SDF, UOTSDF
from fracorr_composite.transform import Composite
from fracorr_opencv.template_matching import CCoeffNormed

METHODS = [SDF, MACE, OTSDF, UOTSDF]
ROWS, COLUMNS = np.mgrid[:80, :80] - 39.5
DISC = np.hypot(ROWS, COLUMNS) < 40


@pytest.mark.parametrize(
    ("method", "name", "angle"),
    [
        *((method, *case) for method in METHODS[1:] for case in (("astronaut", 20), ("camera", 10), ("coins", 0))),
        # Too hard without constraints.
        *((method, "coffee", -10) for method in (MACE, OTSDF)),
    ],
)
def test_finds_a_template_turned_to_a_training_angle(method, name, angle):
    gray = photograph(name, 300)
    kernel = Kernel(gray[100:180, 120:200], DISC)
    pose = Pose(gray.shape, angle, 1.0)
    best = method(angles=5, turn=40.0).correlate(Scene(pose.apply(gray)), kernel).best()
    place = pose.goes_to(159.5, 139.5)
    assert np.hypot(best.x - place[0], best.y - place[1]) < 1.5
    assert turn_between(best.angle, angle) < 1
    assert (best.scale, best.width, best.height) == (1, 80, 80)


def test_tells_the_scale_of_the_copy_that_it_found():
    gray = photograph("astronaut", 300)
    pose = Pose(gray.shape, 0, 1.25)
    kernel = Kernel(gray[110:190, 110:190], DISC)
    best = OTSDF(angles=1, scales=(0.8, 1.0, 1.25)).correlate(Scene(pose.apply(gray)), kernel).best()
    assert (best.scale, best.width, best.height) == (1.25, 100, 100)
    assert (best.x, best.y) == pytest.approx(pose.goes_to(149.5, 149.5), abs=1.5)


def test_sdf_finds_its_one_training_image():
    gray = photograph("camera", 200)
    best = SDF(angles=1, fade=0.0).correlate(Scene(gray), Kernel(gray[40:80, 60:110])).best()
    assert (best.x, best.y) == (84.5, 59.5)
    assert best.score == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_the_correlation_is_that_of_the_transform_and_the_template_method(method):
    scene, kernel = Scene(photograph("coins", 150)), Kernel(photograph("coins", 40))
    name = method.__name__.lower()
    composite = Composite(filter=name, angles=3).apply(kernel, np.random.default_rng(0))
    expected = CCoeffNormed().correlate(scene, composite).scores
    got = method(angles=3, score="correlation").correlate(scene, kernel).scores
    np.testing.assert_allclose(got, expected, atol=1e-5)


def test_colour_is_used_where_both_have_it():
    rng = np.random.default_rng(0)
    scene = np.full((60, 60, 3), 0.5)
    pattern = rng.random((14, 14))
    # The same luma pattern in two colours; the template is the second.
    for (top, left), color in (((5, 5), (1, 0.2, 0.2)), ((35, 30), (0.2, 0.2, 1))):
        scene[top : top + 14, left : left + 14] += (pattern[..., None] - 0.5) * color
    kernel = Kernel(scene[35:49, 30:44])
    best = SDF(angles=1).correlate(Scene(scene), kernel).best()
    assert (best.x, best.y) == (36.5, 41.5)
    gray = SDF(angles=1, fade=0.0).correlate(Scene(scene), Kernel(kernel.gray)).scores
    assert gray[5, 5] == pytest.approx(1.0, abs=1e-4)
    assert gray[35, 30] == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("score", ["psr", "correlation"])
@pytest.mark.parametrize("method", METHODS)
def test_flat_kernels_and_windows_score_0(method, score):
    rng = np.random.default_rng(0)
    image = np.full((50, 80), 0.3)
    image[:, 60:] = rng.random((50, 20))
    response = method(score=score).correlate(Scene(image), Kernel(rng.random((8, 8))))
    assert not response.scores[:, :52].any()
    assert response.scores[:, 60:].any()
    for kernel in (np.full((8, 8), 0.7), np.ones((1, 1))):
        assert not method(score=score).correlate(Scene(image), Kernel(kernel)).scores.any()


@pytest.mark.parametrize("method", METHODS)
def test_a_kernel_larger_than_the_scene_is_refused(method):
    with pytest.raises(ImageError, match="larger than scene"):
        method().correlate(Scene(np.eye(10)), Kernel(np.eye(11)))


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    offset=st.sampled_from([0.0, 10.0, 1e6]),
    side=st.integers(1, 12),
    levels=st.integers(1, 5),
    fade=st.sampled_from([0.0, 0.2, 1.0]),
)
def test_scores_are_finite_and_correlations_in_bounds(method, seed, offset, side, levels, fade):
    rng = np.random.default_rng(seed)
    scene, template = rng.integers(0, levels, (30, 33)) + offset, rng.integers(0, levels, (side, 9)) + offset
    kernel = Kernel(template.astype(float), rng.random((side, 9)) / 2 + 0.5)
    for score in ("psr", "correlation"):
        response = method(angles=3, fade=fade, score=score).correlate(Scene(scene.astype(float)), kernel)
        assert np.isfinite(response.scores).all()
        assert all(np.isfinite(value) for match in response.matches(3) for value in match.to_dict().values())
    assert np.abs(response.scores).max() <= 1


def finds_a_planted_copy(method, seed, row, column, turns):
    rng = np.random.default_rng(seed)
    scene = rng.random((60, 64))
    kernel = Kernel(np.rot90(scene[row : row + 20, column : column + 20], -turns))
    best = method(angles=4, fade=0.0).correlate(Scene(scene), kernel).best()
    return (best.x, best.y) == (column + 9.5, row + 9.5) and turn_between(best.angle, 90 * turns) < 1e-6


@pytest.mark.parametrize("method", [OTSDF, UOTSDF])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), row=st.integers(0, 40), column=st.integers(0, 44), turns=st.integers(0, 3))
def test_a_planted_copy_is_found(method, seed, row, column, turns):
    assert finds_a_planted_copy(method, seed, row, column, turns)


def test_mace_finds_nearly_all_planted_copies():
    """It cares for sharp peaks and nothing else, and now and then noise has a sharp one too."""
    found = [finds_a_planted_copy(MACE, seed, (7 * seed) % 41, (11 * seed) % 45, seed % 4) for seed in range(60)]
    assert sum(found) >= 57
