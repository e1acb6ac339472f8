import pathlib
from typing import TYPE_CHECKING, Literal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fracorr import parameter, specs
from fracorr.errors import ConfigurationError
from fracorr.parameters import build, parameters_of, spec_of
from fracorr.values import from_text, to_text

if TYPE_CHECKING:
    from nowhere import Nothing


@attrs.frozen
class Sample:
    kind: Literal["soft", "hard"] = attrs.field(default="soft", metadata=parameter("How the edge looks"))
    radius: float = attrs.field(
        default=10.0, validator=attrs.validators.gt(0), metadata=parameter("Radius", unit="px", main=True)
    )
    count: int = 3
    turn: bool = False
    c: complex = 0.6 - 0.04j
    window: tuple[float, float] = (-2.0, 2.0)
    orders: tuple[int, ...] = ()
    path: pathlib.Path | None = None
    _state: "Nothing | None" = attrs.field(default=None, init=False)


def made(text: str) -> Sample:
    spec = specs.parse(text)
    return build(Sample, "sample", spec.values, spec.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sample", Sample()),
        ("sample:7", Sample(radius=7.0)),
        ("sample:kind=hard,count=-4,turn=TRUE", Sample(kind="hard", count=-4, turn=True)),
        ("sample:c=-0.5+2i", Sample(c=-0.5 + 2j)),
        ("sample:c=1+i", Sample(c=1 + 1j)),
        ("sample:window=[0,1],orders=[1,2,3]", Sample(window=(0.0, 1.0), orders=(1, 2, 3))),
        ("sample:window=0:1", Sample(window=(0.0, 1.0))),
        ("sample:path=a/b.png", Sample(path=pathlib.Path("a/b.png"))),
        ("sample:path=none", Sample()),
    ],
)
def test_values_are_read_by_type(text, expected):
    assert made(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sample:kind=sotf", "kind='sotf' is not right: it takes one of soft, hard .*did you mean 'soft'"),
        ("sample:count=3.7", "count='3.7' is not right: it takes a whole number"),
        ("sample:turn=1", "turn='1' is not right: it takes true or false"),
        ("sample:radius=nan", "radius='nan' is not right: it takes a number .it must be finite"),
        ("sample:radius=wide", "radius='wide' is not right: it takes a number"),
        (
            "sample:radius=0.5..2",
            r"it takes a number; a range of values is swept: fracorr run --sweep sample\.radius=0\.5\.\.2$",
        ),
        ("sample:count=2..7:3", r"it takes a whole number; .* --sweep sample\.count=2\.\.7:3$"),
        ("sample:radius=2..wide", "it takes a number$"),
        ("sample:turn=0..1", "it takes true or false$"),
        ("sample:radius=0", "'radius' must be > 0"),
        ("sample:c=x", "c='x' is not right: it takes a complex number"),
        ("sample:c=inf", "it takes a complex number"),
        ("sample:window=[1,2,3]", "2 values are needed, 3 came"),
        ("sample:orders=[1,x]", "each a whole number"),
        (
            "sample:raduis=3",
            "no parameter 'raduis'; did you mean 'radius'.*It takes: kind, radius, .*plugins show sample",
        ),
        ("sample:3,radius=4", "got 'radius' twice"),
    ],
)
def test_a_wrong_value_says_what_is_right(text, message):
    with pytest.raises(ConfigurationError, match=message):
        made(text)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [("turn", False, False), ("count", 4, 4), ("window", [0, 1], (0.0, 1.0)), ("c", 2, 2 + 0j), ("radius", 3, 3.0)],
)
def test_typed_values_are_taken_as_they_are(key, value, expected):
    sample = build(Sample, "sample", {key: value})
    assert getattr(sample, key) == expected
    assert type(getattr(sample, key)) is type(expected)


@pytest.mark.parametrize(
    "values", [{"turn": 1}, {"count": 3.7}, {"count": True}, {"radius": True}, {"kind": 3}, {"window": 3}, {"path": 3}]
)
def test_typed_values_are_not_coerced(values):
    with pytest.raises(ConfigurationError, match="is not right: it takes"):
        build(Sample, "sample", values)


def test_required_parameters_are_named():
    @attrs.frozen
    class Needs:
        path: pathlib.Path = attrs.field(metadata=parameter("Where it is"))

    with pytest.raises(ConfigurationError, match=r"'needs' needs path \(a path; required\)"):
        build(Needs, "needs", {})


def test_a_component_without_parameters_takes_no_value():
    @attrs.frozen
    class Plain:
        pass

    assert build(Plain, "plain", {}) == Plain()
    with pytest.raises(ConfigurationError, match="takes no parameters"):
        build(Plain, "plain", {}, "3")


def test_parameters_carry_help_unit_and_default():
    radius = next(each for each in parameters_of(Sample) if each.name == "radius")
    assert (radius.help, radius.unit, radius.main, radius.default_text) == ("Radius", "px", True, "10")
    assert [each.name for each in parameters_of(Sample)][-1] == "path"


def test_the_shortest_spec_names_only_what_differs():
    assert spec_of("sample", Sample()) == "sample"
    assert spec_of("sample", Sample(radius=2.5, turn=True)) == "sample:2.5,turn=true"


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(
    kind=st.sampled_from(["soft", "hard"]),
    radius=st.floats(min_value=1e-300, allow_infinity=False),
    count=st.integers(),
    turn=st.booleans(),
    c=st.complex_numbers(allow_nan=False, allow_infinity=False),
    window=st.tuples(finite, finite),
    orders=st.lists(st.integers(), max_size=4).map(tuple),
)
def test_a_spec_makes_the_same_component_again(**values):
    sample = Sample(**values)
    assert made(spec_of("sample", sample)) == sample


@given(st.one_of(st.booleans(), st.integers(), finite, st.complex_numbers(allow_nan=False, allow_infinity=False)))
def test_text_is_read_back(value):
    assert from_text(type(value), to_text(value)) == value
