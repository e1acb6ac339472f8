"""fracorr.find and fracorr.Finder: what they take and refuse, and how methods take part."""

import gc
import sys
from concurrent.futures import ThreadPoolExecutor

import attrs
import fakes
import numpy as np
import pytest
import threadpoolctl
from skimage import data

import fracorr
from fracorr import ComponentSpec, Finder, Match, Scene
from fracorr.errors import ConfigurationError, ImageError, PluginError
from fracorr.searching import Search, without_overlap

SCENE = data.camera()[100:300, 150:400]
TEMPLATE = SCENE[60:120, 80:150]


@attrs.frozen
class Anywhere:
    """A method with its own search: it finds the kernel's size at the place that its scenes are named after."""

    prepared = 0

    def correlate(self, scene, kernel):
        raise AssertionError("find asks for the finder")

    def finder(self, kernel, search):
        Anywhere.prepared += 1
        return AnywherePrepared(kernel, search)


@attrs.frozen
class AnywherePrepared:
    kernel: object
    search: object

    def find(self, scene):
        return [Match(scene.width, scene.height, *self.search.angles, self.kernel.width, self.kernel.height, 1.0)]


@attrs.frozen
class BreaksAtWork:
    def correlate(self, scene, kernel):
        raise RuntimeError("out of luck")


def registry(method):
    spec = ComponentSpec("made-up", "For tests", f"{__name__}:{method.__name__}")
    return fakes.fake_registry(fakes.offering("made-up", spec, hook="fracorr_correlation_methods"))


def test_a_cut_out_is_found_where_it_was_cut_out():
    (match,) = fracorr.find(SCENE, TEMPLATE)

    assert (match.x, match.y) == pytest.approx((80 + 69 / 2, 60 + 59 / 2), abs=0.01)
    assert (match.scale, match.score) == pytest.approx((1, 1), abs=0.001)
    assert (match.angle + 180) % 360 - 180 == pytest.approx(0, abs=0.02)
    assert (match.width, match.height) == pytest.approx((70, 60), abs=0.1)


def test_matches_are_plain_data():
    (match,) = fracorr.find(SCENE, TEMPLATE, scales=(1, 1))

    assert list(match.to_dict()) == [
        *("x", "y", "angle", "scale", "width", "height", "score"),
        *("symmetry", "mirrored"),
    ]
    assert match.polygon().shape == (4, 2)


def test_floats_and_files_are_the_same_as_bytes(tmp_path):
    as_bytes = fracorr.find(SCENE, TEMPLATE, scales=(1, 1))
    fracorr.images.write(tmp_path / "scene.png", SCENE)
    fracorr.images.write(tmp_path / "template.png", TEMPLATE)

    assert fracorr.find(SCENE / 255.0, TEMPLATE / 255.0, scales=(1, 1)) == as_bytes
    assert fracorr.find(tmp_path / "scene.png", str(tmp_path / "template.png"), scales=(1, 1)) == as_bytes


def test_inputs_are_not_written_to():
    scene, template = SCENE.astype(np.float32) / 255, TEMPLATE.astype(np.float32) / 255
    copies = scene.copy(), template.copy()
    fracorr.find(scene, template, scales=(1, 1))

    assert np.array_equal(scene, copies[0])
    assert np.array_equal(template, copies[1])


def test_a_finder_gives_what_find_gives():
    finder = fracorr.Finder(TEMPLATE, scales=(0.9, 1.1), max_matches=2, min_score=0.2)

    for scene in (SCENE, SCENE[:, ::-1], SCENE[20:, 30:]):
        assert finder.find(scene) == fracorr.find(scene, TEMPLATE, scales=(0.9, 1.1), max_matches=2, min_score=0.2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scales": (0, 1)}, "sizes are above 0"),
        ({"scales": (-1, 1)}, "sizes are above 0"),
        ({"scales": (2, 1)}, r"scales=\(2, 1\) is empty"),
        ({"scales": (1, float("nan"))}, "two finite numbers"),
        ({"scales": 1}, "two numbers"),
        ({"angles": (90, 10)}, r"angles=\(90, 10\) is empty"),
        ({"angles": (0, float("inf"))}, "two finite numbers"),
        ({"angles": ("a", "b")}, "two finite numbers"),
        ({"max_matches": 0}, "whole number of at least 1"),
        ({"max_matches": 1.5}, "whole number of at least 1"),
        ({"max_matches": True}, "whole number of at least 1"),
        ({"min_score": 2}, "from -1 to 1"),
        ({"min_score": "half"}, "from -1 to 1"),
        ({"max_overlap": -0.1}, "from 0 to 1"),
        ({"mirrored": "yes"}, "mirrored='yes' is not right"),
        ({"covered": 1}, "covered=1 is not right: it takes True or False"),
        ({"method": "no-such-method"}, "no-such-method"),
        ({"method": 5}, "the method is named by text, NAME or NAME:key=value, not by 5 of the type int"),
        ({"method": None}, "not by None of the type NoneType"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(ConfigurationError, match=message):
        fracorr.find(SCENE, TEMPLATE, **options)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (np.full((40, 40), 77, np.uint8), "flat"),
        (np.full((40, 40, 3), (10, 200, 30), np.uint8), "flat"),
        (np.zeros((40, 40)), "flat"),
        (TEMPLATE[:3], "too small"),
        (TEMPLATE[:, :4], "too small"),
        (np.full((40, 40), np.nan), "NaN"),
        (np.zeros((0, 5)), "no pixels"),
        (np.zeros((20, 20, 7)), "shape"),
    ],
)
def test_templates_that_cannot_be_found(template, message):
    with pytest.raises(ImageError, match=message):
        fracorr.find(SCENE, template)


