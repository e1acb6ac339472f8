"""The page of the claim is made from runs' folders: of a tiny run here."""

import importlib
import io
import pathlib
import re
import shutil
import sqlite3

import pytest

import fracorr
from fracorr import ConfigurationError, images

DOCS = pathlib.Path(__file__).parents[1] / "docs"
CHAINS = ("none", "orbit-trap+opaque", "orbit-trap+silhouette+opaque")
SCENES = ("faces:count=2,margin=1,seed=1", "faces:photograph,count=2,margin=1,seed=2")
VERDICT = f"verdict:compared=['{CHAINS[1]}'],controls=['its silhouette={CHAINS[2]}']"


def tiny_run(folder, kernels="gallery:face-2", chains=CHAINS, reporters=VERDICT):
    experiment = fracorr.Experiment(
        kernels=kernels,
        transforms=chains,
        scenes=SCENES,
        methods=["tm_ccoeff_normed", "tm_sqdiff_normed"],
        sweep={f"{kernels.partition(':')[0]}.size": [24, 40]},
        reporters=[reporters],
        engine="serial",
    )
    fracorr.run(experiment, out=folder, output=io.StringIO())
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The folders of the claim, the two other questions, and the claim once more."""
    base = tmp_path_factory.mktemp("runs")
    return [
        tiny_run(base / "claim"),
        tiny_run(base / "specificity", "gallery:spiral", CHAINS[:2], "verdict:controls=[]"),
        tiny_run(base / "instrument", "mean-face", CHAINS[:1], "json"),
        tiny_run(base / "again"),
    ]


@pytest.fixture
def draw_claim(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    return importlib.import_module("draw_claim")


@pytest.fixture
def damaged(runs, tmp_path):
    """Return a copy of the second run after a statement has changed its trials."""

    def change(statement):
        shutil.copytree(runs[3], tmp_path / "damaged")
        connection = sqlite3.connect(tmp_path / "damaged" / "trials.sqlite")
        with connection:
            assert connection.execute(statement).rowcount == 1
        connection.close()
        return tmp_path / "damaged"

    return change


def hit_rate(folder, chain):
    connection = sqlite3.connect(folder / "trials.sqlite")
    (rate,) = connection.execute("SELECT AVG(hit) FROM trials WHERE chain = ?", [chain]).fetchone()
    connection.close()
    return f"{100 * rate:.1f}\N{NO-BREAK SPACE}%"


def test_the_page_says_what_the_runs_say(runs, draw_claim, tmp_path):
    claim, specificity, instrument, again = map(str, runs)
    draw_claim.main([claim, specificity, instrument, "--again", again, "--out", str(tmp_path)])
    page = (tmp_path / "the-claim.md").read_text(encoding="utf-8")
    pictures = re.findall(r"\]\((images/[^)]+)\)", page)
    assert len(pictures) == 3 + 2 + 2  # the claim's, the two other runs', one sheet for each source of scenes
    assert {tmp_path / picture for picture in pictures} == set((tmp_path / "images").iterdir())
    assert all(images.read(tmp_path / picture).pixels.std() > 0.05 for picture in pictures)
    plain = page.replace("\n> ", " ")
    assert f"'{CHAINS[1]}' hits {hit_rate(runs[0], CHAINS[1])} against {hit_rate(runs[0], 'none')}" in plain
    assert f"'{CHAINS[1]}' hits {hit_rate(runs[1], CHAINS[1])} against {hit_rate(runs[1], 'none')}" in plain
    row = next(line for line in page.splitlines() if line.startswith(f"| `{CHAINS[2]}` | control: its silhouette"))
    assert hit_rate(runs[0], CHAINS[2]).replace("\N{NO-BREAK SPACE}", " ") in row
    assert "the same 48 trials: every metric and every match is equal" in " ".join(page.split())
    assert str(tmp_path) not in page


def test_curves_of_planted_scenes(runs, draw_claim, tmp_path):
    planted = fracorr.Experiment(
        kernels="own",
        transforms=CHAINS[:2],
        scenes="planted:kernel='gallery:face,size=24',angles=[0,90],backgrounds=[noise],size=[64,64]",
        methods="tm_ccoeff_normed",
        engine="serial",
    )
    fracorr.run(planted, out=tmp_path / "planted")
    out = tmp_path / "page"
    draw_claim.main([str(runs[0]), "--invariance", str(tmp_path / "planted"), "--out", str(out)])
    assert "](images/claim-invariance.png)" in (out / "the-claim.md").read_text(encoding="utf-8")
    assert (out / "images" / "claim-invariance.png").stat().st_size > 10_000
    assert not (tmp_path / "planted" / "invariance").exists()


def test_the_same_runs_make_the_same_page(runs, draw_claim, tmp_path):
    made = []
    for name in ("one", "two"):
        draw_claim.main([str(runs[0]), "--out", str(tmp_path / name)])
        files = sorted(file for file in (tmp_path / name).rglob("*") if file.is_file())
        made.append({file.relative_to(tmp_path / name): file.read_bytes() for file in files})
    assert made[0] == made[1]
    assert "was not tried" in made[0][pathlib.Path("the-claim.md")].decode()


@pytest.mark.parametrize("change", ["truth_score = truth_score + 1e-12", "matches = REPLACE(matches, '.', '.1')"])
def test_a_second_run_with_another_number_is_refused(runs, draw_claim, damaged, tmp_path, change):
    second = damaged(f"UPDATE trials SET {change} WHERE number = 7")
    with pytest.raises(ConfigurationError, match=rf"trial 7 .* differs in: {change.partition(' ')[0]}$"):
        draw_claim.main([str(runs[0]), "--again", str(second), "--out", str(tmp_path)])
    assert not (tmp_path / "the-claim.md").exists()


def test_a_run_that_is_not_finished_is_refused(draw_claim, damaged, tmp_path):
    part = damaged("DELETE FROM trials WHERE number = 47")
    with pytest.raises(ConfigurationError, match="is interrupted; the page is made from finished runs"):
        draw_claim.main([str(part), "--out", str(tmp_path)])


def test_other_methods_are_no_comparison(runs, draw_claim, tmp_path):
    other = fracorr.Experiment(
        kernels="gallery:spiral,size=24",
        transforms=CHAINS[:2],
        scenes=SCENES,
        methods="tm_ccorr",
        reporters=["verdict:controls=[]"],
        engine="serial",
    )
    fracorr.run(other, out=tmp_path / "other", output=io.StringIO())
    with pytest.raises(ConfigurationError, match="differ in: method"):
        draw_claim.main([str(runs[0]), str(tmp_path / "other"), "--out", str(tmp_path / "page")])
