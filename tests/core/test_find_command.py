"""``fracorr find``: what it prints, draws and returns, for templates cut from scikit-image's photographs."""

import csv
import io
import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
import skimage.data
from command_line import command_line

from fracorr import Match, images
from fracorr.cli.found import Found, as_table
from fracorr.drawing import draw_matches
from fracorr.finding import Finder
from fracorr.opencv import cv2

#: Of the cat's photograph: first column, first row, side. One of its eyes.
LEFT, TOP, SIDE = 140, 80, 64
X, Y = LEFT + (SIDE - 1) / 2, TOP + (SIDE - 1) / 2


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A template, the photograph it is from, that photograph turned by 90 degrees, and one without it."""
    folder = tmp_path_factory.mktemp("pictures")
    cat = skimage.data.chelsea()
    images.write(folder / "eye.png", cat[TOP : TOP + SIDE, LEFT : LEFT + SIDE])
    images.write(folder / "scenes" / "cat.png", cat)
    images.write(folder / "scenes" / "turned.png", np.rot90(cat))
    images.write(folder / "scenes" / "bricks.png", skimage.data.brick()[:300, :300])
    return folder


@pytest.fixture
def find(capsys, monkeypatch, pictures):
    monkeypatch.chdir(pictures)
    return lambda *arguments: command_line(capsys, monkeypatch, "find", *arguments, "--scales", "1")


def test_a_picture_and_where_the_template_is_in_it(find):
    done = find("eye.png", "scenes/cat.png", "--json", "--min-score", 0.9)

    assert done.code == 0
    (scene,) = json.loads(done.out)
    (match,) = scene["matches"]
    assert scene["scene"] == "scenes/cat.png"
    assert match["x"] == pytest.approx(X, abs=0.1)
    assert match["y"] == pytest.approx(Y, abs=0.1)
    assert abs((match["angle"] + 180) % 360 - 180) < 0.2
    assert match["scale"] == 1
    assert match["score"] > 0.99


def test_the_turned_picture(find):
    """Turned counter-clockwise by 90 degrees, column x becomes row 450 - x, and row y column y."""
    done = find("eye.png", "scenes/turned.png", "--json", "--min-score", 0.9)

    (match,) = json.loads(done.out)[0]["matches"]
    assert match["angle"] == pytest.approx(90, abs=0.2)
    assert (match["x"], match["y"]) == pytest.approx((Y, 450 - X), abs=0.1)


def test_a_covered_copy_is_found_on_request(find, tmp_path):
    """A fifth of the eye lies under black and white squares."""
    cat = skimage.data.chelsea()
    cat[TOP : TOP + 29, LEFT : LEFT + 29] = 255 * (np.indices((29, 29)).sum(axis=0) // 7 % 2)[..., None]
    images.write(tmp_path / "covered.png", cat)
    done = find("eye.png", tmp_path / "covered.png", "--json", "--covered", "--min-score", 0)

    assert done.code == 0
    (match,) = json.loads(done.out)[0]["matches"]
    assert (match["x"], match["y"]) == pytest.approx((X, Y), abs=1)
    assert match["score"] < 0.7


def test_angles_left_out_are_not_found(find):
    done = find("eye.png", "scenes/turned.png", "--angles", "-30..30", "--min-score", 0.9)

    assert done.code == 1
    assert done.out == ""
    assert "nothing found in scenes/turned.png" in done.err


def test_a_folder_a_pattern_and_a_file_given_twice(find):
    for scenes in (["scenes"], ["scenes/*.png"], ["scenes", "scenes/cat.png"]):
        done = find("eye.png", *scenes, "--csv", "--min-score", 0.9)
        rows = list(csv.DictReader(io.StringIO(done.out)))

        assert done.code == 0
        assert [row["scene"] for row in rows] == ["scenes/cat.png", "scenes/turned.png"]
        assert [row["place"] for row in rows] == ["1", "1"]
        assert [round(float(row["angle"])) % 360 for row in rows] == [0, 90]


def test_the_table_names_scenes_only_where_there_are_several(find):
    one = find("eye.png", "scenes/cat.png", "--min-score", 0.9)
    many = find("eye.png", "scenes", "--min-score", 0.9)

    assert "scene" not in one.out
    assert f"{X:.2f}"[:4] in one.out
    assert "scenes/turned.png" in many.out
    assert "nothing found in scenes/bricks.png" in many.err


def test_nothing_found_has_an_exit_code_and_an_empty_list(find):
    done = find("eye.png", "scenes/bricks.png", "--json", "--min-score", 0.9)

    assert done.code == 1
    assert json.loads(done.out) == [{"scene": "scenes/bricks.png", "matches": []}]


def test_a_damaged_scene_costs_only_itself(find, pictures, tmp_path):
    (tmp_path / "bad.png").write_bytes(b"no picture")
    done = find("eye.png", "scenes/cat.png", tmp_path / "bad.png", "--json", "--min-score", 0.9)

    assert done.code == 2
    good, bad = json.loads(done.out)
    assert len(good["matches"]) == 1
    assert bad["matches"] == []
    assert "bad.png' is not an image that can be read" in bad["error"]
    table = find("eye.png", "scenes/cat.png", tmp_path / "bad.png", "--min-score", 0.9)
    assert table.code == 2
    assert "fracorr: error: " in table.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["eye.png", "scenes/kat.png"], "there is no file 'scenes/kat.png'; did you mean 'cat.png'?"),
        (["iye.png", "scenes/cat.png"], "there is no file 'iye.png'; did you mean 'eye.png'?"),
        (["eye.png", "none/*.png"], "the pattern 'none/*.png' matches no file"),
        (["eye.png", "scenes", "--angles", "up"], "--angles 'up' is not right: write a range such as 0..360"),
        (["eye.png", "scenes", "--angles", "90..0"], "is empty"),
        (["eye.png", "scenes", "--json", "--csv"], "--json and --csv exclude each other"),
        (["eye.png", "scenes", "--draw", "one.png"], "one picture, but there are 3 scenes; give a folder: --draw one"),
        (["eye.png", "scenes/cat.png", "--draw", "one.txt"], "cannot write '.txt'"),
        (["eye.png", "scenes", "-m", "harmonik"], "did you mean 'harmonic'?"),
        (["scenes/cat.png", "eye.png"], "larger than the scene"),
    ],
)
def test_mistakes_are_told_in_one_line(find, arguments, message):
    done = find(*arguments)

    assert done.code == 2
    assert done.out == ""
    assert message in done.err
    assert "Traceback" not in done.err


def test_impossible_scales(capsys, monkeypatch, pictures):
    monkeypatch.chdir(pictures)
    done = command_line(capsys, monkeypatch, "find", "eye.png", "scenes", "--scales", "0..2")

    assert done.code == 2
    assert "scales=(0.0, 2.0) is not right" in done.err


@pytest.mark.parametrize(
    ("scales", "says"),
    [("0.1..1", "search scales from 0.19 on"), ("0.1..0.15", "use pictures with more pixels"), ("0.19..1", "")],
)
def test_scales_at_which_the_template_is_easily_mistaken(capsys, monkeypatch, pictures, scales, says):
    """It has 64 pixels, and 12 at the scale 0.1875."""
    monkeypatch.chdir(pictures)
    done = command_line(capsys, monkeypatch, "find", "eye.png", "scenes/cat.png", "--angles", "0", "--scales", scales)

    assert says in done.err
    assert ("less than 12 pixels" in done.err) == bool(says)


def test_methods_that_slide_the_template_have_one_scale(find):
    assert "pixels" not in find("eye.png", "scenes/cat.png", "-m", "tm_ccoeff_normed", "--scales", "0.1..1").err


def test_an_angle_is_never_shown_as_a_whole_turn(capsys):
    as_table([Found(pathlib.Path("a.png"), (match(angle=359.997), match(angle=-0.001), match(angle=-12.5)))])
    shown = capsys.readouterr().out

    assert "360" not in shown
    assert shown.count(" 0.00°") == 2
    assert "-12.50°" in shown
    assert "360" not in match(angle=359.99999)._repr_html_()


def test_a_flat_template(find, tmp_path):
    images.write(tmp_path / "flat.png", np.full((40, 40), 0.5))
    done = find(tmp_path / "flat.png", "scenes")

    assert done.code == 2
    assert "flat" in done.err


def test_drawings_of_one_scene_and_of_many(find, tmp_path):
    one = find("eye.png", "scenes/cat.png", "--min-score", 0.9, "--draw", tmp_path / "one.png")
    many = find("eye.png", "scenes", "--min-score", 0.9, "--draw", tmp_path / "many")

    assert one.code == many.code == 0
    assert (tmp_path / "one.png").exists()
    assert sorted(path.name for path in (tmp_path / "many").iterdir()) == ["bricks.png", "cat.png", "turned.png"]
    np.testing.assert_array_equal(
        images.read(tmp_path / "one.png").pixels, images.read(tmp_path / "many" / "cat.png").pixels
    )


def test_drawings_never_take_the_place_of_the_scenes(find, tmp_path):
    cat = skimage.data.chelsea()
    images.write(tmp_path / "cat.png", cat)
    before = (tmp_path / "cat.png").read_bytes()
    for scene, draw in ((tmp_path, tmp_path), (tmp_path / "cat.png", tmp_path / "." / "cat.png")):
        done = find("eye.png", scene, "--draw", draw)

        assert done.code == 2
        assert f"--draw would write over '{tmp_path / 'cat.png'}'" in done.err
    assert (tmp_path / "cat.png").read_bytes() == before


def test_a_drawing_never_takes_the_place_of_the_template(find, pictures, tmp_path):
    template = tmp_path / "eye.png"
    template.write_bytes((pictures / "eye.png").read_bytes())
    done = find(template, "scenes/cat.png", "--draw", template)

    assert done.code == 2
    assert f"--draw would write over '{template}'" in done.err
    assert template.read_bytes() == (pictures / "eye.png").read_bytes()


@pytest.mark.parametrize("option", ["", "--json", "--csv"])
def test_a_name_that_is_no_text_is_printed_escaped(pictures, tmp_path, option):
    odd = os.fsencode(tmp_path) + b"/\xff.png"
    pathlib.Path(os.fsdecode(odd)).write_bytes((pictures / "scenes" / "cat.png").read_bytes())
    command = [sys.executable, "-m", "fracorr", "find", "eye.png", tmp_path, "--scales", "1", *filter(None, [option])]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    done = subprocess.run(command, cwd=pictures, env=environment, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
    text = done.stdout.decode()
    if option == "--json":
        assert json.loads(text)[0]["scene"] == os.fsdecode(odd)
    elif option == "--csv":
        assert f"{tmp_path}/\\udcff.png,1," in text
    else:
        assert done.stdout


def match(x=320.0, y=240.0, angle=0.0, side=100.0, score=0.9):
    return Match(x, y, angle, side / 50, side, side, score)


def blue(drawn):
    """Where the colour of the template's top edge is: rows and columns."""
    hue, saturation, value = np.moveaxis(cv2.cvtColor(drawn, cv2.COLOR_RGB2HSV), 2, 0)
    return np.nonzero((abs(hue - 202) < 12) & (saturation > 0.4) & (value > 0.7))


