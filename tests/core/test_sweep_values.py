"""The values that a sweep runs through, as people write them."""

import itertools

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import ConfigurationError
from fracorr.parameters import Parameter
from fracorr.specs import quote
from fracorr.sweep import range_from_text, values_from_text
from fracorr.values import to_text

WHOLE, REAL, COMPLEX = (Parameter(kind.__name__, kind, attrs.NOTHING) for kind in (int, float, complex))
modest = settings(max_examples=60, deadline=None)
whole = st.integers(-1000, 1000)
real = st.floats(-1e6, 1e6).map(lambda value: round(value, 6))


@modest
@given(whole, st.integers(0, 50))
def test_a_range_of_whole_numbers_has_every_one(first, more):
    assert values_from_text(WHOLE, f"{first}..{first + more}", "x") == tuple(range(first, first + more + 1))


@modest
@given(whole, st.integers(0, 500), st.integers(2, 40))
def test_a_count_thins_a_range_of_whole_numbers_out(first, more, count):
    found = values_from_text(WHOLE, f"{first}..{first + more}:{count}", "x")
    assert all(type(value) is int for value in found)
    assert len(set(found)) == len(found) == min(count, more + 1)
    assert (found[0], found[-1]) == (first, first + more)
    steps = [after - before for before, after in itertools.pairwise(found)]
    assert not steps or max(steps) - min(steps) <= 1


@modest
@given(real, real, st.integers(2, 40))
def test_a_count_spaces_a_range_of_numbers_evenly(one, other, count):
    first, last = sorted((one, other))
    found = values_from_text(REAL, f"{to_text(first)}..{to_text(last)}:{count}", "x")
    assert len(found) == count
    assert (found[0], found[-1]) == (first, last)
    for number, value in enumerate(found):
        assert value == pytest.approx(first + number * (last - first) / (count - 1), rel=1e-12, abs=1e-9)


@modest
@given(st.complex_numbers(max_magnitude=1e3), st.complex_numbers(max_magnitude=1e3))
def test_a_range_of_complex_numbers_is_a_straight_line(first, last):
    found = values_from_text(COMPLEX, f"{to_text(first)}..{to_text(last)}:3", "x")
    assert (found[0], found[2]) == (first, last)
    assert found[1] == pytest.approx((first + last) / 2, rel=1e-9, abs=1e-9)


@modest
@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8), min_size=1, max_size=4))
def test_a_list_of_texts_is_read_as_it_was_written(texts):
    written = ",".join(map(quote, texts))
    assert values_from_text(Parameter("x", str, attrs.NOTHING), written, "x") == tuple(texts)


def test_values_have_no_digits_that_only_rounding_made():
    assert values_from_text(REAL, "0..0.3:4", "x") == (0.0, 0.1, 0.2, 0.3)


@pytest.mark.parametrize("kind", [str, bool, tuple[float, ...], tuple[int, int] | None])
def test_only_numbers_have_ranges(kind):
    assert range_from_text(Parameter("x", kind, attrs.NOTHING), "2..7", "x") is None


@pytest.mark.parametrize("kind", [int, int | None, float, float | None])
def test_numbers_that_may_be_missing_have_ranges_too(kind):
    assert range_from_text(Parameter("x", kind, attrs.NOTHING), "2..4", "x") == (2, 3, 4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("7..2", "the range runs backwards; write 2..7"),
        ("2.5..2", "the range runs backwards; write 2..2.5"),
        ("1..2:0", "a range has at least one value"),
        ("1..2:20000", "20,000 values are too many; at most 10,000"),
        ("none..4", "only numbers can be given as a range"),
        ("1..many", "x='many' is not right: it takes a number or none"),
        ("1,,2", "x='' is not right"),
    ],
)
def test_wrong_values_are_refused(text, message):
    with pytest.raises(ConfigurationError, match=message):
        values_from_text(Parameter("x", float | None, None), text, "component")