def test_without_a_least_score_methods_with_scores_of_their_own_find_as_well():
    """A share of keypoints of 0.5 is a rare thing; a correlation coefficient of 0.5 is what a match has at least."""
    photograph = data.astronaut()
    template = photograph[40:168, 160:288]
    (match,) = fracorr.find(photograph, template, method="orb")
    assert match.score < 0.5
    assert np.hypot(match.x - 223.5, match.y - 103.5) < 1.0
    assert fracorr.find(photograph, template, method="orb", min_score=0.5) == []
    assert Finder(template).search.min_score == 0.5


def test_a_template_that_is_flat_where_it_counts():
    support = np.zeros(TEMPLATE.shape)
    support[10:30, 10:30] = 1
    template = np.where(support, 90, TEMPLATE).astype(np.uint8)

    with pytest.raises(ImageError, match="flat under its support"):
        fracorr.find(SCENE, template, support=support)


def test_a_scene_with_holes():
    with pytest.raises(ImageError, match="NaN"):
        fracorr.find(np.where(SCENE > 200, np.nan, SCENE / 255.0), TEMPLATE)


def test_a_template_that_is_too_large_at_every_scale():
    with pytest.raises(ImageError, match="larger than the scene 'scene' of 70×60 at every scale from 2 on"):
        fracorr.find(TEMPLATE, SCENE, scales=(2, 3))
    assert fracorr.find(TEMPLATE, SCENE, scales=(0.2, 3), min_score=0.9) == []


def test_pixels_in_two_ranges():
    with pytest.raises(ImageError, match="divide by 255"):
        fracorr.find(SCENE.astype(float), TEMPLATE / 255.0)


def test_a_method_with_its_own_finder():
    finder = fracorr.Finder(TEMPLATE, method="made-up", angles=(5, 7), registry=registry(Anywhere))

    assert [match.x for scene in (SCENE, SCENE[:, 50:]) for match in finder.find(scene)] == [250, 200]
    assert finder.find(SCENE)[0].angle == 5
    assert Anywhere.prepared == 1


def test_a_method_that_breaks():
    with pytest.raises(PluginError, match=r"'made-up'.*RuntimeError: out of luck"):
        fracorr.find(SCENE, TEMPLATE, method="made-up", registry=registry(BreaksAtWork))


def test_methods_that_slide_find_the_upright_template():
    scene = np.hstack([SCENE, SCENE[:, ::-1]])
    matches = fracorr.find(scene, TEMPLATE, method="tm_ccoeff_normed", max_matches=5, min_score=0.9)
    both = fracorr.find(scene, TEMPLATE, method="tm_ccoeff_normed", max_matches=5, min_score=0.9, mirrored=True)

    assert [(round(match.x, 1), match.mirrored) for match in matches] == [(114.5, False)]
    assert sorted((round(match.x, 1), match.mirrored) for match in both) == [(114.5, False), (384.5, True)]
    assert fracorr.find(scene, TEMPLATE, method="tm_ccoeff_normed", angles=(10, 300)) == []
    assert fracorr.find(scene, TEMPLATE, method="tm_ccoeff_normed", scales=(0.5, 0.8)) == []
    assert fracorr.find(TEMPLATE, SCENE, method="tm_ccoeff_normed", scales=(0.1, 1)) == []


def test_lower_scores_are_no_scores():
    with pytest.raises(ConfigurationError, match="higher scores are better"):
        fracorr.find(SCENE, TEMPLATE, method="tm_sqdiff")


