import pickle

import numpy as np
import pytest
import skimage.data

from fracorr import ConfigurationError, ImageError, Kernel, Response, Scene, Target
from fracorr.memo import Memo


def test_kernel_converts_any_usual_array_without_touching_it():
    levels = np.array([[0, 51], [102, 255]], dtype=np.uint8)
    kernel = Kernel(levels)
    np.testing.assert_allclose(kernel.pixels, [[0.0, 0.2], [0.4, 1.0]], atol=1e-7)
    assert kernel.pixels.dtype == np.float32
    assert not np.shares_memory(kernel.pixels, levels)
    deep = Kernel(levels.astype(np.uint16) * 257)
    np.testing.assert_allclose(deep.pixels, kernel.pixels, atol=1e-7)
    np.testing.assert_array_equal(Kernel(levels > 60).pixels, [[0, 0], [1, 1]])
    transposed = np.asfortranarray(levels)[::-1]
    np.testing.assert_allclose(Kernel(transposed).pixels, [[0.4, 1.0], [0.0, 0.2]], atol=1e-7)


def test_alpha_becomes_the_support_unless_one_is_given():
    rgba = np.zeros((2, 3, 4), np.uint8)
    rgba[..., 3] = [[0, 255, 255], [0, 0, 51]]
    kernel = Kernel(rgba)
    np.testing.assert_allclose(kernel.support, [[0, 1, 1], [0, 0, 0.2]], atol=1e-7)
    assert kernel.pixels.shape == (2, 3, 3)
    assert Kernel(rgba, support=np.ones((2, 3))).has_full_support


def test_arrays_of_kernel_and_scene_are_read_only():
    kernel, scene = Kernel(np.ones((3, 3))), Scene(np.ones((3, 3)))
    for array in (kernel.pixels, kernel.support, kernel.gray, kernel.rgb, scene.pixels, scene.gray, scene.rgb):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize(
    ("pixels", "support", "message"),
    [
        (np.zeros((0, 3)), None, "no pixels"),
        (np.zeros(3), None, r"shape \(3,\)"),
        (np.zeros((3, 3, 5)), None, r"shape \(3, 3, 5\)"),
        (np.full((3, 3), np.nan), None, "9 of 9 values are NaN"),
        (np.full((3, 3), np.inf), None, "infinite"),
        (np.full((3, 3), 1e300), None, "too large for float32"),
        (np.full((3, 3), 200), None, "int64 does not say which value is white; convert to uint8"),
        (np.full((3, 3), "x"), None, "dtype"),
        (np.zeros((3, 3)), np.ones((3, 2)), r"support has shape \(3, 2\), the pixels \(3, 3\)"),
        (np.zeros((3, 3)), np.zeros((3, 3)), "0 everywhere"),
        (np.zeros((3, 3)), np.full((3, 3), 1.5), "must be in .0, 1."),
    ],
)
def test_a_bad_kernel_is_refused_with_its_reason(pixels, support, message):
    with pytest.raises(ImageError, match=message):
        Kernel(pixels, support, name="eye")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Kernel(np.ones((3, 3)), name=3), "a kernel's name is text, not 3 of the type int"),
        (lambda: Scene(np.ones((3, 3)), name=b"eye"), "a scene's name is text, not b'eye' of the type bytes"),
        (lambda: Kernel(np.ones((3, 3)), lineage="droste"), "lineage is a sequence of specs, not 'droste'"),
        (lambda: Kernel(np.ones((3, 3)), lineage=[1]), r"lineage is a sequence of specs, not \[1\]"),
        (lambda: Kernel(np.ones((3, 3)), lineage=None), "lineage is a sequence of specs, not None"),
        (lambda: Scene(np.ones((3, 3)), [(1, 2, 3, 4)]), r"Target\.from_box\(…\), not \(1, 2, 3, 4\)"),
        (lambda: Scene(np.ones((3, 3)), Target(1, 2, 3, 4)), "a sequence of Target, not Target"),
        (lambda: Scene(np.ones((3, 3)), 5), "a sequence of Target, not int"),
        (lambda: Scene(np.ones((3, 3)), own=np.eye(3)), "own kernel is a Kernel, such as Kernel.array., not ndarray"),
    ],
)
def test_what_is_of_the_wrong_type_is_refused_where_it_is_given(make, message):
    with pytest.raises(ConfigurationError, match=message):
        make()


def test_targets_and_lineage_may_be_read_once():
    targets = [Target(1, 2, 3, 4), Target(5, 6, 7, 8)]
    assert Scene(np.ones((3, 3)), iter(targets)).targets == tuple(targets)
    assert Kernel(np.ones((3, 3)), lineage=iter(["droste", "none"])).lineage == ("droste", "none")


def test_derive_keeps_what_is_not_replaced():
    kernel = Kernel(np.ones((4, 4)), np.tri(4), name="eye", lineage=["file:eye.png"])
    darker = kernel.derive(kernel.pixels * 0.5, step="dim")
    np.testing.assert_array_equal(darker.support, kernel.support)
    assert (darker.name, darker.lineage) == ("eye", ("file:eye.png", "dim"))
    assert kernel.derive(np.ones((2, 2))).has_full_support


def test_digest_tells_contents_apart():
    first = Kernel(np.ones((2, 3)))
    assert first.digest == Kernel(np.ones((2, 3)), name="other").digest
    assert first.digest != Kernel(np.ones((3, 2))).digest
    assert first.digest != Kernel(np.ones((2, 3)), np.full((2, 3), 0.5)).digest


