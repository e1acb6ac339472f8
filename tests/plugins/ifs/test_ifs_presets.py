"""The presets against what is known of their attractors."""

import itertools
import math

import attrs
import numpy as np
import pytest

from fracorr import ConfigurationError
from fracorr_ifs import framing, plan, presets

ROOT3 = math.sqrt(3)

#: Left, bottom, right, top. Where a set is given by digits, x = Σ dₖ Re(wᵏ v), the largest x is the sum of the positive
#: terms and the smallest that of the negative ones; such sums are geometric series.
KNOWN_BOXES = {
    "sierpinski": (0, 0, 1, 1),
    "carpet": (0, 0, 1, 1),
    "vicsek-plus": (0, 0, 1, 1),
    "vicsek-cross": (0, 0, 1, 1),
    "cantor-dust": (0, 0, 1, 1),
    # The apex of the first triangle on the middle third.
    "koch": (0, 0, 1, ROOT3 / 6),
    # With its image under 1 − z it makes up the twin dragon, so it shares that one's left, top and half of its bottom.
    "heighway": (-1 / 3, -1 / 3, 7 / 6, 2 / 3),
    # w = (1+i)/2, v = (1−i)/2: wᵏ v = ½−½i, ½, ¼+¼i, ¼i, −⅛+⅛i, −⅛, −1/16−1/16 i, −1/16 i, then a sixteenth of it all.
    "twin-dragon": (-(5 / 16) * 16 / 15, -(5 / 8) * 16 / 15, (5 / 4) * 16 / 15, (5 / 8) * 16 / 15),
    # Ryde, Math::PlanePath::CCurve: 2 wide and 1.25 high for a unit between the ends, ½ on both sides.
    "levy": (-1 / 2, -1 / 4, 3 / 2, 1),
    # Gosper 2020, on the mailing list math-fun: extreme values at Trid[13/40] and Trid[39/40].
    "terdragon": (-1 / 16, -3 * ROOT3 / 16, 17 / 16, 3 * ROOT3 / 16),
    # The limits of the plot that Wikipedia's article on the fern gives, to four digits.
    "fern": (-2.1820, 0, 2.6558, 9.9983),
    # Corners of regular polygons of circumradius 1.
    "pentaflake": (-math.sin(math.radians(72)), -math.cos(math.radians(36)), math.sin(math.radians(72)), 1),
    "hexaflake": (-1, -ROOT3 / 2, 1, ROOT3 / 2),
}


@pytest.mark.parametrize("name", KNOWN_BOXES)
def test_attractor_has_the_box_known_from_the_literature(name):
    box = framing.attractor_box(presets.get(name))
    assert attrs.astuple(box) == pytest.approx(KNOWN_BOXES[name], abs=1e-4 if name == "fern" else 1e-6)


@pytest.mark.parametrize("name", presets.names())
def test_attractor_box_agrees_with_the_support_function(name, support_function_box):
    system = presets.get(name)
    expected = support_function_box(system)
    size = max(expected[2] - expected[0], expected[3] - expected[1])
    assert attrs.astuple(framing.attractor_box(system)) == pytest.approx(expected, abs=1e-4 * size)


def test_pythagoras_tree_is_six_trunks_wide_and_four_high():
    # Widely known: a trunk of side 1 carries a tree of 6 × 4, which stands on the ground.
    system = presets.get("pythagoras")
    drawn = plan.make(system, framing.initial_box(system, 100, 100), 1e-5).box
    assert system.condensation
    assert attrs.astuple(drawn) == pytest.approx((-2.5, 0, 3.5, 4), abs=1e-3)


def test_pentigree_joins_its_ends_by_six_segments():
    maps = presets.get("pentigree").maps
    ends = [(each([0.0, 0.0]), each([1.0, 0.0])) for each in maps]
    assert ends[0][0] == pytest.approx([0, 0])
    assert ends[-1][1] == pytest.approx([1, 0])
    for (_, end), (start, _) in itertools.pairwise(ends):
        assert start == pytest.approx(end)
    # Riddle's page on the pentigree gives this table of translations, to three digits.
    assert [each.e for each in maps] == pytest.approx([0, 0.309, 0.191, 0.5, 0.382, 0.691], abs=1e-3)
    assert [each.f for each in maps] == pytest.approx([0, 0.225, 0.588, 0.363, 0, -0.225], abs=1e-3)


@pytest.mark.parametrize(
    ("name", "dimension"),
    [
        ("sierpinski", math.log(3) / math.log(2)),
        ("carpet", math.log(8) / math.log(3)),
        ("vicsek-plus", math.log(5) / math.log(3)),
        ("vicsek-cross", math.log(5) / math.log(3)),
        ("cantor-dust", math.log(4) / math.log(3)),
        ("koch", math.log(4) / math.log(3)),
        ("heighway", 2),
        ("twin-dragon", 2),
        ("levy", 2),
        ("terdragon", 2),
        ("pentigree", 1.8617),
        ("pentaflake", 1.8617),
        ("hexaflake", math.log(7) / math.log(3)),
    ],
)
def test_similarity_dimension_is_the_published_one(name, dimension):
    # Moran's equation, Σ sᵢᴰ = 1.
    ratios = [each.norm for each in presets.get(name).maps]
    assert sum(ratio**dimension for ratio in ratios) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("name", presets.names())
def test_every_map_of_every_preset_contracts(name):
    # By NumPy's singular values, not by the closed form of the package.
    assert all(np.linalg.norm(each.matrix[:, :2], 2) < 1 for each in presets.get(name).maps)


def test_an_unknown_preset_is_answered_with_the_nearest_name():
    with pytest.raises(ConfigurationError, match=r"no preset 'sierpinsky'; did you mean 'sierpinski'\?.*heighway"):
        presets.get("sierpinsky")
