"""Where the picture lies in the plane, how it is looked up, and which part of the plane is drawn.

One step of the Mandelbrot set leads from 0 to c, the pixel itself: that draws the trap as it lies in the plane.
"""

import numpy as np
import pytest
import scipy.ndimage
import skimage.data

from fracorr import Kernel
from fracorr_orbit.texture import Texture
from fracorr_orbit.transform import OrbitTrap

FLAT = {"set": "mandelbrot", "iterations": 1}


@pytest.fixture(scope="module")
def cat():
    return Kernel(skimage.data.chelsea()[80:144, 180:244])


def test_a_trap_as_large_as_the_window_is_the_picture_itself(cat, rng):
    result = OrbitTrap(trap_side=4.0, **FLAT).apply(cat, rng)
    # −2 is on the trap's edge, and the trap is open.
    np.testing.assert_array_equal(result.pixels[1:, 1:], cat.pixels[1:, 1:])
    assert not result.support[0].any()
    assert not result.support[:, 0].any()
    whole = OrbitTrap(trap_side=4.0, centred=True, **FLAT).apply(cat, rng)
    np.testing.assert_array_equal(whole.pixels, cat.pixels)
    assert whole.has_full_support


def test_trap_side_and_centre(cat, rng):
    result = OrbitTrap(trap_side=2.0, trap_centre=0.5 - 0.25j, size=128, centred=True, **FLAT).apply(cat, rng)
    # 128 pixels for 4 units: 64 pixels, their middle moved 16 to the right and 8 up.
    np.testing.assert_array_equal(result.pixels[24:88, 48:112], cat.pixels)
    assert result.support.sum() == 64 * 64


@pytest.mark.parametrize("quarter_turns", [1, 2, 3, -1, 4])
def test_trap_angle_turns_counter_clockwise_on_the_screen(cat, quarter_turns, rng):
    result = OrbitTrap(trap_side=4.0, trap_angle=90.0 * quarter_turns, centred=True, **FLAT).apply(cat, rng)
    np.testing.assert_array_equal(result.pixels, np.rot90(cat.pixels, quarter_turns))


@pytest.mark.parametrize("mandelbrot", [False, True], ids=["julia", "mandelbrot"])
def test_a_turned_and_moved_trap_equals_the_loop(cat, mandelbrot, rng, draw_point_by_point):
    common = {"degree": 3, "iterations": 10, "angle": 25.0, "centre": 0.3 + 0.1j, "half": 0.35}
    pixels, support = draw_point_by_point(cat.pixels, mandelbrot=mandelbrot, **common)
    which = "mandelbrot" if mandelbrot else "julia"
    trap = OrbitTrap(set=which, degree=3.0, iterations=10, trap_angle=25.0, trap_centre=0.3 + 0.1j, trap_side=0.7)
    result = trap.apply(cat, rng)
    assert support.mean() > 0.02
    # The loop turns by a complex product, which rounds differently.
    assert (result.support == support).mean() > 0.999
    assert (result.pixels == pixels.astype(np.float32)).mean() > 0.995


@pytest.mark.parametrize("tiles", [2, 3])
def test_tiles_repeat_the_picture(cat, tiles, rng):
    size = 64 * tiles
    result = OrbitTrap(tiles=tiles, trap_side=4.0 / tiles, size=size, centred=True, **FLAT).apply(cat, rng)
    np.testing.assert_array_equal(result.pixels, np.tile(cat.pixels, (tiles, tiles, 1)))


def test_mirrored_tiles_join_without_a_seam_and_the_middle_one_is_upright(cat, rng):
    result = OrbitTrap(tiles=3, mirror=True, trap_side=4.0 / 3, size=192, centred=True, **FLAT).apply(cat, rng)
    np.testing.assert_array_equal(result.pixels, np.pad(cat.pixels, ((64, 64), (64, 64), (0, 0)), mode="symmetric"))


