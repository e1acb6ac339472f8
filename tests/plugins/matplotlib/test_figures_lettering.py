import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from fracorr_matplotlib.lettering import fitted, joined, printable, text_width, wrapped
from fracorr_matplotlib.style import fracorr_style

TEXTS = st.text(alphabet="abcxyz .,:=+-_/é", max_size=60)


def measure(text):
    return float(len(text))


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(1, 80))
def test_fitted_keeps_both_ends_and_all_it_can(text, width):
    shown = fitted(text, width, measure)
    if len(text) <= width:
        assert shown == text
    else:
        assert len(shown) == width
        head, _, tail = shown.partition("…")
        assert text.startswith(head)
        assert text.endswith(tail)
        assert 0 <= len(head) - len(tail) <= 1


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(2, 30), st.integers(1, 6))
def test_wrapped_lines_fit_and_lose_nothing_but_the_end(text, width, lines):
    shown = wrapped(text, width, lines, measure)
    assert len(shown) <= lines
    assert all(0 < len(line) <= width for line in shown)
    letters = "".join(text.split())
    kept = "".join("".join(shown).split())
    if kept.endswith("…"):
        assert letters.startswith(kept[:-1])
        assert len(shown) == lines
    else:
        assert kept == letters


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("orbit-trap:degree=3,c=0.6+ifs", ["orbit-trap:", "degree=3,c=", "0.6+ifs"]),
        ("two words", ["two words"]),
        ("abcdefghijklmnopq", ["abcdefghijkl", "mnopq"]),
        ("", []),
        ("   ", []),
    ],
)
def test_wrapped_breaks_after_punctuation(text, lines):
    assert wrapped(text, 12, 5, measure) == lines


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS, st.integers(10, 60))
def test_joined_loses_neither_name(first, second, width):
    shown = joined(first, " in ", second, width, measure)
    if len(first) + len(second) + 4 <= width:
        assert shown == f"{first} in {second}"
        return
    assert len(shown) <= width
    before, _, after = shown.partition(" in ")
    half = (width - 4) // 2
    assert before == first or len(before) >= half
    assert after == second or len(after) >= half


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_printable_text_can_be_drawn_without_a_warning(text):
    with fracorr_style():
        shown = printable(text)
        for bold in (False, True):
            # Matplotlib warns of characters that the font lacks, and here a warning is an error.
            assert text_width(shown, 8, bold) >= 0
    assert "\n" not in shown


def test_printable_replaces_what_has_no_picture():
    assert printable("a\nb\tc") == "a b c"
    assert printable("日本") == "\N{REPLACEMENT CHARACTER}" * 2
    assert printable("\N{RIGHT-TO-LEFT OVERRIDE}ab\N{ZERO WIDTH SPACE}c") == "abc"
    assert printable("✓ é × – µ") == "✓ é × – µ"
    assert len(printable("x" * 5000)) < 1000


def test_text_width_is_that_of_the_letters():
    with fracorr_style():
        path = TextPath((0, 0), "HHHHHHHHHH", size=10, prop=FontProperties())
        outlines = path.get_extents().width
        assert text_width("HHHHHHHHHH", 10) == pytest.approx(outlines, rel=0.05)
        assert text_width("HHHHHHHHHH", 20) == pytest.approx(2 * text_width("HHHHHHHHHH", 10), rel=0.01)
        assert text_width("HHHHHHHHHH", 10, bold=True) > text_width("HHHHHHHHHH", 10)
