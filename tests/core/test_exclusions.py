"""What sources leave out is counted, kept in the plan, and told on the command line."""

import json

import numpy as np
from command_line import command_line

from fracorr import Experiment, images
from fracorr.exclusions import Exclusion, counting, leave_out
from fracorr.plan import make_plan
from fracorr.plugins import default_registry


def test_counted_by_reason_and_once():
    found = []
    leave_out("nobody counts", "no reason")
    with counting("folder:photos", found):
        leave_out("a.png", "without a box")
        leave_out("b.png", "broken")
        leave_out("c.png", "without a box")
        leave_out("a.png", "without a box")
    leave_out("nobody counts any more", "no reason")

    assert found == [
        Exclusion("folder:photos", "without a box", ("a.png", "c.png")),
        Exclusion("folder:photos", "broken", ("b.png",)),
    ]
    assert [each.count for each in found] == [2, 1]


def test_in_words():
    names = tuple(f"{i}.png" for i in range(5))
    assert str(Exclusion("folder:x", "pictures without a box", names)) == (
        "'folder:x' leaves out 5: pictures without a box (0.png, 1.png, 2.png, …)"
    )
    assert str(Exclusion("pairs:x", "odd", ("one",))) == "'pairs:x' leaves out 1: odd (one)"


def test_what_was_counted_stays_when_the_source_fails():
    found = []
    try:
        with counting("x", found):
            leave_out("a", "odd")
            raise RuntimeError
    except RuntimeError:
        pass
    assert found == [Exclusion("x", "odd", ("a",))]


def photographs(folder):
    for name in ("a", "b", "c"):
        images.write(folder / f"{name}.png", np.random.default_rng(1).random((40, 50)))
    (folder / "boxes.csv").write_text("file,left,top,width,height\na.png,5,5,16,16\nb.png,70,5,16,16\n")


def test_the_plan_keeps_it(tmp_path):
    photographs(tmp_path)

    plan = make_plan(
        Experiment(kernels=["own", "disc:size=16"], scenes=f"folder:{tmp_path}", methods="tm_sqdiff"),
        default_registry(),
    )

    assert [(each.reason, each.count) for each in plan.exclusions] == [
        ("boxes outside the picture", 1),
        ("pictures without a box", 2),
    ]


def test_the_command_line_tells_it(tmp_path, capsys, monkeypatch):
    photographs(tmp_path)
    arguments = ("run", "-k", "own", "-s", f"folder:{tmp_path}", "-m", "tm_sqdiff", "--engine", "serial")

    done = command_line(capsys, monkeypatch, *arguments, "--out", tmp_path / "run", "--json")

    assert done.code == 0
    assert f"'folder:{tmp_path}' leaves out 2: pictures without a box (b.png, c.png)" in done.err
    told = json.loads(done.out)["exclusions"]
    assert [(each["reason"], each["count"]) for each in told] == [
        ("boxes outside the picture", 1),
        ("pictures without a box", 2),
    ]
    assert told[0]["names"] == [f"'{tmp_path / 'boxes.csv'}', line 3"]
