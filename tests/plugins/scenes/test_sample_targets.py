"""The targets of the sample photographs, as far as pixels can tell."""

import numpy as np
import pytest

from fracorr import ConfigurationError
from fracorr.components import Kind
from fracorr.plugins import default_registry
from fracorr.selection import select_one


def scene(spec):
    (found,) = select_one(default_registry(), Kind.SCENES, spec).instance.scenes(np.random.default_rng(0))
    return found


def test_every_box_lies_within_its_photograph():
    source = select_one(default_registry(), Kind.SCENES, "samples").instance
    labels = set()
    for found in source.scenes(np.random.default_rng(0)):
        for target in found.targets:
            left, top = target.polygon()[0] + 0.5
            assert 0 <= left < left + target.width <= found.width
            assert 0 <= top < top + target.height <= found.height
            labels.add(target.label)
    assert labels == {"face", "eye", "cup", "coin", "wheel", "rocket"}


def test_coins_are_brighter_than_what_is_around_them():
    found = scene("samples:coins")
    rows, columns = np.indices(found.shape)
    assert len(found.targets) == 24
    anywhere = np.zeros(found.shape, bool)
    for target in found.targets:
        distance = np.hypot((columns - target.x) / (target.width / 2), (rows - target.y) / (target.height / 2))
        anywhere |= distance < 1.15
        inside, rim = found.pixels[distance < 0.9], found.pixels[(distance > 1.15) & (distance < 1.3)]
        assert inside.mean() > rim.mean() + 0.1
    # Nothing bright is left over, but for the light that falls in from the top.
    assert (found.pixels[60:][~anywhere[60:]] > 0.6).mean() < 0.002


def test_the_rocket_is_brighter_than_the_sky_beside_it():
    (target,) = scene("samples:rocket").targets
    gray = scene("samples:rocket").gray
    middle, left, right = (gray[160:340, round(target.x + shift)].mean() for shift in (0, -20, 20))
    assert middle > max(left, right) + 0.2


def test_the_cups_rim_and_coffee_are_inside():
    (target,) = scene("samples:coffee").targets
    # Measured by hand: left, right and upper rim, the coffee; then the spoon, the saucer, the wood.
    for x, y in ((177, 100), (404, 110), (285, 22), (290, 160)):
        assert target.contains(x, y)
    for x, y in ((365, 295), (120, 200), (500, 60)):
        assert not target.contains(x, y)


def test_the_photographers_profile():
    (target,) = scene("samples:camera").targets
    # Measured by hand: eye, tip of the nose, mouth, chin; then the crown of the head, the ear, the camera.
    for x, y in ((236, 144), (251, 166), (241, 178), (232, 194)):
        assert target.contains(x, y)
    for x, y in ((215, 90), (187, 140), (290, 160)):
        assert not target.contains(x, y)


def test_both_wheels():
    rear, front = scene("samples:motorcycle").targets
    # Measured by hand: the axles.
    assert abs(rear.x - 203) < 10
    assert abs(rear.y - 318) < 10
    assert front.contains(580, 380)
    assert rear.scale == 1
    assert 1 < front.scale < 1.2


def test_only_targets_of_a_label():
    assert scene("samples:coffee,label=face").targets == ()
    assert scene("samples:coffee,label=face").own is None
    assert [target.label for target in scene("samples:astronaut,label=f*").targets] == ["face"]
    with pytest.raises(
        ConfigurationError, match=r"no sample photograph has a 'fcae'; did you mean 'face'\? The labels"
    ):
        scene("samples:coffee,label=fcae")
