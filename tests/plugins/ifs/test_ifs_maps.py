"""Maps, words and contractivity."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import ConfigurationError
from fracorr_ifs import contractivity, words
from fracorr_ifs.contractivity import Contraction
from fracorr_ifs.maps import AffineMap, System, scaling, similarity

coefficient = st.floats(-3, 3, allow_nan=False)
affine_maps = st.builds(AffineMap, *[coefficient] * 6)
HALF, THIRD = scaling(1 / 2), scaling(1 / 3, 1.0, 0.0)


@settings(max_examples=50, deadline=None)
@given(affine_maps)
def test_stretches_are_the_singular_values(affine):
    singular = np.linalg.svd(affine.matrix[:, :2], compute_uv=False)
    assert affine.norm == pytest.approx(singular[0], abs=1e-9)
    assert affine.smallest_stretch == pytest.approx(singular[1], abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(affine_maps, affine_maps, coefficient, coefficient)
def test_composition_maps_points_one_after_the_other(first, second, x, y):
    assert (second @ first)([[x, y]]) == pytest.approx(second(first([[x, y]])), abs=1e-9)


def test_a_map_follows_the_formula_of_the_literature():
    # x′ = ax + by + e, y′ = cx + dy + f at (10, 100).
    assert AffineMap(1, 2, 3, 4, 5, 6)([[10.0, 100.0]]) == pytest.approx(np.array([[215.0, 436.0]]))


def test_similarity_turns_counter_clockwise():
    assert similarity(2, 90, 1, 1)([[1.0, 0.0]]) == pytest.approx(np.array([[1.0, 3.0]]))


def test_inverse_and_fixed_point():
    affine = AffineMap(0.5, -0.2, 0.1, 0.4, 3, -1)
    assert affine.inverse()(affine([[2.0, 7.0]])) == pytest.approx(np.array([[2.0, 7.0]]))
    assert affine(affine.fixed_point()) == pytest.approx(affine.fixed_point())


def test_default_probabilities_follow_the_areas_with_a_least_share():
    # Areas 0.25, 0.25 and 0, which counts as a hundredth of their sum.
    system = System((HALF, HALF, AffineMap(0, 0, 0, 0.5)))
    assert system.probabilities == pytest.approx((0.25 / 0.505, 0.25 / 0.505, 0.005 / 0.505))


def test_given_probabilities_are_made_to_sum_to_one():
    assert System((HALF, THIRD), (3.0, 1.0)).probabilities == pytest.approx((0.75, 0.25))


def test_words_are_listed_in_painting_order():
    listed = words.of_length(System((HALF, THIRD)), 2, 100)
    assert [word.length for word in listed] == [0, 1, 2, 2, 1, 2, 2]
    assert [word.complete for word in listed] == [False, False, True, True, False, True, True]
    # The fourth is HALF after THIRD: x ↦ (x/3 + 1)/2.
    assert listed[3].map([[3.0, 0.0]]) == pytest.approx(np.array([[1.0, 0.0]]))


@pytest.mark.parametrize("condensation", [False, True])
def test_the_weights_of_the_words_that_are_drawn_sum_to_one(condensation):
    system = System((HALF, THIRD), (1.0, 2.0), condensation=condensation)
    listed = words.of_ratio(system, 0.1, 1000)
    assert sum(word.weight for word in listed if word.complete or condensation) == pytest.approx(1)


def test_words_of_a_ratio_are_the_shortest_that_are_small_enough():
    listed = words.of_ratio(System((HALF, THIRD)), 0.3, 100)
    # 1/3 is still too large: 1/2·1/2, 1/2·1/3, 1/3·1/2 and 1/3·1/3.
    assert sorted(word.map.a for word in listed if word.complete) == pytest.approx([1 / 9, 1 / 6, 1 / 6, 1 / 4])


def test_too_many_words_are_refused():
    with pytest.raises(words.TooManyWordsError):
        words.of_length(System((HALF, THIRD)), 20, 1000)


def test_contracting_maps_need_no_warning():
    assert contractivity.check(System((HALF, THIRD))).contraction is Contraction.EVERY_MAP


def test_the_determinant_does_not_make_a_contraction():
    # Areas shrink to a half, but the second map triples distances along x.
    stretching = AffineMap(3.0, 0.0, 0.0, 1 / 6)
    with pytest.raises(ConfigurationError, match=r"map 2 does not contract.* up to 3 .*determinant is 0\.5"):
        contractivity.check(System((HALF, stretching), (0.1, 0.9)))


def test_contraction_on_the_average_is_a_warning():
    # ½ · log ½ + ½ · log 1.2 < 0.
    verdict = contractivity.check(System((HALF, scaling(1.2, 1.0)), (0.5, 0.5)))
    assert verdict.contraction is Contraction.AVERAGE
    assert f"by {math.sqrt(0.6):.4g}" in verdict.warning
    assert "map 2" in verdict.warning
    assert "1.2" in verdict.warning


def test_maps_that_contract_only_when_composed_are_a_warning():
    # A shear of norm above 1 whose powers vanish.
    verdict = contractivity.check(System((AffineMap(0.3, 1.5, 0.0, 0.3), HALF)))
    assert verdict.contraction is Contraction.COMPOSED
    assert "map 1 does not contract" in verdict.warning


def test_a_system_without_maps_is_refused():
    with pytest.raises(ConfigurationError, match="at least one map"):
        System(())


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_numbers_that_are_not_finite_are_refused(value):
    with pytest.raises(ConfigurationError, match="map 2 holds NaN or an infinite number"):
        System((HALF, AffineMap(value, 0, 0, 0.5)))


@pytest.mark.parametrize(
    ("shares", "message"),
    [((0.5,), "1 probabilities for 2 maps"), ((0.5, -1.0), "probability of map 2"), ((0.0, 0.0), "all maps are 0")],
)
def test_probabilities_that_do_not_fit_are_refused(shares, message):
    with pytest.raises(ConfigurationError, match=message):
        System((HALF, THIRD), shares)
