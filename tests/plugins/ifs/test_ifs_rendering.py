"""What deterministic iteration draws."""

import cv2
import numpy as np
import pytest
from scipy import ndimage, spatial

from fracorr import ConfigurationError, Kernel
from fracorr_ifs import framing, plan, presets, rendering
from fracorr_ifs.channels import resized
from fracorr_ifs.framing import Box, View
from fracorr_ifs.maps import AffineMap, System, scaling, similarity
from fracorr_ifs.squeezing import squeezed
from fracorr_ifs.transform import IFS

HERE = ((0.5, 0.0, 0.0, 0.5, 0.25, 0.25),)


def draw(kernel, **parameters):
    return IFS(**parameters).apply(kernel, np.random.default_rng(0))


def halved(pixels):
    """The mean of blocks of 2 × 2 pixels."""
    height, width = pixels.shape[:2]
    return pixels.reshape(height // 2, 2, width // 2, 2, *pixels.shape[2:]).mean(axis=(1, 3))


def sierpinski_once(pixels):
    """Three copies of half the size: bottom left, bottom right, top middle."""
    small, side = halved(pixels), len(pixels) // 2
    result = np.zeros_like(pixels)
    result[side:, :side] = result[side:, side:] = result[:side, side // 2 : side // 2 + side] = small
    return result


def distance_of_one_more_iteration(support, system, box):
    """The Hausdorff distance, in pixels, of a picture's set of pixels, S, and its images under the maps, W(S)."""
    side = len(support)
    view = View.showing(box, side, side)
    rows, columns = np.nonzero(support > 0.25)
    there = np.stack([columns, rows], axis=1).astype(float)
    images = np.concatenate([(view.to_pixels @ each @ view.to_plane)(there) for each in system.maps])
    from_images, _ = spatial.cKDTree(there).query(images)
    from_there, _ = spatial.cKDTree(images).query(there)
    return max(from_images.max(), from_there.max())


def test_depth_zero_is_the_kernel_itself(face):
    drawn = draw(face, preset="sierpinski", depth=0)
    assert drawn.pixels == pytest.approx(face.pixels, abs=1e-6)
    assert (drawn.support == 1).all()


def test_one_iteration_by_hand():
    pixels = np.arange(16.0).reshape(4, 4) / 16
    drawn = draw(Kernel(pixels), preset="sierpinski", depth=1)
    # Means of 2 × 2 blocks: (0+1+4+5)/4 = 2.5, 4.5, 10.5, 12.5 sixteenths.
    small = np.array([[2.5, 4.5], [10.5, 12.5]]) / 16
    expected = np.zeros((4, 4))
    expected[2:, :2] = expected[2:, 2:] = expected[:2, 1:3] = small
    assert drawn.pixels == pytest.approx(expected, abs=1e-6)
    assert drawn.support == pytest.approx((expected > 0).astype(float), abs=1e-6)


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_iterations_of_exact_halves_equal_plain_averaging(face, depth):
    expected = face.pixels.astype(float)
    for _ in range(depth):
        expected = sierpinski_once(expected)
    assert draw(face, preset="sierpinski", depth=depth).pixels == pytest.approx(expected, abs=2e-6)


@pytest.mark.parametrize("compositing", ["over", "max", "mean"])
def test_the_kernel_stays_with_condensation(face, compositing):
    # A single map to the top right quarter: at every scale, the picture with a smaller one on it.
    drawn = draw(
        face,
        maps=((0.5, 0.0, 0.0, 0.5, 0.5, 0.5),),
        initial=(0.0, 0.0, 1.0, 1.0),
        condensation=True,
        compositing=compositing,
    )
    expected = face.pixels.astype(float)
    half, quarter = halved(expected), halved(halved(expected))
    inner = np.maximum(expected[:48, 144:], quarter) if compositing == "max" else quarter
    assert drawn.pixels[:, :96] == pytest.approx(expected[:, :96], abs=1e-6)
    below = half[48:, :48] if compositing == "over" else None
    if compositing == "max":
        below = np.maximum(expected[48:96, 96:144], half[48:, :48])
    if compositing == "mean":
        below = (expected[48:96, 96:144] + half[48:, :48]) / 2
    assert drawn.pixels[48:96, 96:144] == pytest.approx(below, abs=1e-5)
    if compositing == "over":
        # In the next quarter, the bottom left of the picture of a quarter of the size.
        assert drawn.pixels[24:48, 144:168] == pytest.approx(inner[24:, :24], abs=1e-5)


#: Two copies of half the size, the second a quarter of the kernel's width to the left of the first.
SHIFTED = {
    "maps": ((0.5, 0.0, 0.0, 0.5, 0.25, 0.0), (0.5, 0.0, 0.0, 0.5, 0.0, 0.0)),
    "initial": (0.0, 0.0, 1.0, 1.0),
    "depth": 1,
}


def two_shifted_copies(ramp):
    """A row of each of the two copies of a kernel of 12 × 8 pixels: both are 8 pixels wide, 4 apart."""
    # All of it is 0.75 × 0.5 large, and so are the 12 × 8 pixels; a copy takes 8 × 8 of them.
    small = np.repeat(ramp, 2).reshape(8, 3).mean(axis=1)
    return np.concatenate([np.zeros(4), small]), np.concatenate([small, np.zeros(4)])


@pytest.mark.parametrize("rising", [True, False])
def test_copies_that_overlap_by_hand(rising):
    ramp = np.linspace(0.1, 0.8, 12) if rising else np.linspace(0.8, 0.1, 12)
    first, second = two_shifted_copies(ramp)
    both = (first > 0) & (second > 0)
    expected = {
        "over": np.where(second > 0, second, first),
        "max": np.maximum(first, second),
        "mean": np.where(both, (first + second) / 2, first + second),
    }
    kernel = Kernel(np.tile(ramp, (8, 1)))
    for compositing, row in expected.items():
        drawn = draw(kernel, compositing=compositing, **SHIFTED)
        assert drawn.support == pytest.approx(1, abs=1e-5)
        assert drawn.pixels == pytest.approx(np.tile(row, (8, 1)), abs=1e-5)


def test_the_mean_does_not_overflow_where_very_many_copies_lie_on_each_other(face):
    # Eight equal maps: 8⁶⁰ copies on the same place, more than a float32 can count.
    drawn = draw(face, maps=HERE * 8, initial=(0.0, 0.0, 1.0, 1.0), depth=60, compositing="mean", size=16)
    assert np.isfinite(drawn.pixels).all()
    assert drawn.support.max() == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "depth"), [("sierpinski", 2), ("sierpinski", 4), ("carpet", 1), ("carpet", 3), ("vicsek-cross", 2)]
)
def test_one_more_iteration_changes_less_than_the_bound_of_the_depth(name, depth):
    # d(W(Iₙ), Iₙ) ≤ sⁿ d(W(I), I) for the Hausdorff distance and contraction ratio s (Barnsley 1993, section III.7).
    side = 216
    system = presets.get(name)
    support = draw(Kernel(np.ones((side, side))), preset=name, depth=depth).support
    unit = Box(0.0, 0.0, 1.0, 1.0)
    bound = max(each.norm for each in system.maps) ** depth * distance_of_one_more_iteration(
        np.ones((side, side)), system, unit
    )
    # One pixel for the rounding of the picture to pixels.
    assert distance_of_one_more_iteration(support, system, unit) <= bound + 1


