"""Controls made from a kernel: phase scrambling, noise of the same spectrum, and the silhouette."""

import numpy as np
import pytest
import scipy.stats
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import fracorr
from fracorr import ConfigurationError, Kernel
from fracorr.components import Kind
from fracorr.plugins import default_registry
from fracorr.selection import select_one

quick = settings(max_examples=40, deadline=None)

PHOTOGRAPHS = {
    "face": lambda: skimage.data.astronaut()[68:180, 178:272],
    "grass": lambda: skimage.data.grass()[:128, :128],
    "cat": lambda: skimage.data.chelsea()[60:189, 100:250],
    "coins": lambda: skimage.data.coins()[:101, :90],
}


def apply(spec, kernel, seed=0):
    before = kernel.digest
    result = select_one(default_registry(), Kind.TRANSFORM, spec).instance.apply(kernel, np.random.default_rng(seed))
    assert kernel.digest == before
    return result


def channels(pixels):
    pixels = np.asarray(pixels, dtype=np.float64)
    return pixels if pixels.ndim == 3 else pixels[..., None]


def power(pixels):
    """The power spectrum of each channel, computed with NumPy's complex transform."""
    return np.abs(np.fft.fft2(channels(pixels), axes=(0, 1))) ** 2


def masked_template(kernel):
    """What a correlation that honours the support multiplies the scene with: support × (pixels − weighted mean)."""
    weights = channels(kernel.support)
    mean = (channels(kernel.pixels) * weights).sum(axis=(0, 1)) / weights.sum()
    return weights * (channels(kernel.pixels) - mean)


def round_kernel(pixels):
    rows, columns = np.indices(pixels.shape[:2])
    middle = (np.array(pixels.shape[:2]) - 1) / 2
    distance = np.hypot(rows - middle[0], columns - middle[1])
    return Kernel(pixels, np.clip(min(middle) - distance, 0, 1), name="round")


# Phase scrambling


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_scrambling_keeps_the_power_spectrum(name):
    kernel = Kernel(PHOTOGRAPHS[name]())

    scrambled = apply("phase-scramble", kernel)

    np.testing.assert_allclose(
        power(scrambled.pixels), power(kernel.pixels), rtol=1e-4, atol=1e-4 * power(kernel.pixels).mean()
    )
    assert 0 <= scrambled.pixels.min() <= scrambled.pixels.max() <= 1
    assert scrambled.has_full_support


@pytest.mark.parametrize("name", ["face", "cat"])
def test_scrambling_keeps_how_the_channels_relate(name):
    kernel = Kernel(PHOTOGRAPHS[name]())

    scrambled = apply("phase-scramble", kernel)

    # So the luma has the same power spectrum too, and colours stay as they were on the whole.
    np.testing.assert_allclose(
        power(scrambled.gray), power(kernel.gray), rtol=1e-4, atol=1e-4 * power(kernel.gray).mean()
    )
    np.testing.assert_allclose(
        np.cov(scrambled.pixels.reshape(-1, 3).T), np.cov(kernel.pixels.reshape(-1, 3).T), atol=1e-5
    )


def test_scrambling_a_round_kernel_keeps_the_spectrum_of_what_is_correlated():
    kernel = round_kernel(PHOTOGRAPHS["face"]())

    scrambled = apply("phase-scramble", kernel)

    expected = power(masked_template(kernel))
    np.testing.assert_allclose(power(masked_template(scrambled)), expected, rtol=1e-4, atol=1e-4 * expected.mean())


def test_what_is_outside_the_support_does_not_matter():
    inner = PHOTOGRAPHS["face"]()
    kernel = round_kernel(inner)
    other = Kernel(np.where(channels(kernel.support) > 0, inner, 7), kernel.support)

    np.testing.assert_allclose(apply("phase-scramble", other).pixels, apply("phase-scramble", kernel).pixels, atol=1e-6)


