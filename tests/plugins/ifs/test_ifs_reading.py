"""Systems from files."""

import pytest

from fracorr import ConfigurationError
from fracorr_ifs import reading

TWO_SYSTEMS = """\
; a collection
Fern {; Black Spleenwort
  0    0    0    .16 0 0    .01  ; the stem
  .85  .04 -.04  .85 0 1.6  .85
  .2  -.26  .23  .22 0 1.6  .07
 -.15  .28  .26  .24 0  .44 .07
}

Levy C curve
{ ; the brace may be on a line of its own
  0.5, -0.5, 0.5, 0.5, 0, 0
  0.5, 0.5, -0.5, 0.5, 0.5, 5e-1 }
"""


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="some.ifs"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def rows(system):
    return [(m.a, m.b, m.c, m.d, m.e, m.f) for m in system.maps]


def test_fractint_file_with_comments_commas_and_several_systems(write):
    path = write(TWO_SYSTEMS)
    fern = reading.read(path, "fern")
    assert rows(fern)[0] == (0, 0, 0, 0.16, 0, 0)
    assert rows(fern)[2] == (0.2, -0.26, 0.23, 0.22, 0, 1.6)
    assert fern.probabilities == pytest.approx((0.01, 0.85, 0.07, 0.07))
    levy = reading.read(path, "LEVY C CURVE")
    assert rows(levy) == [(0.5, -0.5, 0.5, 0.5, 0, 0), (0.5, 0.5, -0.5, 0.5, 0.5, 0.5)]
    # Without probabilities, in proportion to the areas, here 1/2 each.
    assert levy.probabilities == (0.5, 0.5)


def test_a_file_with_several_systems_wants_one_named(write):
    with pytest.raises(ConfigurationError, match=r"2 systems \(Fern, Levy C curve\); choose one with system=name"):
        reading.read(write(TWO_SYSTEMS))


def test_an_unknown_system_is_answered_with_the_nearest(write):
    with pytest.raises(ConfigurationError, match="no system 'Firn'; did you mean 'Fern'"):
        reading.read(write(TWO_SYSTEMS), "Firn")


def test_a_file_with_one_system_needs_no_name(write):
    assert rows(reading.read(write("x { .5 0 0 .5 0 0\n .5 0 0 .5 1 0 }"))) == [
        (0.5, 0, 0, 0.5, 0, 0),
        (0.5, 0, 0, 0.5, 1, 0),
    ]


def test_a_file_without_braces_is_one_system(write):
    system = reading.read(write("; plain\n.5 0 0 .5 0 0\n\n.5 0 0 .5 1 0\n"))
    assert len(system.maps) == 2


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a {\n .5 0 0 .5 0 0\n .5 0 0 x .5 0\n}", 3, "'x' is not a number"),
        ("a {\n .5 0 0 .5 0\n}", 2, "5 numbers; a map has 6"),
        ("a {\n .5 0 0 .5 0 0 .3 9\n}", 2, "8 numbers; a map has 6"),
        ("a {\n .5 0 0 .5 0 0 .5\n .5 0 0 .5 0 0\n}", 3, "6 numbers, but the maps above have 7"),
        ("a {\n nan 0 0 .5 0 0\n}", 2, "'nan' is no finite number"),
        ("a {\n 1e400 0 0 .5 0 0\n}", 2, "'1e400' is no finite number"),
        ("; c\na {\n .5 0 0 .5 0 0\n", 2, "the brace of 'a' is not closed"),
        ("a {\n .5 0 0 .5 0 0\nb {\n}", 3, "'b' is not a number"),
        ("a {\n .5 0 0 .5 0 0\n { }", 3, "a brace opens inside 'a'"),
        ("}\na {\n}", 1, "a brace closes that was never opened"),
        ("{\n .5 0 0 .5 0 0\n}", 1, "needs a name before its brace"),
        ("a {\n}", 2, "'a' has no maps"),
        ("a {\n.5 0 0 .5 0 0\n}\nA {\n.5 0 0 .5 0 0\n}", 4, "second system 'A'"),
        ("f (3D) {\n 0 0 0 0 .18 0 0 0 0 0 0 0 1\n}", 1, "three-dimensional"),
    ],
)
def test_a_broken_line_is_named(write, text, line, message):
    path = write(text)
    with pytest.raises(ConfigurationError, match=message) as caught:
        reading.read(path)
    assert str(caught.value).startswith(f"'{path}', line {line}: ")