@pytest.mark.parametrize("name", [name for name in presets.names() if name != "pythagoras"])
def test_the_limit_is_a_fixed_point(name):
    side, margin = 160, 0.03
    system = presets.get(name)
    support = draw(Kernel(np.ones((side, side))), preset=name, detail=1.0, margin=margin).support
    box = grown(framing.attractor_box(system), 1 + 2 * margin)
    assert distance_of_one_more_iteration(support, system, box) <= 2.5


def grown(box, factor):
    x, y = box.centre
    width, height = box.width * factor / 2, box.height * factor / 2
    return Box(x - width, y - height, x + width, y + height)


def test_the_limit_with_condensation_is_a_fixed_point_in_all_pixels(face):
    # I ∪ W(R) = R, drawn by plain averaging.
    limit = draw(face, preset="sierpinski", condensation=True).pixels
    side = len(limit) // 2
    again = face.pixels.copy()
    small = halved(limit)
    again[side:, :side] = again[side:, side:] = again[:side, side // 2 : side // 2 + side] = small
    # What the copies of the smallest copies would have changed: at most the last, single-pixel generation.
    assert np.abs(again - limit).mean() < 0.01


@pytest.mark.parametrize("name", ["heighway", "twin-dragon", "levy", "terdragon"])
@pytest.mark.parametrize("depth", [3, 7, 12])
def test_copies_that_touch_leave_no_seam(name, depth):
    # These cover parts of the plane. There, the copies of a white kernel must cover every pixel in full, however they
    # are turned and whatever fraction of a pixel they are moved by.
    side = 150
    system = presets.get(name)
    initial = framing.initial_box(system, side, side)
    view = View.showing(initial, side, side, margin=0.1)
    white = Kernel(np.ones((side, side)))
    limit = rendering.render(plan.make(system, initial, 1 / side), white, view, "over")[..., 3]
    inside = ndimage.binary_erosion(limit > 0.9, iterations=3)
    drawn = rendering.render(plan.make(system, initial, 1 / side, depth=depth), white, view, "over")[..., 3]
    assert inside.any()
    assert drawn[inside].min() > 0.97


def test_cells_that_are_no_whole_pixels_leave_no_seam():
    # Cells of 50 1/3 pixels; the middle one is empty.
    support = draw(Kernel(np.ones((151, 151))), preset="carpet", depth=1).support
    ring = np.ones((151, 151), bool)
    ring[49:102, 49:102] = False
    assert support[ring].min() > 0.99
    assert support[52:99, 52:99].max() == 0


def test_small_copies_are_averaged_and_not_sampled():
    # A fine checkerboard is gray from afar; sampled, it would be black, white or a moiré.
    checks = np.indices((128, 128)).sum(axis=0) % 2
    drawn = draw(Kernel(checks.astype(float)), preset="heighway", depth=6)
    inside = ndimage.binary_erosion(drawn.support > 0.999, iterations=2)
    assert drawn.pixels[inside] == pytest.approx(0.5, abs=0.02)


def test_what_is_outside_the_support_does_not_bleed_in():
    rows, columns = np.indices((96, 96)) - 47.5
    disc = (np.hypot(rows, columns) < 40).astype(float)
    # White in the disc, black around it: a copy's edge must be white, too.
    drawn = draw(Kernel(disc, disc), preset="levy", depth=5)
    assert drawn.pixels[drawn.support > 1e-3].min() > 0.999


@pytest.mark.parametrize("name", ["sierpinski", "heighway", "pythagoras", "koch"])
@pytest.mark.parametrize("compositing", ["over", "mean"])
def test_a_gray_kernel_is_drawn_like_a_color_kernel(face, name, compositing):
    gray = draw(Kernel(face.gray), preset=name, compositing=compositing)
    color = draw(Kernel(np.repeat(face.gray[..., None], 3, axis=2)), preset=name, compositing=compositing)
    assert gray.pixels.ndim == 2
    assert color.pixels[..., 1] == pytest.approx(gray.pixels, abs=1e-5)
    assert color.support == pytest.approx(gray.support, abs=1e-5)


def test_the_fern_stands_upright():
    support = draw(Kernel(np.ones((200, 200))), preset="fern", detail=1.0).support
    rows = np.flatnonzero(support.any(axis=1))
    assert rows[0] <= 1
    assert rows[-1] >= 198
    width = (support > 0.3).sum(axis=1)
    # The stem is at the bottom, one or two pixels thick; the tip, at the top, leans to the right.
    assert 1 <= width[195] <= 3
    assert np.flatnonzero(support[3] > 0.3).mean() > np.flatnonzero(support[195] > 0.3).mean()
    assert width[100:160].max() > 40


def test_a_map_onto_a_line_draws_a_line_one_pixel_thick():
    # All of the kernel on a vertical line in the middle.
    maps = ((0.0, 0.0, 0.0, 1.0 - 1e-9, 0.5, 0.0),)
    drawn = rendering.render(
        plan.make(System((AffineMap(*maps[0]),)), Box(0.0, 0.0, 1.0, 1.0), 1 / 31, depth=1),
        Kernel(np.full((31, 31), 0.7)),
        View.showing(Box(0.0, 0.0, 1.0, 1.0), 31, 31),
        "over",
    )
    assert drawn[15, 15] == pytest.approx([0.7, 0, 0, 1], abs=1e-5)
    assert drawn[:, :14].max() == pytest.approx(0, abs=1e-6)
    assert drawn[:, 17:].max() == pytest.approx(0, abs=1e-6)


def test_squeezing_averages_in_the_squeezed_direction_only():
    stripes = np.ones((32, 32, 4), np.float32)
    stripes[:, ::2, :3] = 0
    small, placed = squeezed(stripes, AffineMap(0.25, 0, 0, 1.0), shadow=True)
    assert placed.smallest_stretch == pytest.approx(1)
    assert small[..., 0] == pytest.approx(0.5, abs=1e-5)
    # The picture's corners still go where the map puts them.
    across = placed([[-0.5, -0.5], [small.shape[1] - 0.5, small.shape[0] - 0.5]])
    assert np.ptp(across, axis=0) == pytest.approx([8, 32])


@pytest.mark.parametrize(("shadow", "opacity"), [(True, 1.0), (False, 0.25)])
def test_squeezed_to_less_than_a_pixel(shadow, opacity):
    # A dot of 8 × 8 in the middle of 32 × 32, squeezed onto a line of 32: a quarter of it holds the dot.
    dot = np.zeros((32, 32, 4), np.float32)
    dot[12:20, 12:20] = 1
    small, placed = squeezed(dot, AffineMap(1e-6, 0, 0, 1.0), shadow=shadow)
    assert placed.smallest_stretch >= 1
    assert small[..., 3].max() == pytest.approx(opacity, abs=1e-5)


@pytest.mark.parametrize("name", ["sierpinski", "koch", "heighway", "levy", "fern", "maple", "pentigree", "spiral"])
@pytest.mark.parametrize("depth", [1, 3, 6])
def test_measure_conserves_the_mass_of_every_channel(face, name, depth):
    # The Markov operator M μ = Σ pᵢ μ∘Tᵢ⁻¹ has M μ(plane) = Σ pᵢ μ(plane) = μ(plane).
    system = presets.get(name)
    initial = framing.initial_box(system, face.width, face.height)
    drawing = plan.make(system, initial, 1 / face.width, depth=depth)
    view = View.showing(drawing.box, face.width, face.height, margin=0.02)
    masses = rendering.render(drawing, face, view, "measure").sum(axis=(0, 1))
    # The kernel's own mass, were it drawn on this view.
    pixels_of_kernel = initial.width * initial.height / view.pitch**2
    expected = np.append(face.pixels.mean(axis=(0, 1)), 1.0) * pixels_of_kernel
    assert masses == pytest.approx(expected, rel=0.003)


def test_measure_gives_each_copy_its_probability():
    # Two halves side by side with p = 3/4 and 1/4.
    maps = ((0.5, 0.0, 0.0, 1.0 - 1e-6, 0.0, 0.0, 3.0), (0.5, 0.0, 0.0, 1.0 - 1e-6, 0.5, 0.0, 1.0))
    drawn = draw(Kernel(np.ones((64, 64))), maps=maps, depth=1, compositing="measure")
    left, right = drawn.support[:, :31].sum(), drawn.support[:, 33:].sum()
    assert left / right == pytest.approx(3, rel=1e-3)


def test_measure_keeps_the_mean_color_of_the_kernel(face):
    drawn = draw(face, preset="sierpinski", depth=3, compositing="measure")
    weighted = (drawn.pixels * drawn.support[..., None]).sum(axis=(0, 1)) / drawn.support.sum()
    assert weighted == pytest.approx(face.pixels.mean(axis=(0, 1)), abs=1e-3)


def test_measure_with_condensation_gives_the_kernel_an_equal_share():
    # One map and the picture itself: half of the mass stays where it is, from 0 to 1; of the other half, half is in
    # the first copy, from 2 to 2.5; and so on to the fixed point at 4.
    system = System((scaling(0.5, 2.0),), condensation=True, initial=(0.0, 0.0, 1.0, 1.0))
    initial = Box(0.0, 0.0, 1.0, 1.0)
    view = View.showing(Box(0.0, 0.0, 4.0, 1.0), 400, 100)
    drawn = rendering.render(plan.make(system, initial, 1 / 100), Kernel(np.ones((100, 100))), view, "measure")
    masses = drawn[..., 3].sum(axis=0)
    assert [masses[:110].sum(), masses[190:260].sum(), masses[290:330].sum()] == pytest.approx(
        [5000, 2500, 1250], rel=1e-4
    )


@pytest.mark.parametrize("name", ["sierpinski", "fern", "levy", "spiral"])
def test_copies_of_less_than_a_pixel_do_not_fade(name):
    # The kernel is mostly empty: a small disc. Its copies of a pixel still are dots that are fully there.
    rows, columns = np.indices((64, 64)) - 31.5
    disc = (np.hypot(rows, columns) < 10).astype(float)
    drawn = draw(Kernel(disc, disc), preset=name, detail=1.0)
    assert np.quantile(drawn.support[drawn.support > 0.05], 0.5) > 0.5


def test_turned_copies_stay_sharp(face):
    # Eight generations of turns by 45°, but few resamplings: the copies are as sharp as if each were drawn directly.
    system = presets.get("heighway")
    depth, side = 6, 192
    drawn = draw(face, preset="heighway", depth=depth)
    initial = framing.initial_box(system, side, side)
    view = View.showing(plan.make(system, initial, 1 / side, depth=depth).box, side, side)
    word = AffineMap(1, 0, 0, 1)
    for _ in range(depth):
        word = word @ system.maps[1]
    # The last word in painting order, f₂ six times, is on top: all of it is seen.
    small = cv2.resize(face.gray, (24, 24), interpolation=cv2.INTER_AREA)
    cell = initial.width / 24
    to_plane = AffineMap(cell, 0, 0, -cell, initial.left + cell / 2, initial.top - cell / 2)
    placed = view.to_pixels @ word @ to_plane
    direct = cv2.warpAffine(small, placed.matrix, (side, side))
    there = cv2.warpAffine(np.ones_like(small), placed.matrix, (side, side)) > 0.999
    assert drawn.gray[there] == pytest.approx(direct[there], abs=0.2)
    assert np.abs(drawn.gray[there] - direct[there]).mean() < 0.03


def test_two_iterations_at_once_are_two_iterations(face):
    # 189 pixels are divided by 9 without rest.
    square = Kernel(face.pixels[:189, :189])
    twice = draw(draw(square, preset="carpet", depth=1), preset="carpet", depth=1)
    once = draw(square, preset="carpet", depth=2)
    assert once.pixels == pytest.approx(twice.pixels, abs=1e-4)
    assert once.support == pytest.approx(twice.support, abs=1e-4)


def test_systems_of_one_map_are_drawn(face):
    spiral = similarity(0.8, 30, 0.3, 0.1)
    row = (spiral.a, spiral.b, spiral.c, spiral.d, spiral.e, spiral.f)
    drawn = draw(face, maps=(row,), initial=(0.0, 0.0, 1.0, 1.0), condensation=True)
    assert drawn.support.max() == pytest.approx(1)
    assert 0.3 < drawn.support.mean() < 1


def test_maps_of_scale_zero_are_points():
    system = System((scaling(0.0, 0.25, 0.25), scaling(0.5, 0.5, 0.5)))
    initial = Box(0.0, 0.0, 1.0, 1.0)
    drawn = rendering.render(
        plan.make(system, initial, 1 / 64, depth=1), Kernel(np.ones((64, 64))), View.showing(initial, 64, 64), "over"
    )
    assert drawn[:32, 32:, 3].min() == pytest.approx(1)
    dot = drawn[40:56, 8:24, 3]
    assert dot.sum() == pytest.approx(1, abs=0.7)


@pytest.mark.parametrize("name", ["fern", "spiral", "maple"])
def test_very_many_iterations_are_the_limit(name):
    white = Kernel(np.ones((64, 64)))
    assert (draw(white, preset=name, depth=5000).support == draw(white, preset=name, detail=1.0).support).all()


def test_maps_that_contract_too_slowly_to_be_drawn_are_refused():
    slow = similarity(0.9999, 30)
    rows = tuple((slow.a, slow.b, slow.c, slow.d, x, 0.0) for x in (0.0, 1.0, 2.0))
    system = System(tuple(AffineMap(*row) for row in rows), name="creeping")
    with pytest.raises(ConfigurationError, match=r"creeping: the maps contract so slowly \(by 0\.9999\)"):
        plan.make(system, Box(0.0, 0.0, 1.0, 1.0), 1 / 500)


def test_an_axis_that_shrinks_is_averaged_even_if_the_other_grows():
    # One bright row of 24, shown on two rows that are much wider: it is a twelfth of its half.
    pixels = np.zeros((24, 4))
    pixels[5] = 1
    stacked = resized(Kernel(pixels), 2, 100)
    assert stacked[..., 0] == pytest.approx(np.repeat([[1 / 12], [0]], 100, axis=1), abs=1e-5)
    assert stacked[..., 3] == pytest.approx(1)


def test_a_kernel_that_grows_keeps_its_range():
    step = np.repeat([[0.2, 0.9]], 4, axis=1).reshape(1, 8).repeat(8, axis=0)
    stacked = resized(Kernel(step), 40, 40)
    assert stacked[..., 0].min() >= 0
    assert stacked[..., 0].max() <= 0.9 + 1e-6
