"""What tables say of arms, and how wide they are."""

import io
import math

import pytest
from rich.table import Table

from fracorr.arm_words import arm_words, number
from fracorr.arms import ArmTally
from fracorr.terminal import WIDTH, console, printable
from fracorr.trial import Arm


def tally(**totals):
    made = ArmTally(Arm("none", "m"))
    for name, value in totals.items():
        setattr(made, name, value)
    return made


def test_an_arm_without_targets_has_dashes_where_nothing_was_counted():
    words = arm_words(tally(trials=4, failed=1, seconds=0.006))
    told = {"transform": "none", "method": "m", "ms per trial": "2.0", "failed": "1"}
    assert words == {**dict.fromkeys(words, "–"), **told}


def test_an_arm_in_words():
    row = {
        "hit": 1,
        "chance": 0.25,
        "iou": 0.5,
        "rank": 1,
        "truth_prominence": 2.0,
        "seconds": 0.001,
        "failure_error": None,
    }
    made = ArmTally(Arm("none", "m"))
    for hit, rank in ((1, 1), (0, 1_234_567), (0, 1_234_567), (0, None)):
        made.add_row(row | {"hit": hit, "rank": rank})
    words = arm_words(made)
    # Wilson's interval of 1 in 4, from its formula.
    z = 1.959964
    centre, half = (0.25 + z**2 / 8) / (1 + z**2 / 4), z / (1 + z**2 / 4) * math.sqrt(0.1875 / 4 + z**2 / 64)
    assert words["hits"] == "1 of 4"
    assert (words["hit rate"], words["by chance"], words["mean overlap"]) == ("25.0 %", "25.0 %", "0.50")
    assert words["95 % interval"] == f"{100 * (centre - half):.1f}–{100 * (centre + half):.1f} %"
    assert (words["median rank"], words["ms per trial"], words["failed"]) == ("1234567", "1.0", "")


@pytest.mark.parametrize(
    ("ties", "ranks", "word"),
    [(0, [3, 5, 9], "5"), (1, [3, 5, 900], "5"), (2, [3, 900, 900], "tie"), (1, [1, 900], "tie"), (1, [900], "tie")],
)
def test_a_median_of_ties_is_no_rank(ties, ranks, word):
    row = {"hit": 0, "chance": 0.25, "iou": 0.0, "seconds": 0.001, "failure_error": None}
    made = ArmTally(Arm("none", "m"))
    for place, rank in enumerate(reversed(ranks)):
        made.add_row(row | {"rank": rank, "truth_prominence": 0.0 if place < ties else 1.0})
    assert made.ties == ties
    assert arm_words(made)["median rank"] == word


def test_the_first_of_a_flat_surface_is_no_tie():
    # Where nothing lies outside the targets, nothing ties with the truth.
    row = {"hit": 1, "chance": 1.0, "iou": 0.5, "rank": 1, "truth_prominence": 0.0, "seconds": 0.0}
    made = ArmTally(Arm("none", "m"))
    made.add_row(row | {"failure_error": None})
    assert arm_words(made)["median rank"] == "1"


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (math.nan, "–"), (math.inf, "not found"), (-0.015, "-1.5 %")])
def test_numbers_that_are_none(value, text):
    assert number(value, "+.1f", 100, " %") == text


class Terminal(io.StringIO):
    """A file that says that it is a terminal."""

    def isatty(self):
        return True


def printed(file):
    table = Table("name")
    table.add_row("x" * (WIDTH - 4))
    console(file).print(table)
    return file.getvalue()


def test_a_table_is_cut_to_the_terminal_and_nowhere_else(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on many build machines: it says nothing of the width
    monkeypatch.setenv("COLUMNS", "40")
    assert "x" * (WIDTH - 4) in printed(io.StringIO())
    assert "x" * 37 not in printed(Terminal())


def test_whatever_is_in_a_name_it_stays_in_its_line():
    file = io.StringIO()
    console(file).print(printable("[red]a[/red]\n\x1b[2Jb\u202e\udcff\\"))
    assert file.getvalue() == "[red]a[/red]  [2Jb \\udcff\\\n"
