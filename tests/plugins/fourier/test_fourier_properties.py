import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from fracorr import Kernel, Scene
from fracorr_fourier.convolve import Convolution
from fracorr_fourier.edges import OrientationCorrelation
from fracorr_fourier.fourier_mellin import FourierMellin
from fracorr_fourier.phase import PhaseCorrelation
from fracorr_fourier.zncc_masked import MaskedZNCC

BOUNDED = [
    MaskedZNCC(),
    MaskedZNCC(overlap=0.05),
    PhaseCorrelation(),
    FourierMellin(candidates=1),
    OrientationCorrelation(),
    OrientationCorrelation("ignored"),
    Convolution(),
]
SLIDING = [MaskedZNCC(overlap=1.0), PhaseCorrelation(), OrientationCorrelation()]


def arrays(low, high, smallest=1, largest=24):
    return hnp.array_shapes(min_dims=2, max_dims=2, min_side=smallest, max_side=largest).flatmap(
        lambda shape: hnp.arrays(np.float64, shape, elements=st.floats(low, high, allow_subnormal=False, width=32))
    )


@pytest.mark.parametrize("method", BOUNDED, ids=repr)
@settings(max_examples=25, deadline=None)
@given(
    scene=arrays(0, 1, smallest=8),
    template=arrays(0, 1, largest=8),
    offset=st.sampled_from([0.0, 1.0, 1e3, 1e6]),
    weight=st.sampled_from([1.0, 0.3]),
)
def test_scores_are_finite_and_in_bounds_whatever_the_image(method, scene, template, offset, weight):
    kernel = Kernel(template + offset, np.full(template.shape, weight))
    response = method.correlate(Scene(scene + offset), kernel)
    assert np.isfinite(response.scores).all()
    assert np.abs(response.scores).max() <= 1
    best = response.best()
    assert all(np.isfinite(value) for value in best.to_dict().values())


@pytest.mark.parametrize("method", BOUNDED, ids=repr)
@settings(max_examples=10, deadline=None)
@given(
    level=st.floats(-1e6, 1e6, allow_subnormal=False, width=32),
    shape=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    seed=st.integers(0, 99),
)
def test_a_flat_kernel_and_a_flat_scene_score_0(method, level, shape, seed):
    rng = np.random.default_rng(seed)
    flat = method.correlate(Scene(rng.random((20, 21))), Kernel(np.full(shape, level), rng.random(shape) / 2 + 0.5))
    assert not flat.scores.any()
    flat = method.correlate(Scene(np.full((20, 21), level)), Kernel(rng.random(shape)))
    assert not flat.scores.any()


@pytest.mark.parametrize("method", SLIDING, ids=repr)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), row=st.integers(0, 20), column=st.integers(0, 30), contrast=st.floats(0.05, 20))
def test_a_planted_kernel_is_found(method, seed, row, column, contrast):
    rng = np.random.default_rng(seed)
    scene = rng.random((36, 46))
    template = scene[row : row + 16, column : column + 16]
    best = method.correlate(Scene(scene), Kernel(1.0 + contrast * template)).best()
    assert best.x == pytest.approx(column + 7.5, abs=0.11)
    assert best.y == pytest.approx(row + 7.5, abs=0.11)


@pytest.mark.parametrize("method", [*BOUNDED, Convolution(normalized=False)], ids=repr)
def test_inputs_may_be_read_only_and_are_not_changed(method):
    rng = np.random.default_rng(0)
    scene, template = rng.random((30, 34)), rng.random((9, 8))
    copies = scene.copy(), template.copy()
    for array in (scene, template):
        array.flags.writeable = False
    first = method.correlate(Scene(scene), Kernel(template))
    again = method.correlate(Scene(scene), Kernel(template))
    np.testing.assert_array_equal(first.scores, again.scores)
    np.testing.assert_array_equal(scene, copies[0])
    np.testing.assert_array_equal(template, copies[1])
