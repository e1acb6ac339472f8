"""Which hit gives the color, and how the kernel's own support takes part."""

import numpy as np
import pytest
import skimage.data

from fracorr import Kernel
from fracorr.errors import ConfigurationError
from fracorr_orbit.orbits import ALL, NONE
from fracorr_orbit.rules import Alpha, Average, First, Last, Nearest
from fracorr_orbit.texture import Texture
from fracorr_orbit.transform import OrbitTrap

RULES = ("first", "last", "nearest", "average", "alpha")


@pytest.fixture(scope="module")
def soft():
    """A face that fades out to nothing towards the edge."""
    y, x = np.mgrid[-1:1:48j, -1:1:48j]
    pixels = skimage.data.astronaut()[20:116:2, 180:276:2]
    return Kernel(pixels, np.clip(1.4 - 1.4 * np.hypot(x, y), 0, 1), name="soft")


@pytest.mark.parametrize("mandelbrot", [False, True], ids=["julia", "mandelbrot"])
@pytest.mark.parametrize("rule", RULES)
def test_rules_equal_the_loop(rule, mandelbrot, soft, rng, draw_point_by_point):
    pixels, support = draw_point_by_point(
        soft.pixels, soft.support, rule=rule, mandelbrot=mandelbrot, degree=2, c=-0.2 + 0.3j, iterations=12, half=0.6
    )
    trap = OrbitTrap(
        rule=rule,
        set="mandelbrot" if mandelbrot else "julia",
        degree=2.0,
        c=None if mandelbrot else -0.2 + 0.3j,
        iterations=12,
        trap_side=1.2,
    )
    result = trap.apply(soft, rng)
    # "alpha" stops at an opacity of 1 − 1/2048, the loop never does.
    np.testing.assert_allclose(result.pixels, pixels, atol=6e-4 if rule == "alpha" else 1e-6)
    np.testing.assert_allclose(result.support, support, atol=6e-4 if rule == "alpha" else 1e-6)
    assert support.max() > 0.7


def test_rules_give_different_pictures(soft, rng):
    pictures = [OrbitTrap(rule=rule, preset="rabbit").apply(soft, rng).pixels for rule in RULES]
    for position, one in enumerate(pictures):
        for other in pictures[position + 1 :]:
            assert np.abs(one - other).max() > 0.1


@pytest.fixture
def corners():
    """Four pixels, one with no support and one with half of it, in a trap of side 2."""
    return Texture(Kernel(np.array([[0.1, 0.2], [0.3, 0.4]]), np.array([[1.0, 0.5], [1.0, 0.0]])), half=1.0)


TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT = (-0.5, -0.5), (0.25, -0.25), (-0.75, 0.75), (0.5, 0.5)


def told(rule, *points):
    """Let one orbit hit these points, one after the other; return its color and support."""
    answers = [rule.catch(np.array([0]), np.array([u]), np.array([v])) for u, v in points]
    trapped, colors = rule.colors()
    assert trapped.tolist() == [0]
    return answers, colors[0].tolist()


def test_first_by_hand(corners):
    answers, color = told(First(2, corners), TOP_LEFT)
    assert answers == [ALL]
    assert color == pytest.approx([0.1, 1.0])


def test_last_by_hand(corners):
    answers, color = told(Last(2, corners), TOP_LEFT, BOTTOM_LEFT)
    assert answers == [NONE, NONE]
    assert color == pytest.approx([0.3, 1.0])


def test_nearest_by_hand(corners):
    answers, color = told(Nearest(2, corners), TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT)
    assert answers == [NONE] * 3
    assert color == pytest.approx([0.2 * 0.5, 0.5])


def test_average_by_hand(corners):
    _, color = told(Average(2, corners), TOP_LEFT, TOP_RIGHT, BOTTOM_RIGHT)
    assert color == pytest.approx([(0.1 + 0.1 + 0.0) / 3, (1 + 0.5 + 0) / 3])


def test_alpha_by_hand(corners):
    answers, color = told(Alpha(2, corners), BOTTOM_RIGHT, TOP_RIGHT, BOTTOM_LEFT)
    assert [bool(answer[0]) for answer in answers] == [False, False, True]
    assert color == pytest.approx([0.5 * 0.2 + 0.5 * 0.3, 1.0])


def test_a_trap_pixel_without_support_shows_nothing(rng):
    kernel = Kernel(skimage.data.camera()[60:124, 200:264], np.pad(np.ones((64, 32)), ((0, 0), (0, 32))))
    full = OrbitTrap(set="mandelbrot", iterations=1).apply(kernel.derive(support=np.ones((64, 64))), rng)
    half = OrbitTrap(set="mandelbrot", iterations=1).apply(kernel, rng)
    # One step of the Mandelbrot set is c itself, so this is the kernel, small, in the middle of the window.
    assert np.flatnonzero(full.support.any(axis=0)).tolist() == list(range(25, 40))
    assert np.flatnonzero(half.support.any(axis=0)).tolist() == list(range(25, 32))
    assert half.pixels[:, 32:].max() == 0


def test_alpha_sees_through_holes_where_first_does_not(rng):
    ring = np.ones((32, 32))
    ring[8:24, 8:24] = 0
    kernel = Kernel(skimage.data.camera()[60:92, 200:232], ring)
    first = OrbitTrap(preset="siegel").apply(kernel, rng).support > 0
    alpha = OrbitTrap(preset="siegel", rule="alpha").apply(kernel, rng).support > 0
    assert (alpha | ~first).all()
    assert alpha.sum() > 1.1 * first.sum()


def test_hits_that_show_nothing_are_an_error(rng):
    support = np.zeros((32, 32))
    support[0, 0] = 1
    kernel = Kernel(np.full((32, 32), 0.5), support, name="dot")
    with pytest.raises(ConfigurationError, match=r"only where the support of kernel 'dot' is 0; use rule=alpha"):
        OrbitTrap(iterations=1).apply(kernel, rng)