def test_scrambling_may_keep_the_outline():
    kernel = round_kernel(PHOTOGRAPHS["face"]())

    scrambled, everywhere = apply("phase-scramble:outline=true", kernel), apply("phase-scramble", kernel)

    np.testing.assert_array_equal(scrambled.support, kernel.support)
    np.testing.assert_array_equal(scrambled.pixels, everywhere.pixels)
    fractals = [fracorr.fractalize(each, "orbit-trap").support for each in (kernel, scrambled)]
    np.testing.assert_array_equal(*fractals)


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_scrambling_leaves_nothing_of_the_picture(name):
    """At no shift is the control nearly as much like its kernel as the kernel is like itself."""
    kernel = Kernel(PHOTOGRAPHS[name]())

    scrambled = apply("phase-scramble", kernel)

    first, second = (channels(each.gray)[..., 0] - each.gray.mean() for each in (kernel, scrambled))
    correlation = np.fft.ifft2(np.conj(np.fft.fft2(first)) * np.fft.fft2(second)).real
    assert np.abs(correlation).max() / (first**2).sum() < 0.6
    assert scipy.stats.kurtosis(scrambled.gray.ravel()) < 1


def test_black_and_white_keeps_its_spectrum_and_leaves_the_range():
    """Of power spectra like these no other picture lies inside [0, 1], and the spectrum comes first."""
    kernel = Kernel(np.kron(np.indices((4, 4)).sum(axis=0) % 2, np.ones((8, 8))))

    scrambled = apply("phase-scramble", kernel)

    np.testing.assert_allclose(power(scrambled.pixels), power(kernel.pixels), rtol=1e-4, atol=1e-3)
    assert scrambled.pixels.max() > 1


PICTURES = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(lambda shape: st.sampled_from([shape, (*shape, 3)])),
    elements=st.floats(0, 1, width=16),
)


@quick
@given(pixels=PICTURES, seed=st.integers(0, 9))
def test_scrambling_keeps_the_spectrum_of_any_picture(pixels, seed):
    kernel = Kernel(pixels)

    scrambled = apply("phase-scramble", kernel, seed)

    assert scrambled.pixels.shape == kernel.pixels.shape
    assert np.isfinite(scrambled.pixels).all()
    expected = power(kernel.pixels)
    np.testing.assert_allclose(power(scrambled.pixels), expected, rtol=1e-4, atol=1e-4 * expected.mean())
    np.testing.assert_allclose(
        channels(scrambled.pixels).mean(axis=(0, 1)), channels(pixels).mean(axis=(0, 1), dtype=np.float64), atol=1e-5
    )


@pytest.mark.parametrize("spec", ["phase-scramble", "spectrum-noise"])
def test_the_seed_decides(spec):
    kernel = Kernel(PHOTOGRAPHS["coins"]())

    assert apply(spec, kernel, 1).digest == apply(spec, kernel, 1).digest
    assert apply(spec, kernel, 1).digest != apply(spec, kernel, 2).digest


# Noise with the kernel's spectrum


def ring_power(pixels, width):
    """The mean power in rings of frequency, from the whole complex spectrum."""
    spectrum = power(pixels).sum(axis=2)
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(spectrum.shape[1]), np.fft.fftfreq(spectrum.shape[0])))
    rings = (frequency / width).astype(int).ravel()
    rings[0] = rings.max() + 1  # the mean is no frequency
    return (np.bincount(rings, spectrum.ravel()) / np.maximum(np.bincount(rings), 1))[: int(0.5 / width)]


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_noise_falls_off_with_frequency_as_the_kernel_does(name):
    kernel = Kernel(PHOTOGRAPHS[name]())

    noise = [apply("spectrum-noise", kernel, seed) for seed in range(4)]

    measured = np.mean([ring_power(each.pixels, 1 / 16) for each in noise], axis=0)
    # Over a range of a thousand and more; clipping the tails of the Gaussian leaves a little white noise.
    np.testing.assert_allclose(np.log10(measured), np.log10(ring_power(kernel.pixels, 1 / 16)), atol=0.15)


