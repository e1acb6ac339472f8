"""Controls for a fractal: with its ground, without its margin, the plain kernel in its place, blobs of its area."""

import numpy as np
import pytest
import skimage.data
from fakes import FakeDistribution, FakeEntryPoint, plugin
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import fracorr
from fracorr import ComponentSpec, ConfigurationError, Kernel
from fracorr.components import Kind
from fracorr.manifest import versions_used
from fracorr.plugins import Registry, default_registry, installed_entry_points
from fracorr.randomness import fingerprint
from fracorr.selection import select_one

FACE = skimage.data.astronaut()[68:180, 178:272]


def apply(spec, kernel):
    before = kernel.digest
    result = select_one(default_registry(), Kind.TRANSFORM, spec).instance.apply(kernel, np.random.default_rng(0))
    assert kernel.digest == before
    return result


def oval(pixels=FACE):
    rows, columns = np.indices(pixels.shape[:2])
    height, width = pixels.shape[:2]
    distance = np.hypot((rows - (height - 1) / 2) / height, (columns - (width - 1) / 2) / width)
    return Kernel(pixels, np.clip((0.45 - distance) * 40, 0, 1), name="oval")


KERNELS = st.tuples(st.integers(2, 12), st.integers(2, 12)).flatmap(
    lambda shape: st.builds(
        lambda pixels, support: Kernel(pixels, np.maximum(support, np.eye(*shape))),
        hnp.arrays(np.float32, st.sampled_from([shape, (*shape, 3)]), elements=st.floats(0, 1, width=16)),
        hnp.arrays(np.float32, shape, elements=st.sampled_from([0.0, 0.5, 1.0])),
    )
)


# With its ground


@settings(max_examples=30, deadline=None)
@given(kernel=KERNELS, ground=st.floats(0, 1))
def test_opaque_lays_the_kernel_on_the_ground(kernel, ground):
    result = apply(f"opaque:{ground!r}", kernel)

    weight = kernel.support[..., None] if kernel.is_color else kernel.support
    np.testing.assert_allclose(result.pixels, kernel.pixels * weight + ground * (1 - weight), atol=1e-6)
    assert result.has_full_support


# Without its margin


def test_crop_keeps_all_that_counts_and_no_margin():
    support = np.zeros((9, 12))
    support[2:5, 3:9] = 1
    support[6, 4] = 0.01
    pixels = np.random.default_rng(0).random((9, 12))

    tight, tighter = apply("crop", Kernel(pixels, support)), apply("crop:0.1", Kernel(pixels, support))

    np.testing.assert_allclose(tight.pixels, pixels[2:7, 3:9], atol=1e-6)
    np.testing.assert_allclose(tight.support, support[2:7, 3:9], atol=1e-6)
    np.testing.assert_allclose(tighter.pixels, pixels[2:5, 3:9], atol=1e-6)


def test_crop_of_a_faint_kernel_is_not_nothing():
    faint = Kernel(np.ones((4, 4)), np.full((4, 4), 0.2))
    assert apply("crop:0.9", faint).shape == (4, 4)


# The plain kernel in the fractal's place


@pytest.mark.parametrize("chain", ["orbit-trap", "orbit-trap:degree=2", "ifs:sierpinski"])
def test_pad_has_the_fractals_frame_area_and_ground(chain):
    fractal = fracorr.fractalize(Kernel(FACE), chain)

    result = apply(f"pad:{chain},ground=0.25" if "=" not in chain else f"pad:like='{chain}',ground=0.25", Kernel(FACE))

    assert result.shape == fractal.shape
    assert result.has_full_support
    rows, columns = np.nonzero((result.pixels != 0.25).any(axis=2))
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    # The face is 112×94; sides are rounded to whole pixels.
    assert height * width == pytest.approx(fractal.support.sum(), rel=0.04)
    assert height / width == pytest.approx(112 / 94, rel=0.04)
    for side, first, last in zip(result.shape, (rows.min(), columns.min()), (rows.max(), columns.max()), strict=True):
        assert abs(first - (side - 1 - last)) <= 1


