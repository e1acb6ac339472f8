"""Validators of parameters: what they take, and what they say about the rest."""

import math
from fractions import Fraction

import attrs
import numpy as np
import pytest

from fracorr import validators
from fracorr.components import Kind
from fracorr.errors import ConfigurationError
from fracorr.plugins import default_registry


def component(validator):
    """Return a class with one parameter."""
    return attrs.make_class("HalfTone", {"cells": attrs.field(validator=validator)}, frozen=True)


@pytest.mark.parametrize(
    ("validator", "values"),
    [
        (validators.number(), [0, -1.5, 1e308, Fraction(1, 3), np.float32(2), np.int64(-3)]),
        (validators.number(above=0, high=1), [1e-300, 0.5, 1]),
        (validators.number(low=0), [0, 0.0, 7]),
        (validators.whole(), [0, -(10**400), np.uint8(7)]),
        (validators.whole(2, 4), [2, 3, np.int32(4)]),
        (validators.complex_number(), [0, 2.5, 1e200j, np.complex64(1 - 1j)]),
        (validators.complex_number(5), [3 + 4j, -5, 5j]),
        (validators.one_of("cut", "fit"), ["cut", "fit"]),
        (validators.flag(), [True, False]),
        (validators.file_name("results.csv"), ["results.csv", "a b.csv", "x.y.csv"]),
        (validators.optional(validators.whole(2)), [None, 2]),
    ],
)
def test_what_is_right_is_taken_as_it_is(validator, values):
    made = component(validator)
    for value in values:
        assert made(value).cells is value


@pytest.mark.parametrize(
    ("validator", "value", "says"),
    [
        (validators.number(), math.nan, "cells=nan is not right: it takes a finite number"),
        (validators.number(), -math.inf, "cells=-inf is not right: it takes a finite number"),
        (validators.number(), True, "cells=True is not right: it takes a finite number"),
        (validators.number(), "1", "cells='1' is not right: it takes a finite number"),
        (validators.number(), 1j, "cells=1j is not right: it takes a finite number"),
        (validators.number(low=2, high=9), 9.5, "cells=9.5 is not right: it takes a number from 2 to 9"),
        (
            validators.number(above=0, high=1e6),
            0.0,
            "cells=0.0 is not right: it takes a number above 0 and at most 1e+06",
        ),
        (validators.number(low=0.5), 0.4, "cells=0.4 is not right: it takes a number at least 0.5"),
        (validators.number(high=1), 2, "cells=2 is not right: it takes a number at most 1"),
        (validators.whole(), 2.0, "cells=2.0 is not right: it takes a whole number"),
        (validators.whole(1, 1_000_000), 0, "cells=0 is not right: it takes a whole number from 1 to 1000000"),
        (validators.whole(1, 3), True, "cells=True is not right: it takes a whole number from 1 to 3"),
        (validators.whole(2), 1, "cells=1 is not right: it takes a whole number at least 2"),
        (validators.complex_number(), complex(0, math.nan), "cells=nanj is not right: it takes a complex number"),
        (
            validators.complex_number(5),
            4 + 4j,
            "cells=(4+4j) is not right: it takes a complex number of a magnitude at most 5",
        ),
        (validators.complex_number(), "1+2i", "cells='1+2i' is not right: it takes a complex number"),
        (validators.one_of("cut", "fit"), "xyz", "cells='xyz' is not right: it takes one of cut, fit"),
        (
            validators.one_of("cut", "fit"),
            "cutt",
            "cells='cutt' is not right: it takes one of cut, fit; did you mean 'cut'?",
        ),
        (
            validators.one_of("none", "fit"),
            None,
            "cells=None is not right: it takes one of none, fit; did you mean 'none'?",
        ),
        (validators.flag(), 1, "cells=1 is not right: it takes true or false"),
        (
            validators.optional(validators.whole(2)),
            1,
            "cells=1 is not right: it takes a whole number at least 2",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_what_would_be_right(validator, value, says):
    with pytest.raises(ConfigurationError) as caught:
        component(validator)(value)
    assert str(caught.value) == f"'half-tone': {says}"


@pytest.mark.parametrize(
    ("validator", "value"),
    [
        (validators.number(), 10**400),
        (validators.number(high=10), Fraction(10**400)),
        (validators.complex_number(5), complex(1.7e308, 1.7e308)),
    ],
)
def test_numbers_beyond_doubles_are_refused_and_not_stumbled_over(validator, value):
    with pytest.raises(ConfigurationError, match="is not right: it takes"):
        component(validator)(value)


@pytest.mark.parametrize(
    "validator",
    [
        validators.number(right="it takes what fits"),
        validators.whole(1, 2, right="it takes what fits"),
        validators.complex_number(3, right="it takes what fits"),
        validators.one_of("cut", right="it takes what fits"),
    ],
)
def test_a_component_may_say_in_its_own_words_what_would_be_right(validator):
    with pytest.raises(ConfigurationError) as caught:
        component(validator)(None)
    assert str(caught.value) == "'half-tone': cells=None is not right: it takes what fits"


@pytest.mark.parametrize(
    ("name", "typed"), [("Droste", "droste"), ("LogPolarInverse", "log-polar-inverse"), ("OrbitTrap", "orbit-trap")]
)
def test_errors_name_the_component_as_people_type_it(name, typed):
    made = attrs.make_class(name, [])()
    assert validators.component_name(made) == typed
    error = validators.wrong(made, "no kernel is left")
    assert isinstance(error, ConfigurationError)
    assert str(error) == f"'{typed}': no kernel is left"


def test_errors_name_a_loaded_component_as_its_plugin_does():
    load = default_registry().get(Kind.SOURCE, "dog").load
    with pytest.raises(ConfigurationError, match="^'dog': sigma="):
        load()(sigma=(-1.0,))


@pytest.mark.parametrize("value", ["x.txt", "../x.csv", "a/b.csv", "a\\b.csv", ".csv", ".x.csv", "", 3, None])
def test_a_file_name_stays_in_its_folder_and_has_its_ending(value):
    with pytest.raises(ConfigurationError, match=r"must be a plain file name such as results\.csv"):
        component(validators.file_name("results.csv"))(value)