@pytest.mark.parametrize("text", ["", "; only a comment\n"])
def test_a_file_without_any_system_is_refused(write, text):
    with pytest.raises(ConfigurationError, match="holds no system of maps"):
        reading.read(write(text))


def test_a_missing_file_is_answered_with_the_nearest_name(write):
    path = write("x { .5 0 0 .5 0 0 }", "fern.ifs")
    with pytest.raises(ConfigurationError, match=r"there is no file .*did you mean 'fern\.ifs'"):
        reading.read(path.with_name("ferm.ifs"))


def test_a_folder_or_a_binary_file_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        reading.read(tmp_path)
    binary = tmp_path / "x.ifs"
    binary.write_bytes(b"\x89PNG\0\0")
    with pytest.raises(ConfigurationError, match="not a text file"):
        reading.read(binary)


def test_toml_with_one_system_at_the_top(write):
    text = """
    condensation = true
    initial = [0, 0, 1, 2.5]
    maps = [[0.5, 0, 0, 0.5, 0, 0, 1], { a = 0.5, b = 0, c = 0, d = 0.25, f = 1, p = 3 }]
    """
    system = reading.read(write(text, "one.toml"))
    assert rows(system) == [(0.5, 0, 0, 0.5, 0, 0), (0.5, 0, 0, 0.25, 0, 1)]
    assert system.probabilities == (0.25, 0.75)
    assert system.condensation
    assert system.initial == (0, 0, 1, 2.5)


def test_toml_with_tables_of_systems(write):
    path = write("[one]\nmaps = [[0.5,0,0,0.5,0,0]]\n[two]\nmaps = [[0.25,0,0,0.25,0,0]]", "many.toml")
    assert rows(reading.read(path, "two")) == [(0.25, 0, 0, 0.25, 0, 0)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("maps = [[1,\n x]]", r"is not TOML: .*line 2"),
        ("maps = 3", "'maps' should be a list"),
        ("maps = []", "at least one map"),
        ("maps = [[1, 2]]", "map 1 has 2 numbers"),
        ("maps = [[0.5,0,0,0.5,0,0],[0.5,0,0,0.5,0,0,1]]", "map 1 has 6 numbers and map 2 has 7"),
        ("maps = [[0.5,0,0,true,0,0]]", "map 1: True is not a finite number"),
        ("maps = [[0.5,0,0,nan,0,0]]", "map 1: nan is not a finite number"),
        ("maps = [{a = 0.5, b = 0, c = 0}]", "map 1: 'd' is missing"),
        ("maps = [{a = 0.5, b = 0, c = 0, d = 0, x = 1}]", "map 1: unknown key 'x'"),
        ("maps = [7]", "map 1 should be a list of numbers"),
        ("maps = [[0.5,0,0,0.5,0,0]]\ncondensaton = true", "unknown key 'condensaton'; did you mean 'condensation'"),
        ("maps = [[0.5,0,0,0.5,0,0]]\ncondensation = 1", "'condensation' should be true or false"),
        ("maps = [[0.5,0,0,0.5,0,0]]\ninitial = [0,0,0,1]", r"takes \[left, bottom, right, top\]"),
        ("one = 3", "should be a table with a list of maps"),
        ("[one]\ncondensation = true", "'maps' should be a list"),
        ("", "holds no system of maps"),
    ],
)
def test_broken_toml_is_explained(write, text, message):
    path = write(text, "broken.toml")
    with pytest.raises(ConfigurationError, match=message) as caught:
        reading.read(path)
    if "at least one" not in message:
        assert str(path) in str(caught.value)