def test_pad_shows_the_plain_kernel():
    result = apply("pad:orbit-trap", Kernel(FACE))

    rows, columns = np.nonzero(result.pixels.any(axis=2))
    inside = result.pixels[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    expected = skimage.transform.resize(FACE / 255, inside.shape, anti_aliasing=True)
    assert np.corrcoef(inside.ravel(), expected.ravel())[0, 1] > 0.98


def test_pad_of_a_kernel_with_an_outline():
    kernel = oval()
    fractal = fracorr.fractalize(kernel, "orbit-trap")

    result = apply("pad:orbit-trap", Kernel(np.ones((112, 94)), kernel.support))

    # On black, the white oval's sum is its area.
    assert result.pixels.sum() == pytest.approx(fractal.support.sum(), rel=0.05)


def test_pad_never_leaves_the_frame():
    kernel = Kernel(np.ones((40, 10)))

    result = apply("pad:opaque", kernel)

    assert result.shape == (40, 10)
    assert result.pixels.min() == 1
    assert (
        apply("pad:'ifs:carpet,size=20'", kernel).pixels.shape == fracorr.fractalize(kernel, "ifs:carpet,size=20").shape
    )


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("pad:orbit-tarp", "no transform 'orbit-tarp'.*did you mean 'orbit-trap'"),
        ("pad:like='*'", r"like='\*' is not right: it takes one chain, not \d+"),
        ("pad:ground=2", "ground=2.* is not right: it takes a number from 0 to 1"),
    ],
)
def test_pad_that_cannot_be(spec, message):
    with pytest.raises(ConfigurationError, match=message):
        select_one(default_registry(), Kind.TRANSFORM, spec)


def test_a_new_version_of_what_makes_the_fractal_makes_another_trial(monkeypatch):
    lent = plugin(fracorr_fractal_transforms=lambda: [ComponentSpec("lent", "Lent", "fracorr_patterns.opaque:Opaque")])

    def selected(version):
        lender = FakeEntryPoint("lender", lambda: lent, FakeDistribution("lender", version))
        registry = Registry([*installed_entry_points(), lender])
        monkeypatch.setattr("fracorr_patterns.padding.default_registry", lambda: registry)
        return select_one(registry, Kind.TRANSFORM, "pad:orbit-trap+lent")

    old, same, new = (selected(version) for version in ("1.0", "1.0", "1.1"))

    assert fingerprint(old.identity) == fingerprint(same.identity) != fingerprint(new.identity)
    assert versions_used(new.components)["lender"] == "1.1"


# Blobs of its area


@settings(max_examples=40, deadline=None)
@given(kernel=KERNELS, ground=st.floats(0, 0.4))
def test_the_disc_has_exactly_the_kernels_area(kernel, ground):
    white = Kernel(np.ones_like(kernel.pixels), kernel.support)

    result = apply(f"equal-disc:{ground!r}", white)

    inside = (result.gray.astype(np.float64) - ground) / (1 - ground)
    assert inside.sum() == pytest.approx(kernel.support.sum(), rel=1e-4)
    assert result.has_full_support


def test_the_disc_is_a_disc_of_the_mean_color():
    kernel = oval()

    result = apply("equal-disc", kernel)

    rows, columns = np.indices(kernel.shape)
    r = np.hypot(rows - 55.5, columns - 46.5)
    radius = np.sqrt(kernel.support.sum() / np.pi)
    mean = (FACE / 255 * kernel.support[..., None]).sum(axis=(0, 1)) / kernel.support.sum()
    np.testing.assert_allclose(
        result.pixels[r < radius - 1], np.broadcast_to(mean, ((r < radius - 1).sum(), 3)), atol=1e-5
    )
    assert (result.pixels[r > radius + 1] == 0).all()


def test_a_disc_that_fills_the_frame():
    result = apply("equal-disc", Kernel(np.full((8, 5), 0.3)))
    np.testing.assert_allclose(result.pixels, 0.3, atol=1e-6)


def test_the_log_is_bright_on_the_kernels_area():
    kernel = oval()

    result = apply("equal-log", kernel)

    assert (result.pixels > 0.5).sum() == pytest.approx(kernel.support.sum(), rel=0.02)
    assert result.has_full_support
    rows, columns = np.indices(kernel.shape)
    r = np.hypot(rows - 55.5, columns - 46.5)
    s = r**2 / (kernel.support.sum() / (2 * np.pi))
    formula = (2 - s) * np.exp(-s / 2)
    np.testing.assert_allclose((result.pixels - 0.5) / (result.pixels.max() - 0.5), formula / formula.max(), atol=1e-5)


@settings(max_examples=30, deadline=None)
@given(kernel=KERNELS)
def test_the_log_of_any_kernel_is_a_proper_one(kernel):
    result = apply("equal-log", kernel)
    assert result.shape == kernel.shape
    assert 0 <= result.pixels.min() <= result.pixels.max() <= 1