@pytest.mark.parametrize(
    ("tiles", "mirror", "mode"), [(1, False, "nearest"), (3, False, "grid-wrap"), (3, True, "reflect")]
)
def test_bilinear_is_linear_between_pixel_centres(tiles, mirror, mode, rng):
    gray = Kernel(skimage.data.camera()[60:92, 200:232])
    side = 32 * tiles
    trap = OrbitTrap(
        tiles=tiles, mirror=mirror, trap_side=4.0 / tiles, size=4 * side, centred=True, interpolation="bilinear", **FLAT
    )
    places = (np.arange(4 * side) + 0.5) / 4 - 0.5 - 32 * (tiles // 2)
    expected = scipy.ndimage.map_coordinates(
        gray.pixels.astype(np.float64), np.meshgrid(places, places, indexing="ij"), order=1, mode=mode
    )
    np.testing.assert_allclose(trap.apply(gray, rng).pixels, expected, atol=2e-5)


def test_bilinear_weighs_colors_by_their_support(rng):
    kernel = Kernel(np.array([[0.9, 0.1]] * 2), np.array([[1.0, 0.0]] * 2))
    result = OrbitTrap(
        trap_side=4.0, size=64, centred=True, interpolation="bilinear", background="transparent", **FLAT
    ).apply(kernel, rng)
    assert 0.4 < result.support[32, 31] < 0.6
    np.testing.assert_allclose(result.pixels[:, :40], 0.9, atol=1e-5)


def test_more_points_than_opencv_takes_in_one_row(rng):
    result = OrbitTrap(trap_side=4.0, size=400, interpolation="bilinear", centred=True, **FLAT).apply(
        Kernel(np.full((3, 3), 0.25)), rng
    )
    np.testing.assert_allclose(result.pixels, 0.25, atol=1e-6)


def test_zoom_and_centre_show_a_part_of_the_same_picture(cat, rng):
    whole = OrbitTrap(size=512).apply(cat, rng)
    part = OrbitTrap(size=128, zoom=4.0, centre=0.5 + 0.75j).apply(cat, rng)
    # 128 pixels to the unit: the window's middle is at 256 + 64, 256 + 96.
    np.testing.assert_array_equal(part.pixels, whole.pixels[288:416, 256:384])
    same = OrbitTrap(size=128, extent=1.0, centre=0.5 + 0.75j).apply(cat, rng)
    np.testing.assert_array_equal(part.pixels, same.pixels)


@pytest.mark.parametrize("factor", [2, 3])
def test_supersampling_averages_the_samples_around_each_pixels_place(cat, factor, rng):
    result = OrbitTrap(size=60, supersample=factor, centred=True).apply(cat, rng)
    fine = OrbitTrap(size=60 * factor, centred=True).apply(cat, rng)
    blocks = fine.pixels.astype(np.float64).reshape(60, factor, 60, factor, 3).mean(axis=(1, 3))
    weights = fine.support.astype(np.float64).reshape(60, factor, 60, factor).mean(axis=(1, 3))
    np.testing.assert_allclose(result.pixels, blocks, atol=2e-6)
    np.testing.assert_allclose(result.support, weights, atol=2e-6)


def test_supersampling_does_not_move_the_picture(rng):
    flat = Kernel(np.full((8, 8), 0.5))
    once, often = (OrbitTrap(size=128, supersample=factor, degree=4.0).apply(flat, rng) for factor in (1, 5))
    middles = [scipy.ndimage.center_of_mass(kernel.support[1:, 1:]) for kernel in (once, often)]
    np.testing.assert_allclose(middles, 63.0, atol=1e-3)


def test_cut_leaves_the_support_and_nothing_else(cat, rng):
    whole = OrbitTrap(size=200).apply(cat, rng)
    result = OrbitTrap(size=200, autocrop="cut").apply(cat, rng)
    for edge in (result.support[0], result.support[-1], result.support[:, 0], result.support[:, -1]):
        assert edge.any()
    assert result.support.sum() == whole.support.sum()
    assert result.shape < whole.shape


def test_fit_fills_the_output_with_the_support(cat, rng):
    whole = OrbitTrap(size=200).apply(cat, rng)
    result = OrbitTrap(size=200, autocrop="fit").apply(cat, rng)
    assert result.shape == (200, 200)
    rows, columns = (np.flatnonzero(result.support.any(axis=axis)) for axis in (1, 0))
    spans = [int(places[-1] - places[0]) for places in (rows, columns)]
    assert max(spans) > 0.95 * 200
    assert min(rows[0], columns[0]) > 0
    assert max(rows[-1], columns[-1]) < 199
    # Drawn anew, not enlarged: the share of the support within its own box stays what it was.
    inside = whole.support.sum() / np.prod(
        [np.ptp(np.flatnonzero(whole.support.any(axis=axis))) + 1 for axis in (1, 0)]
    )
    assert result.support.sum() / np.prod([span + 1 for span in spans]) == pytest.approx(inside, abs=0.02)


@pytest.mark.parametrize("pixels", [np.array([[0.7]]), np.array([[[0.1, 0.2, 0.3]]])], ids=["gray", "RGB"])
def test_a_kernel_of_one_pixel_colors_the_whole_fractal(pixels, rng):
    result = OrbitTrap().apply(Kernel(pixels), rng)
    assert result.shape == (64, 64)
    assert 0.05 < result.support.mean() < 0.5
    trapped = result.pixels[result.support > 0]
    np.testing.assert_allclose(trapped, np.broadcast_to(pixels[0, 0], trapped.shape), atol=1e-6)
    assert OrbitTrap(size=33).apply(Kernel(pixels), rng).shape == (33, 33)


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("tiles", [1, 2, 3])
def test_a_point_that_rounding_lifts_onto_the_far_edge_gets_the_last_pixel(tiles, mirror):
    kernel = Kernel(np.arange(9).reshape(3, 3) / 8)
    half = tiles / 2
    edge = np.array([np.nextafter(half, 0)])
    assert (edge + half)[0] == 2 * half
    colors = Texture(kernel, half, tiles, mirror).at(edge, edge)
    last_tile_is_mirrored = mirror and tiles == 3  # of two, the second is the upright one
    assert colors.tolist() == [[0.0 if last_tile_is_mirrored else 1.0, 1.0]]
