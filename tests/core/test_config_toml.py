"""Experiments as TOML text: written, read back, and looked up by line."""

import enum
import pathlib
import string
import tomllib

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import Experiment, parameters, specs, toml_text
from fracorr.assignments import typed
from fracorr.experiment_fields import ComponentTable
from fracorr.values import from_plain, from_text, plain, to_text

modest = settings(max_examples=50, deadline=None)
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
names = st.text(string.ascii_lowercase, min_size=2, max_size=6)
numbers = st.floats(allow_nan=False, allow_infinity=False)
values = st.one_of(st.booleans(), st.integers(), numbers, words)
trees = st.recursive(values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3))


@modest
@given(st.dictionaries(words, trees, max_size=4))
def test_what_is_written_is_read_back(table):
    text = "\n".join(toml_text.assignment(key, value) for key, value in table.items())
    assert tomllib.loads(text) == table


def test_what_toml_cannot_hold_is_refused():
    with pytest.raises(TypeError, match="NoneType has no place in TOML"):
        toml_text.literal([1, None])


DOCUMENT = """\
# kernels = 1
kernels = ["disc", "ring"]
transforms = [
    "none",  # the kernel itself
    "orbit-trap:degree=3",
    "a = b",
]
seed = 7
engine = { name = "process", workers = 4 }

[sweep]
orbit-trap.degree = [
    2,
    3]
"ifs.depth" = "2..4"

[ reporters . figures ]   # with a comment
top = 3
"""


@pytest.mark.parametrize(
    ("name", "item", "line"),
    [
        ("kernels", None, 2),
        ("kernels", "ring", 2),
        ("transforms", None, 3),
        ("transforms", "orbit-trap:degree=3", 5),
        ("transforms", "a = b", 6),
        ("transforms", "not there", 3),
        ("seed", None, 8),
        ("engine.workers", None, 9),
        ("sweep", None, 11),
        ("sweep.orbit-trap.degree", None, 12),
        ("sweep.ifs.depth", None, 15),
        ("sweep.droste.zoom", None, 11),
        ("reporters.figures.top", None, 18),
        ("reporters.figures.other", None, 17),
        ("scenes", None, None),
    ],
)
def test_the_line_of_a_key_or_an_item_is_found(name, item, line):
    assert toml_text.line_of(DOCUMENT, name, item) == line


def test_an_item_with_escapes_is_found():
    assert toml_text.line_of('a = [\n"x",\n"tab\\u0009stop",\n]\n', "a", "tab\tstop") == 3


class Shade(enum.Enum):
    DARK = "dark"
    DEEP = "deep, and [odd]"
    THIRD = 3


@attrs.frozen
class Everything:
    flag: bool = False
    whole: int | None = 0
    real: float = 0.0
    c: complex = 0j
    shade: Shade = Shade.DARK
    path: pathlib.Path | None = None
    row: tuple[float, ...] = ()
    texts: tuple[str, ...] = ()
    pair: tuple[bool, str] = (False, "")
    text: str = ""


# A path or a text that reads "none" cannot be told from nothing, and surrounding spaces are not kept.
texts = words.filter(lambda text: text == text.strip() and text.lower() != "none")
finite = st.floats(allow_nan=False, allow_infinity=False)
components = st.builds(
    Everything,
    flag=st.booleans(),
    whole=st.none() | st.integers(),
    real=finite,
    c=st.complex_numbers(allow_nan=False, allow_infinity=False),
    shade=st.sampled_from(Shade),
    path=st.none() | texts.filter(bool).map(pathlib.Path),
    row=st.lists(finite, max_size=3).map(tuple),
    texts=st.lists(words, max_size=3).map(tuple),
    pair=st.tuples(st.booleans(), words),
    text=texts,
)


@modest
@given(components)
def test_every_value_goes_through_toml_and_comes_back(component):
    for each in parameters.parameters_of(Everything):
        value = getattr(component, each.name)
        (read,) = tomllib.loads(toml_text.assignment("it", [plain(value)]))["it"]
        back = typed(each, read, "everything")
        assert back == value
        assert type(back) is type(value) or isinstance(value, pathlib.Path)


@modest
@given(components)
def test_every_value_goes_through_a_spec_and_comes_back(component):
    chain = "+".join([parameters.spec_of("everything", component)] * 2)
    for link in specs.parse_chain(chain):
        assert parameters.build(Everything, link.name, link.values, link.value) == component


@modest
@given(st.lists(words, max_size=4).map(tuple))
def test_a_list_of_texts_is_read_back(items):
    assert from_text(tuple[str, ...], to_text(items)) == items


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (bool, "false"),
        (bool, 0),
        (int, 3.7),
        (int, 3.0),
        (int, "3"),
        (int, True),
        (float, "0.5"),
        (float, float("inf")),
        (complex, "1+"),
        (str, 3),
        (pathlib.Path, 3),
        (pathlib.Path, ""),
        (Shade, "Dark"),
        (Shade, 3.0),
        (int | None, "3"),
        (tuple[float, ...], "1,2"),
        (tuple[int, int], [1]),
        (tuple[int, ...], ["1"]),
    ],
)
def test_toml_values_of_another_type_are_refused(kind, value):
    with pytest.raises(ValueError):
        from_plain(kind, value)


sweeps = st.dictionaries(
    st.tuples(names, names).map(".".join),
    st.lists(st.booleans() | st.integers() | words | st.lists(st.integers(), max_size=2), min_size=1, unique_by=repr)
    | st.just("2..7"),
    max_size=3,
)
lists = st.lists(words.filter(str.strip), min_size=1, max_size=3, unique=True)
tables = st.dictionaries(names.filter(lambda name: name != "name"), values, max_size=2)


@modest
@given(
    st.fixed_dictionaries(
        {"kernels": lists, "scenes": lists, "methods": lists},
        optional={
            "transforms": lists,
            "reporters": lists | st.dictionaries(names, tables, max_size=2),
            "seed": st.integers(0, 2**63 - 1),
            "engine": words.filter(str.strip) | tables,
            "sweep": sweeps,
        },
    )
)
def test_a_written_experiment_is_read_back(given):
    before = Experiment.from_mapping(given)
    after = Experiment.from_mapping(tomllib.loads(before.to_toml()))
    assert after == before


def test_tables_and_sweeps_are_written_as_tables():
    experiment = Experiment(
        kernels="disc",
        scenes="samples",
        methods="tm_*",
        engine={"workers": 2},
        reporters={"figures": {"top": 3}, "table": {}},
        sweep={"disc.size": "8..16:3"},
    )
    assert experiment.reporters == (ComponentTable("figures", (("top", 3),)), ComponentTable("table"))
    assert experiment.to_toml() == (
        'kernels = ["disc"]\ntransforms = ["none"]\nscenes = ["samples"]\nmethods = ["tm_*"]\nseed = 0\n\n'
        '[reporters]\nfigures = { top = 3 }\ntable = {}\n\n[engine]\nname = "process"\nworkers = 2\n\n'
        '[sweep]\n"disc.size" = "8..16:3"\n'
    )