def test_overlapping_matches():
    here, beside, apart = (Match(x, 50, 0, 1, 20, 20, score) for x, score in ((50, 0.9), (60, 0.8), (71, 0.7)))

    # A shift by half a side leaves an intersection over union of a third.
    assert without_overlap([here, beside, apart], Search(max_matches=9, max_overlap=0.3)) == [here, apart]
    assert without_overlap([here, beside, apart], Search(max_matches=9, max_overlap=0.35)) == [here, beside, apart]
    assert without_overlap([here, beside, apart], Search(max_matches=1, max_overlap=1)) == [here]


@attrs.frozen
class TurnedFirst:
    """Two places that match, the better one of them turned by a right angle."""

    def correlate(self, scene, kernel):
        scores, angles = np.zeros((40, 40)), np.zeros((40, 40))
        scores[10, 12], angles[10, 12] = 0.9, 90
        scores[30, 25] = 0.8
        return fracorr.Response.sliding(scores, kernel, angle=angles)


@pytest.mark.parametrize(("angles", "score"), [((-5, 5), [0.8]), ((80, 100), [0.9]), ((0, 360), [0.9]), ((20, 30), [])])
def test_a_better_match_at_another_angle_does_not_hide_the_one_that_is_asked_for(angles, score):
    scene, template = np.random.default_rng(1).random((47, 47)), np.random.default_rng(0).random((8, 8))
    options = {"method": "made-up", "registry": registry(TurnedFirst)}
    found = fracorr.find(scene, template, angles=angles, scales=(1, 1), **options)
    assert [match.score for match in found] == pytest.approx(score, abs=1e-6)


@pytest.mark.parametrize("method", ["sift", "orb"])
@pytest.mark.parametrize("ranges", [{"scales": (1, 1)}, {"angles": (0, 0)}, {"angles": (0, 10)}, {"angles": (-10, 0)}])
def test_exact_ranges_keep_what_is_only_estimated(method, ranges):
    """A cut-out is upright and of its own size, but no estimate is ever exactly 0 degrees or 1."""
    photograph = data.chelsea()
    (match,) = fracorr.find(photograph, photograph[90:150, 130:210], method=method, **ranges)

    assert (match.x, match.y) == pytest.approx((169.5, 119.5), abs=1)
    assert match.scale == pytest.approx(1, abs=0.02)
    assert (match.angle + 180) % 360 - 180 == pytest.approx(0, abs=1)


@attrs.frozen
class Estimates:
    """A pose as a method may estimate it."""

    angle: float = 0.0
    scale: float = 1.0

    def correlate(self, scene, kernel):
        pose = Match(20, 20, self.angle, self.scale, 8 * self.scale, 8 * self.scale, 0.9)
        return fracorr.Response.sliding(np.zeros((40, 40)), kernel, poses=[pose])


@pytest.mark.parametrize(
    ("ranges", "pose", "kept"),
    [
        ({"angles": (0, 10)}, "angle=-1.9", True),
        ({"angles": (0, 10)}, "angle=358.1", True),
        ({"angles": (0, 10)}, "angle=-2.1", False),
        ({"angles": (0, 10)}, "angle=11.9", True),
        ({"angles": (0, 10)}, "angle=12.1", False),
        ({"angles": (-180, 180)}, "angle=181", True),
        ({"scales": (1, 2)}, "scale=0.953", True),
        ({"scales": (1, 2)}, "scale=0.951", False),
        ({"scales": (1, 2)}, "scale=2.09", True),
        ({"scales": (1, 2)}, "scale=2.11", False),
    ],
)
def test_estimates_may_be_outside_the_ranges_by_2_degrees_and_5_percent(ranges, pose, kept):
    scene, template = np.random.default_rng(1).random((47, 47)), np.random.default_rng(0).random((8, 8))
    found = fracorr.find(scene, template, method=f"made-up:{pose}", registry=registry(Estimates), **ranges)
    assert len(found) == kept


def scenes_in_memory():
    return sum(type(each) is Scene for each in gc.get_objects())


@pytest.mark.parametrize("method", ["harmonic", "tm_ccoeff_normed", "sift"])
def test_nothing_of_a_frame_stays_in_memory_until_garbage_is_collected(method):
    finder = Finder(TEMPLATE, scales=(1, 1), method=method)
    gc.collect()
    gc.disable()
    try:
        before = scenes_in_memory()
        for _ in range(3):
            assert finder.find(SCENE)
        assert scenes_in_memory() == before
    finally:
        gc.enable()


def test_searches_in_several_threads_leave_the_process_as_it_was():
    scene = np.random.default_rng(0).random((90, 120))
    finders = [Finder(scene[20:60, 30:70], scales=(1, 1)) for _ in range(4)]

    def state():
        pools = [(each["filepath"], each["num_threads"]) for each in threadpoolctl.threadpool_info()]
        return pools, sys.getswitchinterval()

    before = state()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda finder: finder.find(scene), finders * 3))

    assert all(len(matches) == 1 for matches in found)
    assert state() == before
