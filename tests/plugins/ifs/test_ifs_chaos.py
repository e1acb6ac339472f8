"""The chaos game, and systems drawn at random."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import Kernel
from fracorr_ifs import chaos, framing, presets, random_systems
from fracorr_ifs.framing import Box, View
from fracorr_ifs.maps import AffineMap, System, scaling
from fracorr_ifs.transform import IFS

#: The four quarters of the unit square, y up, in the order in which `tiles` cuts: left before right, top before bottom.
QUARTERS = System((scaling(0.5, 0, 0.5), scaling(0.5, 0, 0), scaling(0.5, 0.5, 0.5), scaling(0.5, 0.5, 0)))
UNIT = Box(0.0, 0.0, 1.0, 1.0)


def play(kernel, seed=0, **parameters):
    return IFS(mode="chaos", **parameters).apply(kernel, np.random.default_rng(seed))


def textbook_histogram(system, box, cells, points=400_000, seed=1):
    """How the textbook's chaos game, one random map after the other, spreads its points over a grid, y down."""
    rng = np.random.default_rng(seed)
    place = np.tile(np.mean([each.fixed_point() for each in system.maps], axis=0), (2000, 1))
    counts = np.zeros((cells, cells))
    for step in range(30 + points // 2000):
        chosen = rng.choice(len(system.maps), size=len(place), p=system.probabilities)
        for number, each in enumerate(system.maps):
            place[chosen == number] = each(place[chosen == number])
        if step >= 30:
            counts += np.histogram2d(
                place[:, 1], place[:, 0], bins=cells, range=[(box.bottom, box.top), (box.left, box.right)]
            )[0]
    return counts[::-1] / counts.sum()


@pytest.mark.parametrize("name", ["sierpinski", "fern", "maple", "heighway", "spiral"])
def test_points_are_spread_as_by_the_textbook(name):
    system = presets.get(name)
    attractor = framing.attractor_box(system)
    box = attractor.with_aspect(1, 1)
    view = View.showing(box, 128, 128)
    white = Kernel(np.ones((8, 8)))
    drawn = chaos.play(system, white, UNIT, view, 400_000, np.random.default_rng(0))
    # The opacity is 1 − exp(−3 n / typical), so this is in proportion to the number n of points.
    density = -np.log1p(-np.minimum(drawn[..., 3], 1 - 1e-7))
    unclipped = drawn[..., 3] < 0.999
    fine = textbook_histogram(system, box, 128)
    assert np.corrcoef(density[unclipped], fine[unclipped])[0, 1] > 0.8
    # Every coarse cell that the textbook's game hits, this one hits, too.
    coarse = drawn[..., 3].reshape(16, 8, 16, 8).sum(axis=(1, 3)) > 0
    assert coarse[fine.reshape(16, 8, 16, 8).sum(axis=(1, 3)) > 1e-4].all()


def test_measure_gives_each_copy_its_probability():
    # Two halves of a segment with p = 3/4 and 1/4, and in each the same again.
    rows = ((0.5, 0.0, 0.0, 0.5, 0.0, 0.0, 3.0), (0.5, 0.0, 0.0, 0.5, 0.5, 0.5, 1.0))
    drawn = play(Kernel(np.ones((4, 4))), maps=rows, compositing="measure", points=200_000, size=4)
    # On the diagonal, from bottom left: 9/16, 3/16, 3/16, 1/16; the densest pixel is opaque.
    assert np.diag(drawn.support[::-1]) == pytest.approx(np.array([9, 3, 3, 1]) / 9, rel=0.03)


def test_stolen_colors_return_the_picture_where_the_fractal_is_the_square(face):
    # The system of quarters steals with the very same quarters, so each point steals the colour of its own place.
    rows = tuple((m.a, m.b, m.c, m.d, m.e, m.f) for m in QUARTERS.maps)
    drawn = play(face, maps=rows, points=3_000_000)
    assert np.abs(drawn.pixels - face.pixels).mean() < 0.02
    assert drawn.support.min() > 0.3


@pytest.mark.parametrize("name", ["sierpinski", "heighway", "pentaflake"])
def test_stolen_colors_use_all_of_the_kernel_equally(face, name):
    # The maps that steal have areas equal to the probabilities, so the mean over all points is the kernel's mean.
    drawn = play(face, preset=name, compositing="measure", points=400_000)
    mean = (drawn.pixels * drawn.support[..., None]).sum(axis=(0, 1)) / drawn.support.sum()
    assert mean == pytest.approx(face.pixels.mean(axis=(0, 1)), abs=0.02)


def test_colors_of_the_same_place_lie_under_the_attractor(face):
    drawn = play(face, preset="carpet", colors="place", points=3_000_000)
    there = drawn.support > 0.9
    assert np.abs(drawn.pixels - face.pixels)[there].mean() < 0.02
    # The middle ninth is empty.
    assert drawn.support[66:126, 66:126].max() == 0


def test_a_kernels_support_is_stolen_with_its_color():
    half = np.ones((32, 32))
    half[:, 16:] = 0
    rows = tuple((m.a, m.b, m.c, m.d, m.e, m.f) for m in QUARTERS.maps)
    drawn = play(Kernel(np.full((32, 32), 0.6), half), maps=rows, points=300_000)
    assert drawn.support[:, :15].min() > 0.5
    assert drawn.support[:, 17:].max() == 0
    assert drawn.pixels[:, :15] == pytest.approx(0.6, abs=1e-5)


def test_condensation_shows_the_kernel_itself(face):
    drawn = play(face, preset="pythagoras", points=3_000_000, size=300)
    # The tree is six trunks wide, four high and in the middle, so the trunk has 50 pixels and ends at row 250.
    trunk = drawn.pixels[201:249, 126:174]
    small = face.pixels[: 4 * 48, : 4 * 48].reshape(48, 4, 48, 4, 3).mean(axis=(1, 3))
    assert drawn.support[205:245, 130:170].min() > 0.5
    assert np.corrcoef(trunk.ravel(), small.ravel())[0, 1] > 0.9


def test_the_same_seed_gives_the_same_picture_and_another_one_does_not(face):
    first, again, other = (play(face, preset="fern", seed=seed, points=20_000) for seed in (5, 5, 6))
    assert (first.pixels == again.pixels).all()
    assert (first.support == again.support).all()
    assert (first.support != other.support).any()


@pytest.mark.parametrize("condensation", [False, True])
def test_a_system_without_bounds_is_played_with_a_warning(face, condensation):
    rows = ((0.5, 0.0, 0.0, 0.5, 0.0, 0.0, 0.6), (1.1, 0.3, -0.3, 1.1, 1.0, 0.0, 0.4))
    with pytest.warns(UserWarning, match=r"map 2 does not contract.*only on the average"):
        transform = IFS(mode="chaos", maps=rows, points=100_000, condensation=condensation)
    drawn = transform.apply(face, np.random.default_rng(0))
    assert np.isfinite(drawn.pixels).all()
    assert drawn.support.max() > 0.9


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(1e-3, 1.0), min_size=1, max_size=9))
def test_tiles_cover_the_square_once_with_areas_equal_to_the_shares(shares):
    tiles = chaos.tiles(tuple(shares))
    assert [abs(tile.determinant) for tile in tiles] == pytest.approx(np.array(shares) / sum(shares))
    # Played on their own, they reach all of the square: no direction is left unshrunk.
    assert len(tiles) == 1 or all((one @ other).norm < 1 for one in tiles for other in tiles)
    points = np.random.default_rng(0).random((200, 2))
    inside = np.zeros(200, int)
    for tile in tiles:
        place = tile.inverse()(points)
        inside += ((place >= 0) & (place < 1)).all(axis=1)
    assert (inside == 1).mean() > 0.98


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(0, 10**9))
def test_random_systems_contract_and_have_the_wanted_complexity(maps, seed):
    system = random_systems.draw(maps, np.random.default_rng(seed))
    singular = np.array([np.linalg.svd(each.matrix[:, :2], compute_uv=False) for each in system.maps])
    assert len(system.maps) == maps
    assert singular.max() < 1
    if maps > 2:
        # Anderson and Farrell 2022: (5 + N)/2 ≤ Σ (σ₁ + 2σ₂) ≤ (6 + N)/2.
        assert (5 + maps) / 2 - 1e-6 <= (singular @ [1, 2]).sum() <= (6 + maps) / 2 + 1e-6
    assert np.abs([(each.e, each.f) for each in system.maps]).max() <= 1


def test_random_systems_turn_and_mirror_both_ways():
    determinants = [
        each.determinant for seed in range(20) for each in random_systems.draw(3, np.random.default_rng(seed)).maps
    ]
    assert min(determinants) < 0 < max(determinants)


def test_a_map_of_an_affine_kind_in_the_chaos_game_keeps_y_up():
    # One map to the top left quarter and one to the top right: all points are in the top row of the picture's frame.
    drawn = chaos.play(
        System((AffineMap(0.5, 0, 0, 0.5, 0, 0.5), AffineMap(0.5, 0, 0, 0.5, 0.5, 0.5))),
        Kernel(np.ones((4, 4))),
        UNIT,
        View.showing(UNIT, 40, 40),
        20_000,
        np.random.default_rng(0),
    )
    assert drawn[0, :, 3].min() > 0
    assert drawn[2:, :, 3].max() == 0
