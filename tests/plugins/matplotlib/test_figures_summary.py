"""The figures of a whole run: its arms and its kernels."""

import itertools
import re

import pytest
from figure_fakes import AWKWARD_NAMES, figure_registry
from matplotlib.lines import Line2D
from scipy.stats import binomtest

from fracorr import Experiment, images, run
from fracorr.arms import ArmTally
from fracorr.plan import make_plan
from fracorr.running import Run
from fracorr.trial import Arm
from fracorr_matplotlib import arms_figure
from fracorr_matplotlib.canvas import Canvas
from fracorr_matplotlib.output import Output
from fracorr_matplotlib.style import fracorr_style


@pytest.fixture(scope="module")
def registry():
    return figure_registry()


class Watched(Canvas):
    """A canvas that remembers what was put on it."""

    last = None

    def __init__(self, *arguments):
        super().__init__(*arguments)
        Watched.last = self
        self.texts, self.lines = [], []

    def save(self, paths):
        self._figure.canvas.draw()
        self.size = self._axes.get_xlim()[1], self._axes.get_ylim()[0]
        for text in self._axes.texts:
            box = self._axes.transData.inverted().transform(text.get_window_extent())
            (left, bottom), (right, top) = box
            self.texts.append((text.get_text(), left, top, right, bottom))
        self.lines = [each for each in self._axes.get_children() if isinstance(each, Line2D)]
        super().save(paths)


def tally(chain, method, hits, on_targets, chance=0.25, failed=0):
    counted = ArmTally(Arm(chain, method), trials=on_targets + failed, failed=failed, on_targets=on_targets, hits=hits)
    counted._chances.extend([chance] * on_targets)
    return counted


@pytest.fixture
def drawn(registry, tmp_path, monkeypatch):
    """Draw these arms, and return the canvas."""
    monkeypatch.setattr(arms_figure, "Canvas", Watched)
    plan = make_plan(Experiment(kernels="dots", scenes="spots", methods="peak"), registry)

    def draw(tallies):
        current = Run(plan, tmp_path)
        current.arms = {each.arm: each for each in tallies}
        current.done = len(plan)
        with fracorr_style():
            arms_figure.draw_arms(current, Output(tmp_path, ("png",), 72))
        return Watched.last

    return draw


def texts_of(canvas):
    return [text for text, *_ in canvas.texts]


def test_an_arm_is_drawn_where_its_numbers_are(drawn):
    canvas = drawn([tally("none", "peak", 30, 40, chance=0.1, failed=2)])
    assert {"none", "peak", "30 of 40 (75 %), 2 failed"} <= set(texts_of(canvas))
    ticks = {text: (left + right) / 2 for text, left, _, right, _ in canvas.texts if text.endswith(" %")}
    start, stop = ticks["0 %"], ticks["100 %"]
    xs = [(line.get_xdata()[0] - start) / (stop - start) for line in canvas.lines]
    (dot,) = [x for x, line in zip(xs, canvas.lines, strict=True) if line.get_marker() == "o"]
    assert dot == pytest.approx(0.75, abs=0.005)
    interval = binomtest(30, 40).proportion_ci(0.95, method="wilson")
    (bar,) = [line for line in canvas.lines if line.get_linewidth() == 5]
    ends = [(x - start) / (stop - start) for x in bar.get_xdata()]
    assert ends == pytest.approx([interval.low, interval.high], abs=0.005)
    upright = [x for x, line in zip(xs, canvas.lines, strict=True) if line.get_linewidth() == 1.6 and x == x]
    assert any(x == pytest.approx(0.1, abs=0.005) for x in upright)


@pytest.mark.parametrize("count", [1, 6, 40, 90])
@pytest.mark.parametrize("name", ["short", "long, " * 50])
def test_no_two_texts_touch_and_none_leaves_the_paper(drawn, count, name):
    tallies = [tally(f"{name}{number // 6}", f"{name}-{number % 6}", number, 9000) for number in range(count)]
    canvas = drawn(tallies)
    width, height = canvas.size
    for (first, *a), (second, *b) in itertools.combinations(canvas.texts, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (first, second)
    assert all(
        left >= 0 and top >= 0 and right <= width and bottom <= height for _, left, top, right, bottom in canvas.texts
    )
    shown = [text for text in texts_of(canvas) if re.search(r"\d of 9000", text)]
    assert len(shown) == min(count, 40)


def test_the_best_arms_are_shown_in_the_plans_order_and_the_others_counted(drawn):
    hits = [(7 * number) % 50 for number in range(50)]
    canvas = drawn([tally("none", f"m{number}", each, 50) for number, each in enumerate(hits)])
    shown = [text for text in texts_of(canvas) if re.fullmatch(r"m\d+", text)]
    assert shown == [f"m{number}" for number, each in enumerate(hits) if each >= 10]
    assert any("The best 40 arms; 10 more are left out." in text for text in [" ".join(texts_of(canvas))])


def test_without_a_target_there_are_no_arms_to_draw(registry, tmp_path):
    experiment = Experiment(kernels="dots", scenes="awkward:n=1", methods="peak", reporters="figures")
    assert run(experiment, out=tmp_path, registry=registry).reporter_failures == []
    assert [path.name for path in (tmp_path / "figures" / "summary").iterdir()] == ["kernels.png"]


def test_the_kernels_are_rows_and_the_chains_columns(registry, tmp_path, monkeypatch):
    from fracorr_matplotlib import kernels_figure

    monkeypatch.setattr(kernels_figure, "Canvas", Watched)
    chains = ["halve", "raises", *(f"halve:factor=0.{number}" for number in range(11, 25))]
    experiment = Experiment(
        kernels=["awkward", "dots:n=15"],
        transforms=chains,
        scenes="spots:n=1",
        methods="peak",
        reporters="figures:trials=none,limit=25,dpi=36",
    )
    monkeypatch.setattr("fracorr_matplotlib.figures.draw_group", lambda *_: None)
    assert run(experiment, out=tmp_path, registry=registry).reporter_failures == []
    texts = " ".join(texts_of(Watched.last))
    assert "3 more kernels are left out; 5 more transforms are left out." in texts
    assert texts.count("the transform failed") == 24
    assert "none" in texts.split()
    assert "<script>alert('x')</" in texts
    assert len(AWKWARD_NAMES) + 15 == 24 + 3


def test_plain_and_transformed_kernels_stand_side_by_side(registry, tmp_path):
    experiment = Experiment(
        kernels="flat:width=20,height=20", transforms="halve", scenes="spots:n=1", methods="peak", reporters="figures"
    )
    run(experiment, out=tmp_path, registry=registry)
    pixels = images.read(tmp_path / "figures" / "summary" / "kernels.png").pixels
    scale = 100 / 72
    row = pixels[int((14 + 44 + 26 + 38) * scale)]
    middles = [int((14 + 92 + 42 + 84 * column) * scale) for column in (0, 1)]
    # A kernel of 0.5, and half of that.
    assert [float(row[middle].mean()) for middle in middles] == pytest.approx([0.5, 0.25], abs=0.01)