@pytest.mark.parametrize(
    ("angle", "rows", "columns"), [(0, 190, None), (90, None, 270), (180, 290, None), (270, None, 370)]
)
def test_the_top_edge_is_where_counter_clockwise_angles_put_it(angle, rows, columns):
    found = blue(draw_matches(np.full((480, 640), 0.4, np.float32), [match(angle=angle)]))

    for places, expected in zip(found, (rows, columns), strict=True):
        if expected is not None:
            assert np.abs(places - expected).max() <= 3
        else:
            assert np.ptp(places) > 60


def test_colors_stay_in_their_order_and_the_scene_untouched():
    scene = np.zeros((480, 640, 3), np.float32)
    scene[..., 0] = 1.0
    drawn = draw_matches(scene, [match()])

    assert drawn[5, 5].tolist() == [1, 0, 0]
    assert drawn[240, 320].tolist() == [1, 0, 0]
    assert drawn.shape == scene.shape
    assert (scene[..., 1:] == 0).all()
    red, green, blue_ = drawn[240, 269:272].mean(axis=0)
    assert red > green > blue_


def test_small_pictures_are_enlarged_and_lines_grow_with_large_ones():
    small = draw_matches(np.full((48, 64), 0.4, np.float32), [match(32, 24, 0, 10)])
    large = draw_matches(np.full((2400, 3200), 0.4, np.float32), [match(1600, 1200, 0, 500)])

    assert small.shape == (480, 640, 3)
    # In the small picture the box's top is at row 24 - 5 of pixels ten times as large.
    assert np.abs(blue(small)[0] - ((24 - 5 + 0.5) * 10 - 0.5)).max() <= 3
    assert np.ptp(blue(large)[0]) > 10


