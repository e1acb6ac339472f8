import numpy as np
import pytest
from posed_scenes import photograph

from fracorr import ConfigurationError, Kernel, Scene
from fracorr.parameters import build
from fracorr_composite.family import Family
from fracorr_composite.transform import Composite
from fracorr_opencv.template_matching import CCoeffNormed

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("name", ["sdf", "mace", "otsdf"])
@pytest.mark.parametrize("color", [False, True])
def test_the_pixels_are_a_filter_that_answers_all_copies_alike(name, color):
    pixels = np.random.default_rng(1).random((24, 24, 3) if color else (24, 24))
    kernel = Kernel(pixels)
    result = Composite(filter=name, angles=5, scales=(0.8, 1.0), fade=0.1).apply(kernel, RNG)
    assert result.pixels.shape == pixels.shape
    assert 0 <= result.pixels.min() <= result.pixels.max() <= 1
    assert max(result.pixels.max(), 1 - result.pixels.min()) == pytest.approx(1.0, abs=1e-6)
    h = np.atleast_3d(result.pixels.astype(float) - 0.5)
    images = Family.of(kernel, [0, 72, 144, -144, -72], [0.8, 1.0], fade=0.1).images
    answers = np.einsum("nchw,hwc->n", images, h)
    np.testing.assert_allclose(answers / answers.mean(), 1.0, atol=1e-4)
    assert answers.mean() > 0


def test_outside_of_every_copy_is_gray_without_support():
    rows, columns = np.mgrid[:40, :40] - 19.5
    disc = np.hypot(rows, columns) < 15
    result = Composite(filter="mace").apply(Kernel(photograph("astronaut", 40), disc), RNG)
    outside = np.hypot(rows, columns) > 17
    assert (result.pixels[outside] == 0.5).all()
    assert not result.support[outside].any()
    assert (result.support[disc] == 1).all()


def test_a_template_method_finds_each_of_the_copies():
    gray = photograph("astronaut", 200)
    kernel = Kernel(gray[60:124, 70:134])
    composite = Composite(filter="mace", angles=4).apply(kernel, RNG)
    for turns in range(4):
        scene = np.rot90(gray, turns)
        best = CCoeffNormed().correlate(Scene(scene), composite).best()
        place = complex(70 + 31.5 - 99.5, -(60 + 31.5 - 99.5)) * 1j**turns
        assert (best.x, best.y) == (99.5 + place.real, 99.5 - place.imag)


def test_a_flat_kernel_stays_flat():
    result = Composite().apply(Kernel(np.full((8, 9), 0.3)), RNG)
    assert (result.pixels == 0.5).all()
    assert result.shape == (8, 9)


def test_the_spec_of_the_issue():
    made = build(Composite, "composite", {"filter": "mace", "angles": "12", "scales": "[0.8,1,1.25]"})
    assert made == Composite(filter="mace", angles=12, scales=(0.8, 1.0, 1.25))
    assert build(Composite, "composite", {}, bare="umace") == Composite(filter="umace")
    with pytest.raises(ConfigurationError, match="scales must be one or more numbers"):
        build(Composite, "composite", {"scales": "[0]"})
    with pytest.raises(ConfigurationError, match="one of sdf, mace, otsdf, umace, uotsdf"):
        build(Composite, "composite", {"filter": "mice"})