@pytest.mark.parametrize("name", ["face", "grass"])
def test_noise_keeps_mean_variance_and_colours(name):
    kernel = Kernel(PHOTOGRAPHS[name]())

    noise = apply("spectrum-noise", kernel)

    assert 0 <= noise.pixels.min() <= noise.pixels.max() <= 1
    np.testing.assert_allclose(noise.pixels.mean(axis=(0, 1)), kernel.pixels.mean(axis=(0, 1)), atol=0.01)
    assert channels(noise.pixels).var(axis=(0, 1)).sum() == pytest.approx(
        channels(kernel.pixels).var(axis=(0, 1)).sum(), rel=0.03
    )
    if kernel.is_color:
        wanted, found = (np.corrcoef(each.pixels.reshape(-1, 3).T) for each in (kernel, noise))
        np.testing.assert_allclose(found, wanted, atol=0.1)


def test_noise_is_alike_in_all_directions():
    """Stripes have all their power in one direction; noise made from them has as much in the other."""
    stripes = np.tile(0.5 + 0.3 * np.sin(np.arange(64) * 2 * np.pi / 8), (64, 1))

    noise = apply("spectrum-noise", Kernel(stripes)).pixels

    across, down = (np.abs(np.diff(noise, axis=axis)).mean() for axis in (0, 1))
    assert across / down == pytest.approx(1, abs=0.35)


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0])
def test_noise_of_a_given_exponent(exponent):
    kernel = Kernel(PHOTOGRAPHS["grass"]() / 255 * 0.4 + 0.3)  # of low contrast, so that nothing is clipped

    noise = [apply(f"spectrum-noise:{exponent}", kernel, seed).pixels for seed in range(4)]

    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(128), np.fft.fftfreq(128)))
    inside = (frequency > 0.02) & (frequency < 0.5)
    spectrum = np.mean([power(each)[..., 0] for each in noise], axis=0)
    slope = scipy.stats.linregress(np.log(frequency[inside]), np.log(spectrum[inside])).slope
    assert slope == pytest.approx(-2 * exponent, abs=0.1)
    assert np.mean([each.var(dtype=np.float64) for each in noise]) == pytest.approx(kernel.pixels.var(), rel=0.02)


@quick
@given(pixels=PICTURES, exponent=st.sampled_from(["", ":0", ":1", ":4"]), seed=st.integers(0, 9))
def test_noise_of_any_picture_is_a_proper_kernel(pixels, exponent, seed):
    noise = apply(f"spectrum-noise{exponent}", Kernel(pixels), seed)

    assert noise.pixels.shape == pixels.shape
    assert 0 <= noise.pixels.min() <= noise.pixels.max() <= 1
    assert noise.has_full_support


def test_an_exponent_that_cannot_be():
    with pytest.raises(ConfigurationError, match="exponent=.* is not right: it takes a number from 0 to 4"):
        select_one(default_registry(), Kind.TRANSFORM, "spectrum-noise:9")


# The silhouette


@quick
@given(pixels=PICTURES, ground=st.floats(0, 1), data=st.data())
def test_the_silhouette_keeps_the_support_and_is_flat_in_it(pixels, ground, data):
    weights = data.draw(hnp.arrays(np.float32, pixels.shape[:2], elements=st.sampled_from([0.0, 0.25, 1.0])))
    weights[0, 0] = 1
    kernel = Kernel(pixels, weights)

    outline = apply(f"silhouette:{ground!r}", kernel)

    np.testing.assert_array_equal(outline.support, kernel.support)
    mean = np.average(channels(pixels).reshape(weights.size, -1), axis=0, weights=weights.ravel())
    inside = channels(outline.pixels)[weights > 0]
    np.testing.assert_allclose(inside, np.broadcast_to(mean, inside.shape), atol=1e-6)
    assert (np.ptp(inside, axis=0) == 0).all()
    np.testing.assert_allclose(channels(outline.pixels)[weights == 0], ground, atol=1e-6)