def dark_pixels(count, text):
    """How many pixels are dark where so many equal boxes, with the same label each, are drawn on gray."""
    drawn = draw_matches(np.full((480, 640), 0.4, np.float32), [match()] * count, [text] * count)
    return int((drawn.max(axis=2) < 0.09).sum())


def test_labels_at_one_place_do_not_cover_each_other():
    label = dark_pixels(2, "0.900") - dark_pixels(1, "0.900")

    assert label > 300
    assert dark_pixels(8, "0.900") - dark_pixels(1, "0.900") == pytest.approx(7 * label, rel=0.02)


def test_labels_stay_inside_the_picture():
    drawn = draw_matches(np.full((480, 640), 0.4, np.float32), [match(0, 0, 33), match(640, 480, 77)])
    dark = drawn.max(axis=2) < 0.09

    assert dark[:120, :200].sum() > 600
    assert dark[-120:, -200:].sum() > 600


def test_no_matches_leave_the_picture():
    scene = np.random.default_rng(0).random((700, 700, 3)).astype(np.float32)

    assert np.abs(draw_matches(scene, []) - scene).max() < 0.5 / 255 + 1e-6


def test_an_interrupted_search_tells_what_it_has_found(find, monkeypatch):

    search = Finder.find

    def interrupted(finder, scene):
        if scene.name == "turned":
            raise KeyboardInterrupt
        return search(finder, scene)

    monkeypatch.setattr(Finder, "find", interrupted)
    done = find("eye.png", "scenes", "--csv", "--min-score", 0.9)

    assert done.code == 130
    assert [row["scene"] for row in csv.DictReader(io.StringIO(done.out))] == ["scenes/cat.png"]
