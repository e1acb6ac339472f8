"""The page as a file: what is in it, and that nothing in it can break out."""

import base64
import csv
import gzip
import html.parser
import io
import json

import numpy as np
import pytest
from figure_fakes import AWKWARD_NAMES, figure_registry

import fracorr
from fracorr import ConfigurationError, Experiment
from fracorr.invariance import Curve, Invariance
from fracorr.trial import Arm
from fracorr_html.curves import figures

#: Elements without an end tag.
VOID = {"meta", "link", "input", "img", "br", "wbr"}


class Page(html.parser.HTMLParser):
    """The elements and texts of a page, read by Python's own parser."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.data, self._texts, self._open = [], {}, [], []
        self._goes_on = False
        self.feed(text)
        assert self._open == []
        self.text = " ".join(" ".join(self._texts).split())

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self._goes_on = tag == "wbr"  # a word may be broken there, and is still one
        if tag not in VOID:
            self._open.append(self.elements[-1])

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        tag, attributes = self._open[-1] if self._open else ("", {})
        if tag == "script":
            self.data[attributes.get("id")] = data
        elif tag != "style":
            self._texts.append(self._texts.pop() + data if self._goes_on else data)
        self._goes_on = False


def carry_out(out, registry=None, **lists):
    experiment = Experiment(
        **{
            "kernels": "disc:size=40",
            "scenes": "samples:astronaut,size=160",
            "methods": ["tm_ccoeff_normed"],
            "reporters": ["html"],
            "engine": "serial",
            **lists,
        }
    )
    run = fracorr.run(experiment, out=out, registry=registry)
    assert run.reporter_failures == []
    return run, Page((out / "report.html").read_text(encoding="utf-8"))


def test_the_arms_the_verdict_and_the_way_to_repeat_it(tmp_path):
    run, page = carry_out(tmp_path, transforms=["none", "silhouette"], methods=["tm_ccoeff_normed", "tm_sqdiff"])
    rows = [attributes for tag, attributes in page.elements if tag == "tr"]
    assert len(rows) == 1 + len(run.arms) == 5
    best = max(run.arms.values(), key=lambda tally: tally.hits)
    said = f"hits {best.hits} of {best.on_targets}" if best.hits else "No arm hits anything, on 1 trial each"
    assert said in page.text
    assert not best.hits or f"Best of 4 arms (the best of many is partly luck): {best.arm.chain} with" in page.text
    assert "the reporter verdict (-r verdict)" in page.text
    assert "fracorr bench" in page.text
    assert 'transforms = ["none", "silhouette"]' in page.text
    assert f"fracorr {fracorr.__version__}" in page.text


def test_the_csv_in_the_page_holds_every_trial(tmp_path):
    run, page = carry_out(tmp_path, transforms=["none", "silhouette"], methods=["tm_*"])
    packed = base64.b64decode(json.loads(page.data["csv"]))
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(packed).decode())))
    assert len(rows) == len(run.plan) == 12
    expected = {result.trial.identity: result for result in fracorr.results(run.experiment)}
    assert {row["identity"] for row in rows} == set(expected)
    for row in rows:
        match = expected[row["identity"]].matches[0]
        assert (float(row["x"]), float(row["y"])) == (match.x, match.y)


def test_nothing_is_fetched_from_anywhere(tmp_path):
    _, page = carry_out(tmp_path)
    for _, attributes in page.elements:
        for name in ("src", "href", "xlink:href", "action"):
            assert attributes.get(name, "#").startswith(("#", "data:"))
    policy = next(each["content"] for _, each in page.elements if each.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy


def test_names_that_are_code_appear_as_text(tmp_path):
    _, page = carry_out(tmp_path, figure_registry(), kernels="awkward", scenes="awkward:n=12")
    assert [attributes for tag, attributes in page.elements if tag == "script" and "id" not in attributes] == [{}]
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert "<script>alert('x')</script>" in page.text
    for name in AWKWARD_NAMES:
        shown = " ".join(name.split()).encode("utf-8", "replace").decode()
        assert any(shown in text for text in (page.text, page.text.replace("\ufffd", "?"))), name


def test_a_failing_trial_says_why(tmp_path):
    run, page = carry_out(tmp_path, figure_registry(), transforms=["none", "raises"])
    assert run.failed
    assert "the <b>transform</b> broke" in page.text


def test_a_page_without_targets_and_one_without_any_trial(tmp_path):
    _, page = carry_out(tmp_path / "unknown", figure_registry(), scenes="awkward:n=1", kernels="disc:size=9")
    assert "No scene has a known target" in page.text
    run, page = carry_out(tmp_path / "none", figure_registry(), engine="broken:after=0")
    assert run.interrupted
    assert "No trial was finished" in page.text


@pytest.mark.parametrize("limit", [0, 1, 5])
def test_the_limit_counts_trials_with_pictures(tmp_path, limit):
    _, page = carry_out(tmp_path, methods=["tm_*"], reporters=[f"html:limit={limit}"])
    assert sum(tag == "figure" for tag, _ in page.elements) == limit


def test_pictures_that_would_make_the_page_too_large_are_left_out(tmp_path, monkeypatch):
    kernels = ["disc:size=40", "ring:size=40", "noise:size=40"]
    _, page = carry_out(tmp_path / "all", kernels=kernels)
    assert sum(tag == "article" for tag, _ in page.elements) == 3
    assert "pairs of a kernel and a scene" not in page.text
    monkeypatch.setattr("fracorr_html.gallery.MOST_CHARACTERS", 1)
    _, page = carry_out(tmp_path / "some", kernels=kernels)
    assert sum(tag == "article" for tag, _ in page.elements) == 1
    assert "1 of 3 pairs of a kernel and a scene" in page.text


def test_a_name_that_is_no_plain_file_name_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="plain file name"):
        carry_out(tmp_path, reporters=["html:name=../x.html"])


def test_the_verdict_of_this_run_stands_first(tmp_path):
    reporters = ["verdict", "html"]
    _, page = carry_out(tmp_path, transforms=["none", "opaque"], reporters=reporters, methods=["tm_*"])
    sentence = json.loads((tmp_path / "verdict.json").read_text())["sentence"]
    assert " ".join(sentence.split()) in page.text
    # One of another state of the run is not repeated.
    data = {"sentence": "An old verdict.", "trials": 1}
    (tmp_path / "verdict.json").write_text(json.dumps(data))
    _, page = carry_out(tmp_path, transforms=["none", "opaque"], methods=["tm_*"])
    assert "An old verdict" not in page.text


def test_the_verdict_stands_on_the_page_whatever_the_order_of_the_reporters(tmp_path):
    _, page = carry_out(tmp_path, transforms=["none", "opaque"], reporters=["html", "markdown", "verdict"])
    sentence = " ".join(json.loads((tmp_path / "verdict.json").read_text())["sentence"].split())
    assert sentence in page.text
    assert "Best of" not in page.text
    assert "**On 1 kernel × 1 scene" in (tmp_path / "results.md").read_text()


def test_curves_over_rotation_and_scale_by_hand(tmp_path):
    def curve(at, hits, periodic):
        hits = np.array(hits, dtype=float)
        return Curve(np.array(at, dtype=float), np.ones(len(at), int), hits, hits, 0 * hits, periodic)

    turned = curve([0, 90, 180, 270], [1, 0.5, 0, 1], periodic=True)
    scaled = curve([0.5, 1, 2], [0, 1, 0.25], periodic=False)
    found = figures([Invariance(Arm("none", "m"), turned, scaled), Invariance(Arm("none", "flat"), None, None)])
    assert [(each.method, each.over) for each in found] == [("m", "rotation"), ("m", "scale")]
    points = [tuple(map(float, pair.split(","))) for pair in found[0].lines[0].points.split()]
    # Counter-clockwise from the right, y down: 1 at 0°, a half at 90°, none at 180°, 1 at 270°.
    np.testing.assert_allclose(points, [(100, 0), (0, -50), (0, 0), (0, 100)], atol=0.06)
    assert found[1].lines[0].points == "0.0,160.0 150.0,0.0 300.0,120.0"
    assert found[1].lines[0].few == ((0, 160), (150, 0), (300, 120))
    assert found[1].ticks == ((0, "1/2"), (150, "1"), (300, "2"))
    assert found[1].trials == "Over scale: 3 trials."


@pytest.mark.parametrize(
    ("at", "periodic", "shown"),
    [
        ([0.955, 1, 1.05], False, False),
        ([0.9, 1, 1.08], False, True),
        ([0, 10, 350], True, False),
        ([0, 15, 345], True, True),
        ([0, 90], True, False),
    ],
)
def test_poses_that_hardly_differ_get_no_curve(at, periodic, shown):
    hits = np.ones(len(at))
    curve = Curve(np.array(at, dtype=float), np.full(len(at), 10), hits, hits, 0 * hits, periodic)
    arm = Arm("none", "m")
    found = figures([Invariance(arm, curve, None) if periodic else Invariance(arm, None, curve)])
    assert [each.lines[0].few for each in found] == [()] * shown


def test_targets_in_many_poses_get_curves(tmp_path):
    scenes = "planted:kernel=ring,angles=[0,90,180,270],size=[160,160],backgrounds=[gray]"
    _, page = carry_out(tmp_path, kernels="ring:size=32", scenes=scenes, transforms=["none", "silhouette"])
    labels = [each.get("aria-label", "") for tag, each in page.elements if tag == "svg"]
    assert sum(label.startswith("Hit rate over rotation") for label in labels) == 1
    assert "Over rotation: 8 trials." in page.text
    assert sum(each.get("class", "").startswith("few ") for tag, each in page.elements if tag == "circle") == 8


def test_kernels_of_one_name_are_told_apart(tmp_path):
    _, page = carry_out(tmp_path, kernels=["disc:size=20", "disc:size=40"])
    assert "disc (disc:size=20) on astronaut" in page.text
    assert "disc (disc:size=40) on astronaut" in page.text
