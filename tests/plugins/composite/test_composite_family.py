import numpy as np
import pytest
from posed_scenes import Pose, photograph

from fracorr import Kernel
from fracorr_composite.design import Copies
from fracorr_composite.family import Family


def disc(side):
    rows, columns = np.mgrid[:side, :side] - (side - 1) / 2
    return (np.hypot(rows, columns) <= side / 2 - 2).astype(float)


def normalised(image, support):
    image = support * (image - np.average(image, weights=support))
    return image / np.sqrt((image**2).sum())


@pytest.mark.parametrize(("angle", "scale"), [(0, 1.0), (30, 1.0), (-77, 1.0), (140, 1.4), (15, 0.6)])
def test_a_copy_is_the_kernel_turned_counter_clockwise_and_scaled(angle, scale):
    gray = photograph("astronaut", 400)
    pose = Pose(gray.shape, angle, scale)
    kernel = Kernel(gray[160:240, 160:240], disc(80))
    copy = Family.of(kernel, [angle], [scale])
    expected = pose.apply(gray)[160:240, 160:240]
    # Where the copy's support is whole.
    inside = Pose((80, 80), angle, scale).apply(disc(80), mode="constant") > 0.99
    inside[:2] = inside[-2:] = inside[:, :2] = inside[:, -2:] = False
    assert np.corrcoef(copy.images[0, 0][inside], expected[inside])[0, 1] > 0.98
    assert (copy.angles[0], copy.scales[0]) == (angle, scale)


def test_training_images_have_mean_0_and_norm_1_and_nothing_outside():
    rng = np.random.default_rng(0)
    kernel = Kernel(rng.random((21, 30, 3)), rng.random((21, 30)) > 0.3)
    family = Family.of(kernel, [0, 45, 100], [0.7, 1.0], fade=0.2)
    assert family.images.shape == (6, 3, 21, 30)
    np.testing.assert_allclose(family.images.sum(axis=(2, 3)), 0.0, atol=1e-9)
    np.testing.assert_allclose((family.images**2).sum(axis=(1, 2, 3)), 1.0)
    assert not family.images[:, :, ~family.support].any()
    np.testing.assert_array_equal(np.stack([family.angles, family.scales]), [[0, 45, 100] * 2, [0.7] * 3 + [1] * 3])


def test_the_unturned_copy_is_the_kernel_itself():
    rng = np.random.default_rng(1)
    pixels, support = rng.random((12, 17)).astype(np.float32), rng.random((12, 17)).astype(np.float32)
    family = Family.of(Kernel(pixels, support), [0], [1])
    np.testing.assert_allclose(family.images[0, 0], normalised(pixels.astype(float), support), atol=1e-6)
    quarter = Family.of(Kernel(pixels[:, :12], support[:, :12]), [90], [1])
    expected = np.rot90(normalised(pixels[:, :12].astype(float), support[:, :12]))
    np.testing.assert_allclose(quarter.images[0, 0], expected, atol=1e-5)


def test_copies_fade_in_from_the_edge_of_the_support():
    support = np.zeros((20, 20))
    support[4:16, 4:16] = 1
    pixels = np.zeros((20, 20))
    pixels[:, ::2] = 1.0
    family = Family.of(Kernel(pixels, support), [0], [1], fade=0.2)
    # Four pixels of fading: 1/4, 2/4, 3/4, 1 times plus or minus the same value.
    row = np.abs(family.images[0, 0, 10])
    np.testing.assert_allclose(row[4:8] / row[8], [0.25, 0.5, 0.75, 1.0], atol=0.05)
    assert not row[:4].any()


@pytest.mark.parametrize("kernel", [np.full((9, 9), 0.4), np.ones((1, 1)), np.full((5, 4, 3), 0.2)])
def test_a_flat_kernel_has_no_copies(kernel):
    family = Family.of(Kernel(kernel), [0, 30], [1])
    assert len(family) == 0
    assert not family.support.any()


@pytest.mark.parametrize(
    ("copies", "expected"),
    [
        (Copies(angles=1), [0]),
        (Copies(angles=4), [0, 90, -180, -90]),
        (Copies(angles=5, turn=40.0), [-20, -10, 0, 10, 20]),
        (Copies(angles=2, turn=10.0, scales=(0.5, 2.0)), [-5, 5, -5, 5]),
    ],
)
def test_angles_are_spread_over_the_turn(copies, expected):
    kernel = Kernel(np.random.default_rng(0).random((16, 16)))
    np.testing.assert_allclose(copies.family(kernel, color=False).angles, expected)


@pytest.mark.parametrize("scales", [(), (0.0,), (1.0, 21.0), (-1.0,)])
def test_impossible_scales_are_refused(scales):
    with pytest.raises(ValueError, match=r"scales must be one or more numbers from 0.05 to 20"):
        Copies(scales=scales)
