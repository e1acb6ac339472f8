"""What a notebook shows of an object: read back by another library, and by its own rules."""

import html.parser
import io

import numpy as np
import pytest
from figure_fakes import figure_registry
from PIL import Image

from fracorr import Experiment, Kernel, Match, Response, Scene, Target, open_run, run


def picture(shown):
    return np.asarray(Image.open(io.BytesIO(shown._repr_png_())).convert("RGB"))


@pytest.mark.parametrize(("side", "shown"), [(10, 130), (64, 128), (200, 200), (1600, 800)])
def test_a_kernel_is_shown_at_a_size_to_be_seen(side, shown):
    assert picture(Kernel(np.full((side, side), 0.5))).shape == (shown, shown, 3)


def test_a_kernel_shows_its_pixels_and_a_checkerboard_where_it_has_no_support():
    support = np.ones((128, 128))
    support[:, 64:] = 0
    shown = picture(Kernel(np.full((128, 128), 0.2), support))
    assert (shown[:, :64] == 51).all()
    assert set(np.unique(shown[:, 64:])) == {round(0.78 * 255), round(0.92 * 255)}


def test_a_scene_shows_its_colors_and_its_targets():
    pixels = np.zeros((150, 200, 3))
    pixels[..., 0] = 1
    shown = picture(Scene(pixels, [Target.from_box(50, 40, 60, 30)]))
    assert (shown[10, 10] == (255, 0, 0)).all()
    assert (shown[75, 80] == (255, 0, 0)).all()
    on_the_box = shown[40, 80].astype(int)
    assert on_the_box[2] > 200 > 120 > on_the_box[0]


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_a_response_is_bright_where_it_is_good(better):
    scores = np.zeros((150, 150))
    scores[30, 40] = 1 if better == "higher" else -1
    shown = picture(Response(scores, better, (0, 0), (5, 5))).sum(axis=2, dtype=int)
    assert np.unravel_index(shown.argmax(), shown.shape) == (30, 40)


def test_a_match_is_shown_as_a_table():
    shown = Match(x=1.5, y=2, angle=30, scale=1, width=4, height=5, score=0.25)._repr_html_()
    assert "<td>angle</td><td>30</td>" in shown
    assert "<td>score</td><td>0.25</td>" in shown
    assert "<td>mirrored</td><td>no</td>" in shown


def rows_of(shown):
    """The cells of the first table's rows, as the rules of HTML read them."""

    class Reader(html.parser.HTMLParser):
        def __init__(self):
            super().__init__()
            self.rows = []

        def handle_starttag(self, tag, _):
            if tag == "tr":
                self.rows.append([])
            elif tag in ("td", "th"):
                self.rows[-1].append("")

        def handle_data(self, data):
            if self.rows and self.rows[-1]:
                self.rows[-1][-1] += data

    reader = Reader()
    reader.feed(shown.partition("</table>")[0])
    return reader.rows


def test_an_experiment_is_shown_as_a_table():
    experiment = Experiment(
        kernels="<b>.png",
        transforms=["none", "halve"],
        scenes="s",
        methods="m",
        sweep={"halve.factor": [0.2, 0.3]},
        seed=7,
    )
    rows = dict(rows_of(experiment._repr_html_()))
    assert (rows["kernels"], rows["transforms"], rows["seed"]) == ("<b>.png", "none, halve", "7")
    assert "0.2" in rows["sweep halve.factor"]


def test_tables_of_options_are_shown_as_in_a_file():
    lists = {"kernels": "dots", "scenes": "spots", "methods": "peak"}
    experiment = Experiment(**lists, reporters={"figures": {"format": "svg"}, "table": {}}, engine={"workers": 2})
    rows = dict(rows_of(experiment._repr_html_()))
    assert (rows["reporters"], rows["engine"]) == ('figures { format = "svg" }, table {}', "process { workers = 2 }")


def test_a_run_is_shown_with_its_arms_now_and_when_read_back(tmp_path):
    experiment = Experiment(
        kernels="dots", transforms=["none", "raises"], scenes="spots", methods="peak", engine="serial"
    )
    done = run(experiment, out=tmp_path, registry=figure_registry())
    headings, *rows = rows_of(done._repr_html_())
    cells = [dict(zip(headings, row, strict=True)) for row in rows]
    assert [(each["transform"], each["hits"], each["failed"]) for each in cells] == [
        ("none", "4 of 4", ""),
        ("raises", "–", "4"),
    ]
    assert "ms per trial is not for comparing methods" in done._repr_html_()
    assert "Run(8 of 8 trials, 4 failed, 4 hits of 4)" in done._repr_html_()
    stored = open_run(tmp_path)._repr_html_()
    assert rows_of(stored) == [headings, *rows]
    assert "8 of 8 trials, finished" in stored


def test_a_run_without_its_trials_is_shown_with_what_is_wrong(tmp_path):
    experiment = Experiment(kernels="dots", scenes="spots", methods="peak", engine="serial")
    run(experiment, out=tmp_path, registry=figure_registry())
    (tmp_path / "trials.sqlite").unlink()
    shown = open_run(tmp_path)._repr_html_()
    assert len(rows_of(shown)) == 1
    assert "holds no trials: there is no trials.sqlite in it" in shown


def test_of_many_arms_the_first_are_shown(tmp_path):
    chains = [f"halve:factor=0.{number}" for number in range(10, 60)]
    experiment = Experiment(kernels="dots:n=1", transforms=chains, scenes="spots:n=1", methods="peak", engine="serial")
    shown = run(experiment, registry=figure_registry())._repr_html_()
    assert len(rows_of(shown)) == 1 + 40
    assert "10 more arms are left out" in shown
