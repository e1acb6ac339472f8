"""Patterns against independent computations: scikit-image, SciPy's filters, integrals and counted pixels."""

import math

import numpy as np
import pytest
import scipy.ndimage
import scipy.special
import skimage.filters
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import ConfigurationError
from fracorr.components import Kind
from fracorr.plugins import default_registry
from fracorr.selection import select_one

RNG = np.random.default_rng(0)
quick = settings(max_examples=25, deadline=None)


def kernels(spec):
    found = list(select_one(default_registry(), Kind.SOURCE, spec).instance.kernels(RNG))
    assert len({each.name for each in found}) == len(found)
    return found


def signed(kernel):
    """Undo the mapping of signed values to pixels: the gray 0.5 stands for 0, the largest magnitude for 1."""
    values = 2.0 * kernel.pixels.astype(np.float64) - 1
    assert np.abs(values).max() == pytest.approx(1, abs=1e-6)
    return values


def centred(array, size):
    """Put an odd array into the middle of a square, or cut it there."""
    result = np.zeros((size, size), array.dtype)
    half = min(size // 2, array.shape[0] // 2, array.shape[1] // 2)
    rows, columns = array.shape[0] // 2, array.shape[1] // 2
    part = array[rows - half : rows + half + 1, columns - half : columns + half + 1]
    result[size // 2 - half : size // 2 + half + 1, size // 2 - half : size // 2 + half + 1] = part
    return result


def normalized(values):
    return values / np.abs(values).max()


# Gabor


@quick
@given(
    wavelength=st.floats(3, 16),
    directions=st.integers(1, 7),
    bandwidth=st.floats(0.5, 2),
)
def test_gabor_is_scikit_images(wavelength, directions, bandwidth):
    size = 41
    bank = kernels(f"gabor:[{wavelength!r}],directions={directions},bandwidth={bandwidth!r},size={size}")

    assert len(bank) == 2 * directions
    for step in range(directions):
        # Angles run counter-clockwise here, clockwise there; a large n_stds leaves nothing out.
        theta = -math.pi * step / directions
        reference = skimage.filters.gabor_kernel(1 / wavelength, theta, bandwidth, n_stds=30)
        for kernel, part in zip(bank[2 * step : 2 * step + 2], (reference.real, reference.imag), strict=True):
            np.testing.assert_allclose(signed(kernel), normalized(centred(part, size)), atol=2e-6)


def test_gabor_runs_in_the_direction_that_its_name_says():
    for kernel in kernels("gabor:[10],directions=6,phase=even,size=65"):
        angle = math.radians(float(kernel.name.split("-")[2].removesuffix("deg")))
        along = np.array([-math.sin(angle), math.cos(angle)])  # rows grow downwards
        trough, crest = (
            scipy.ndimage.map_coordinates(signed(kernel), (32 + step * along)[:, None], order=3)[0] for step in (5, 10)
        )
        assert trough < 0 < crest


def test_aspect_is_the_extent_along_over_the_extent_across():
    (kernel,) = kernels("gabor:[8],directions=1,phase=even,aspect=0.5,size=101")

    # Two waves along it, at a crest, the envelope is as high as twice as far across it.
    assert signed(kernel)[50 + 32, 50] == pytest.approx(signed(kernel)[50, 50 + 16], abs=1e-6)
    assert signed(kernel)[50, 50 + 16] < 0.2


# Blobs


@pytest.mark.parametrize("sigma", [2.0, 4.0, 6.5])
def test_log_is_scipys_laplacian_of_gaussian(sigma):
    size = 81
    impulse = np.zeros((size, size))
    impulse[40, 40] = 1
    # SciPy differentiates sampled Gaussians, so that small widths differ a little.
    reference = -scipy.ndimage.gaussian_laplace(impulse, sigma, truncate=40 / sigma)

    (kernel,) = kernels(f"log:[{sigma}],size={size}")

    np.testing.assert_allclose(signed(kernel), normalized(reference), atol=2e-3 if sigma > 3 else 2e-2)


@pytest.mark.parametrize(("sigma", "ratio"), [(2.0, 1.6), (3.0, 2.5)])
def test_dog_is_the_difference_of_scipys_gaussians(sigma, ratio):
    size = 81
    impulse = np.zeros((size, size))
    impulse[40, 40] = 1
    narrow, wide = (
        scipy.ndimage.gaussian_filter(impulse, width, truncate=40 / width) for width in (sigma, sigma * ratio)
    )

    (kernel,) = kernels(f"dog:[{sigma}],ratio={ratio},size={size}")

    np.testing.assert_allclose(signed(kernel), normalized(narrow - wide), atol=1e-5)


@quick
@given(name=st.sampled_from(["log", "dog"]), sigma=st.floats(0.5, 40), size=st.integers(2, 90))
def test_blobs_have_zero_mean_and_are_bright_in_the_middle(name, sigma, size):
    (kernel,) = kernels(f"{name}:[{sigma!r}],size={size}")

    values = 2.0 * kernel.pixels.astype(np.float64) - 1
    assert abs(values.mean()) < 1e-6
    assert values[size // 2, size // 2] == values.max()


def test_log_crosses_zero_at_root_two_sigma():
    (kernel,) = kernels("log:[9],size=101")

    profile = signed(kernel)[50, 50:]
    crossing = np.flatnonzero(profile < 0)[0]
    exact = crossing - 1 + profile[crossing - 1] / (profile[crossing - 1] - profile[crossing])
    assert exact == pytest.approx(math.sqrt(2) * 9, abs=0.05)


# Harmonics


def disc_mean(first, second, kernel):
    """The inner product over the disc, as a mean over pixels weighted with the support."""
    return float((first * second * kernel.support).sum() / kernel.support.sum())


@pytest.mark.parametrize("radial", ["bessel", "ring", "flat"])
def test_circular_harmonics_are_orthogonal_over_the_disc(radial):
    family = kernels(f"circular-harmonic:[0,1,2,3,4,5],radial={radial},size=129")

    gram = np.array([[disc_mean(signed(a), signed(b), a) for b in family] for a in family])
    energy = np.sqrt(np.diag(gram))
    np.testing.assert_allclose(gram / np.outer(energy, energy), np.eye(len(family)), atol=3e-3)


def test_bessel_harmonics_of_one_order_are_orthogonal_too():
    family = [kernels(f"circular-harmonic:[2],part=real,zero={zero},size=129")[0] for zero in (1, 2, 3, 4)]

    gram = np.array([[disc_mean(signed(a), signed(b), a) for b in family] for a in family])
    energy = np.sqrt(np.diag(gram))
    np.testing.assert_allclose(gram / np.outer(energy, energy), np.eye(4), atol=5e-3)


@pytest.mark.parametrize(("order", "zero"), [(0, 1), (1, 1), (3, 2)])
def test_bessel_harmonics_solve_the_wave_equation(order, zero):
    """∇²f = −k² f with f = 0 on the edge: checked with finite differences, without any Bessel function."""
    (kernel,) = kernels(f"circular-harmonic:[{order}],zero={zero},part=real,size=201")

    values = signed(kernel)
    rows, columns = np.mgrid[:201, :201] - 100.0
    inside = np.hypot(rows, columns) < 95
    laplacian = scipy.ndimage.laplace(values)
    share = (laplacian * values)[inside].sum() / (values * values)[inside].sum()
    assert share < 0
    np.testing.assert_allclose(laplacian[inside], share * values[inside], atol=2e-4)
    on_edge = np.abs(np.hypot(rows, columns) - 100) < 0.7
    assert np.abs(values[on_edge]).max() < 0.08


@pytest.mark.parametrize(
    "spec", ["circular-harmonic:[3],radial=ring", "circular-harmonic:[5]", "log-polar-harmonic:[4],order=[3]"]
)
def test_turning_changes_the_phase_only(spec):
    """Turned by 90 degrees, real part and imaginary part mix as exp(imπ/2) says."""
    order = 5 if "5" in spec else 3
    real, imaginary = kernels(f"{spec},size=101")

    # The two parts may have been scaled differently, by a hair: compare shapes.
    whole = signed(real) + 1j * signed(imaginary)
    turned = np.rot90(whole, 1)  # counter-clockwise
    np.testing.assert_allclose(turned, whole * np.exp(-1j * order * math.pi / 2), atol=0.03)


def test_imaginary_part_of_order_zero_is_left_out():
    assert [each.name for each in kernels("circular-harmonic:[0,1]")] == [
        "circular-harmonic-0-real",
        "circular-harmonic-1-real",
        "circular-harmonic-1-imaginary",
    ]


def test_angles_run_counter_clockwise_from_the_right():
    real, imaginary = kernels("circular-harmonic:[1],radial=flat,size=65")

    assert signed(real)[32, 60] > 0.9 > -0.9 > signed(real)[32, 4]
    assert signed(imaginary)[4, 32] > 0.9 > -0.9 > signed(imaginary)[60, 32]


def test_log_polar_harmonics_are_orthogonal_on_their_ring():
    """For ω a multiple of 2π/ln(outer/inner) and the measure dr dθ / r, in which scaling is a shift."""
    inner = 0.1
    step = 2 * math.pi / math.log(1 / inner)
    omegas = ",".join(repr(step * number) for number in (1, 2, 3))
    family = kernels(f"log-polar-harmonic:[{omegas}],order=[0,1,2],inner={inner},size=257")

    rows, columns = np.mgrid[:257, :257] - 128.0
    measure = family[0].support / np.maximum(rows**2 + columns**2, 1)
    gram = np.array([[(signed(a) * signed(b) * measure).sum() for b in family] for a in family])
    energy = np.sqrt(np.diag(gram))
    np.testing.assert_allclose(gram / np.outer(energy, energy), np.eye(len(family)), atol=0.03)


@pytest.mark.parametrize("omega", [4.0, 9.0])
def test_log_polar_harmonics_are_unchanged_by_their_own_scaling(omega):
    (kernel,) = kernels(f"log-polar-harmonic:[{omega}],order=[2],part=real,size=401")

    factor = math.exp(2 * math.pi / omega)
    rows, columns = np.mgrid[:401, :401] - 200.0
    radius = np.hypot(rows, columns)
    near = (radius > 24) & (radius * factor < 198)
    smaller = scipy.ndimage.map_coordinates(signed(kernel), [200 + rows * factor, 200 + columns * factor], order=3)
    assert near.sum() > 1000
    np.testing.assert_allclose(smaller[near], signed(kernel)[near], atol=0.02)


def test_log_polar_support_leaves_out_what_pixels_cannot_show():
    (kernel,) = kernels("log-polar-harmonic:[40],order=[30],inner=0,part=real,size=101")

    rows, columns = np.mgrid[:101, :101] - 50.0
    radius = np.hypot(rows, columns)
    finest = math.hypot(40, 30) / math.pi
    assert (kernel.support[radius < finest - 0.5] == 0).all()
    assert (kernel.support[(radius > finest + 0.5) & (radius < 49.9)] == 1).all()


# Tilings and shapes


@pytest.mark.parametrize(("cells", "size"), [(8, 64), (7, 64), (3, 10), (1, 5), (5, 5)])
def test_checkerboard_is_the_mean_over_each_pixel(cells, size):
    finer = 9 * cells  # whole numbers of fine samples in every cell and in every pixel
    samples = (np.arange(size * finer) + 0.5) / (size * finer) * cells
    parity = (np.floor(samples)[:, None] + np.floor(samples)[None]) % 2 == 0
    expected = parity.reshape(size, finer, size, finer).mean(axis=(1, 3))

    (kernel,) = kernels(f"checkerboard:[{cells}],size={size}")

    np.testing.assert_allclose(kernel.pixels, expected, atol=1e-6)


@pytest.mark.parametrize("arms", [1, 3, 8])
def test_star_has_its_arms(arms):
    (kernel,) = kernels(f"star:[{arms}],size=201")

    angles = np.linspace(0, 2 * math.pi, 7200, endpoint=False)
    for radius in (40, 70, 95):  # alike at every radius
        circle = scipy.ndimage.map_coordinates(
            kernel.pixels, [100 - radius * np.sin(angles), 100 + radius * np.cos(angles)], order=1
        )
        edges = np.flatnonzero(np.diff((circle > 0.5).astype(int)))
        assert len(edges) == 2 * arms
        assert circle[0] == 1
        assert circle.mean() == pytest.approx(0.5, abs=0.01)
        # The first white sector reaches half a sector's width to both sides of the right.
        assert math.degrees(angles[edges[0]]) == pytest.approx(90 / arms, abs=0.6)


@quick
@given(radius=st.floats(0.2, 1), size=st.integers(16, 96))
def test_disc_and_ring_have_the_area_that_geometry_gives(radius, size):
    (disc,) = kernels(f"disc:{radius!r},size={size}")
    (ring,) = kernels(f"ring:{radius!r},inner={radius / 2!r},size={size}")

    area = math.pi * (radius * size / 2) ** 2
    # A ramp of one pixel across the edge, exact to less than a tenth of a pixel per pixel of outline.
    slack = 0.1 * 2 * math.pi * radius * size / 2 + 1
    assert disc.pixels.sum() == pytest.approx(area, abs=slack)
    assert ring.pixels.sum() == pytest.approx(area * 3 / 4, abs=2 * slack)
    assert disc.has_full_support
    assert set(np.unique(disc.pixels[[0, -1]][:, [0, -1]])) == {0}


def test_square_is_flat():
    (whole,) = kernels("square")
    (half,) = kernels("square:0.5,size=40")

    assert (whole.pixels == 1).all()
    assert whole.has_full_support
    expected = np.zeros((40, 40))
    expected[10:30, 10:30] = 1
    np.testing.assert_array_equal(half.pixels, expected)


@pytest.mark.parametrize("name", ["disc", "ring", "square:0.5"])
def test_shapes_on_no_ground_end_with_their_support(name):
    joint = "," if ":" in name else ":"
    (painted,) = kernels(name)
    (cut,) = kernels(f"{name}{joint}ground=none")

    np.testing.assert_array_equal(cut.support, painted.pixels)
    assert (cut.pixels == 1).all()


def test_noise_is_white():
    first, second, third = kernels("noise:3,size=64,color=true")

    assert first.pixels.shape == (64, 64, 3)
    assert not np.array_equal(first.pixels, second.pixels)
    # Uniform: mean 1/2, variance 1/12; white: the same power at all frequencies, here in both halves of them.
    assert third.pixels.mean() == pytest.approx(0.5, abs=0.02)
    assert third.pixels.var() == pytest.approx(1 / 12, abs=0.004)
    power = np.abs(np.fft.fft2(third.pixels - third.pixels.mean(), axes=(0, 1))) ** 2
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(64), np.fft.fftfreq(64)))
    low, high = power[frequency < 0.3].mean(), power[frequency >= 0.3].mean()
    assert low / high == pytest.approx(1, abs=0.1)


def test_the_same_seed_gives_the_same_noise():
    source = select_one(default_registry(), Kind.SOURCE, "noise:2").instance

    first, again, other = ([each.digest for each in source.kernels(np.random.default_rng(seed))] for seed in (5, 5, 6))

    assert first == again
    assert not set(first) & set(other)


@pytest.mark.parametrize(
    "name",
    [
        "gabor",
        "dog",
        "log",
        "circular-harmonic",
        "log-polar-harmonic",
        "star",
        "checkerboard",
        "disc",
        "ring",
        "square",
        "noise",
    ],
)
@quick
@given(size=st.integers(16, 70))
def test_every_pattern_is_a_proper_kernel_at_every_size(name, size):
    for kernel in kernels(f"{name}:size={size}"):
        assert kernel.shape == (size, size)
        assert 0 <= kernel.pixels.min() <= kernel.pixels.max() <= 1
        assert 0 <= kernel.support.min() <= kernel.support.max() <= 1


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("gabor:[1]", "wavelength=1.0 is not right: it takes a number from 2 to 100000"),
        ("gabor:[]", "wavelength"),
        ("gabor:directions=0", "directions=0 is not right: it takes a whole number from 1 to 360"),
        ("gabor:bandwidth=0", "bandwidth=0.0 is not right: it takes a number from 0.01 to 20"),
        ("dog:ratio=1", "ratio=1.0 is not right: it takes a number from 1.001 to 1000"),
        ("log:[0.1]", "sigma=0.1 is not right: it takes a number from 0.5 to 10000"),
        ("circular-harmonic:[-1]", "order=-1 is not right: it takes a whole number from 0 to 12867"),
        (
            "circular-harmonic:[400]",
            "order=400 with zero=1 is too fine for size=64: .* it takes size=2[67][0-9] or more",
        ),
        ("log-polar-harmonic:[0],order=[200]", "omega=0 with order=200 is too fine for size=64"),
        ("log-polar-harmonic:inner=1", "inner=1.0 is not right: it takes a number from 0 to 0.999"),
        ("checkerboard:[65]", "cells=65 do not fit into size=64"),
        ("ring:0.5,inner=0.5", "inner below radius, not inner=0.5, radius=0.5"),
        ("disc:1.5", "radius=1.5 is not right: it takes a number above 0 and at most 1"),
        ("square:size=1", "size=1 is not right: it takes a whole number from 2 to 8192"),
        ("noise:size=9999999", "size=9999999 is not right: it takes a whole number from 2 to 8192"),
    ],
)
def test_parameters_that_cannot_be(spec, message):
    with pytest.raises(ConfigurationError, match=message):
        kernels(spec)


@pytest.mark.parametrize("spec", ["gabor:[8,8.0000001,8]", "dog:[3,3.0000001,3]", "log-polar-harmonic:[6,6.0000001,6]"])
def test_nearly_equal_parameters_give_different_names(spec):
    value = spec.split("[")[1].split(",")[0]
    single = kernels(spec.split("[")[0] + f"[{value}]")

    assert len(kernels(spec)) == 2 * len(single)