def test_kernel_and_scene_travel_without_their_memo():
    scene = Scene(skimage.data.astronaut(), [Target(1, 2, 3, 4)], own=Kernel(np.eye(4)), name="who")
    scene.gray  # noqa: B018 - fills the memo
    again = pickle.loads(pickle.dumps(scene))
    assert len(again.memo) == 0
    assert (again.name, again.targets, again.digest, again.own.digest) == (
        "who",
        scene.targets,
        scene.digest,
        scene.own.digest,
    )


def test_luma_has_the_weights_of_bt601():
    pixels = np.zeros((1, 3, 3))
    pixels[0] = np.eye(3)
    np.testing.assert_allclose(Scene(pixels).gray, [[0.299, 0.587, 0.114]], atol=1e-7)


def test_target_from_box_covers_whole_pixels():
    target = Target.from_box(10, 20, 4, 2)
    assert (target.x, target.y) == (11.5, 20.5)
    np.testing.assert_allclose(target.polygon(), [[9.5, 19.5], [13.5, 19.5], [13.5, 21.5], [9.5, 21.5]])
    with pytest.raises(ConfigurationError, match="width must be above 0"):
        Target(0, 0, 0, 3)
    with pytest.raises(ConfigurationError, match="scale must be above 0 and finite, not 0"):
        Target(0, 0, 3, 3, scale=0)
    with pytest.raises(ConfigurationError, match="x must be finite, not nan"):
        Target(float("nan"), 0, 3, 3)


def test_response_must_be_finite_and_whole():
    kernel = Kernel(np.ones((3, 3)))
    for scores, message in (([[np.nan]], "finite"), ([1.0, 2.0], "shape"), (np.zeros((0, 3)), "shape")):
        with pytest.raises(ImageError, match=message):
            Response.sliding(scores, kernel)
    with pytest.raises(ImageError, match="angle map has shape"):
        Response(np.zeros((2, 2)), "higher", (0, 0), (1, 1), angle=np.zeros((3, 3)))


@pytest.mark.parametrize("bad", [[np.nan, 0.0], [np.inf, 1.0], [np.inf, -np.inf], [-np.inf, np.nan]])
def test_a_response_takes_no_score_that_is_not_finite(bad):
    scores = np.zeros((40, 50), np.float32)
    scores[7, 3], scores[30, 49] = bad
    with pytest.raises(ImageError, match="finite"):
        Response.sliding(scores, Kernel(np.ones((3, 3))))


def test_a_response_takes_the_largest_scores_there_are():
    largest = np.full((40, 50), np.finfo(np.float32).max)
    assert Response.sliding(largest, Kernel(np.ones((3, 3)))).best().score == np.finfo(np.float32).max


def test_a_response_is_not_changed_through_the_arrays_it_was_made_of():
    scores, angle = np.zeros((4, 5), np.float32), np.ones((4, 5), np.float32)
    response = Response(scores, "higher", (0, 0), (1, 1), angle=angle)
    scores[2, 3], angle[2, 3] = 7.0, 9.0
    assert response.scores.max() == 0
    assert response.angle.max() == 1
    with pytest.raises(ValueError, match="read-only"):
        response.scores[0, 0] = 1.0


def test_a_response_shares_scores_that_nobody_can_write_to():
    scores = np.zeros((4, 5), np.float32)
    scores.flags.writeable = False
    assert np.shares_memory(Response(scores, "higher", (0, 0), (1, 1)).scores, scores)


def test_where_no_pose_was_found_best_is_the_best_place_and_there_is_no_match():
    response = Response([[0.1, 0.9], [0.5, 0.3]], "higher", (2.0, 1.0), (5, 3), poses=())
    assert (response.best().x, response.best().y) == (3.0, 1.0)
    assert response.matches(5) == ()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": "x"}, "n='x' is not right: it takes a whole number of at least 0"),
        ({"n": -1}, "n=-1 is not right"),
        ({"n": 1.5}, "n=1.5 is not right"),
        ({"n": True}, "n=True is not right"),
        ({"max_overlap": "x"}, "max_overlap='x' is not right: it takes a number from 0 to 1"),
        ({"max_overlap": 1.5}, "max_overlap=1.5 is not right"),
        ({"max_overlap": float("nan")}, "max_overlap=nan is not right"),
    ],
)
def test_matches_asked_for_wrongly(options, message):
    with pytest.raises(ConfigurationError, match=message):
        Response(np.eye(9), "higher", (0, 0), (1, 1)).matches(**options)


def test_as_many_matches_as_asked_for():
    response = Response(np.eye(9), "higher", (0, 0), (1, 1))
    assert [len(response.matches(n)) for n in (0, 1, np.int64(4))] == [0, 1, 4]


def test_best_follows_the_sense_of_the_scores():
    kernel = Kernel(np.ones((3, 5)))
    scores = np.array([[0.1, 0.9], [0.5, -0.3]])
    higher = Response.sliding(scores, kernel).best()
    lower = Response.sliding(scores, kernel, better="lower").best()
    assert (higher.x, higher.y, round(higher.score, 6)) == (3.0, 1.0, 0.9)
    assert (lower.x, lower.y, round(lower.score, 6)) == (3.0, 2.0, -0.3)


def test_memo_computes_once_and_can_forget():
    calls = []
    memo = Memo()
    for _ in range(2):
        assert memo.get("key", lambda: calls.append(1) or 7) == 7
    assert calls == [1]
    memo.clear()
    memo.get("key", lambda: calls.append(1) or 7)
    assert calls == [1, 1]
