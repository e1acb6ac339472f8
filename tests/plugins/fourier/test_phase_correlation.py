import numpy as np
import pytest
import scipy.fft
import scipy.ndimage
from posed_scenes import photograph
from skimage.registration import phase_cross_correlation

from fracorr import ImageError, Kernel, Scene
from fracorr_fourier.phase import PhaseCorrelation
from fracorr_fourier.phases import CrossPhases


def smooth_noise(shape, seed=0):
    return scipy.ndimage.gaussian_filter(np.random.default_rng(seed).random(shape), 1.2, mode="wrap")


@pytest.mark.parametrize("shape", [(32, 48), (31, 48), (32, 47), (31, 47)])
def test_a_periodic_shift_gives_a_single_needle(shape):
    image = np.random.default_rng(1).random(shape)
    moved = np.roll(image, (5, 11), axis=(0, 1))
    phases = CrossPhases.between(scipy.fft.rfft2(moved), scipy.fft.rfft2(image), shape)
    expected = np.zeros(shape)
    expected[5, 11] = 1.0
    np.testing.assert_allclose(phases.surface(), expected, atol=1e-9)
    assert phases.count == shape[0] * shape[1]


@pytest.mark.parametrize("shape", [(32, 48), (31, 47)])
def test_the_fine_grid_goes_through_the_surface(shape):
    phases = CrossPhases.between(scipy.fft.rfft2(smooth_noise(shape)), scipy.fft.rfft2(smooth_noise(shape, 1)), shape)
    surface = phases.surface()
    row, column = np.unravel_index(surface.argmax(), shape)
    # With no grid finer than the pixels, the highest of the nine is the peak itself.
    assert phases.refine(row, column, 1) == pytest.approx((row, column, surface.max()))


@pytest.mark.parametrize("shift", [(3.25, -5.6), (-0.4, 7.75), (2.0, 0.15)])
def test_finds_the_same_fractions_of_a_pixel_as_scikit_image(shift):
    image = smooth_noise((64, 80), 3)
    spectrum = scipy.ndimage.fourier_shift(scipy.fft.fft2(image), shift)
    moved = scipy.fft.ifft2(spectrum).real
    expected, _, _ = phase_cross_correlation(moved, image, upsample_factor=20, normalization="phase")
    phases = CrossPhases.between(scipy.fft.rfft2(moved), scipy.fft.rfft2(image), image.shape)
    rows, columns = np.unravel_index(phases.surface().argmax(), image.shape)
    y, x, score = phases.refine(rows, columns, 20)
    found = np.array([y, x])
    found -= np.where(found > np.array(image.shape) / 2, image.shape, 0)
    np.testing.assert_allclose(found, expected, atol=0.051)
    np.testing.assert_allclose(found, shift, atol=0.051)
    assert score > 0.95


@pytest.mark.parametrize("name", ["camera", "astronaut", "coins", "brick"])
def test_finds_a_piece_of_a_photograph_under_any_contrast(name):
    gray = photograph(name)
    template = gray[150:246, 170:266]
    for kernel in (template, 0.2 + 0.3 * template):
        response = PhaseCorrelation().correlate(Scene(gray), Kernel(kernel))
        best = response.best()
        assert (best.x, best.y) == (170 + 47.5, 150 + 47.5)
        assert np.unravel_index(response.scores.argmax(), response.scores.shape) == (150, 170)
        # The peak is a needle: nothing else comes near.
        assert response.matches(2)[1].score < best.score / 2


def test_a_piece_between_the_pixels_is_found_there():
    gray = photograph("camera", 256)
    moved = scipy.ndimage.shift(gray, (0.3, -0.4), order=5, mode="mirror")
    best = PhaseCorrelation().correlate(Scene(moved), Kernel(gray[80:180, 90:190])).best()
    assert best.x == pytest.approx(90 + 49.5 - 0.4, abs=0.06)
    assert best.y == pytest.approx(80 + 49.5 + 0.3, abs=0.06)


def test_the_support_is_honoured():
    gray = photograph("astronaut", 256)
    rows, columns = np.mgrid[:90, :90]
    disc = np.hypot(rows - 44.5, columns - 44.5) < 45
    template = gray[60:150, 70:160]
    spoiled = np.where(disc, template, np.random.default_rng(0).random((90, 90)))
    plain, other = (PhaseCorrelation().correlate(Scene(gray), Kernel(each, disc)) for each in (template, spoiled))
    np.testing.assert_allclose(other.scores, plain.scores, atol=1e-6)
    assert (plain.best().x, plain.best().y) == (114.5, 104.5)


def test_gives_as_many_places_as_asked_best_first():
    response = PhaseCorrelation(places=4).correlate(
        Scene(photograph("camera", 128)), Kernel(photograph("camera", 128)[40:80, 40:80])
    )
    scores = [match.score for match in response.poses]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)


def test_flat_windows_score_0():
    image = np.full((40, 70), 0.3)
    image[:, 50:] = np.random.default_rng(0).random((40, 20))
    response = PhaseCorrelation().correlate(Scene(image), Kernel(image[10:22, 54:68]))
    assert not response.scores[:, :37].any()
    assert response.scores[:, 37:].all()
    assert (response.best().x, response.best().y) == (54 + 6.5, 10 + 5.5)


def test_a_kernel_larger_than_the_scene_is_refused():
    with pytest.raises(ImageError, match=r"kernel 'big' \(9×30 px\) is larger than scene 'small' \(10×10 px\)"):
        PhaseCorrelation().correlate(Scene(np.eye(10), name="small"), Kernel(np.eye(30, 9), name="big"))
