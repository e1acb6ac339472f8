"""Feature images drive their units, come out the same every time, and keep to what was asked for."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")

import attrs  # noqa: E402
from plugins.features import visualization_networks  # noqa: E402
from torch import nn  # noqa: E402

from fracorr.errors import ConfigurationError  # noqa: E402
from fracorr_features.batches import render_in_batches  # noqa: E402
from fracorr_features.models import Model, wrap  # noqa: E402
from fracorr_features.networks import InputFormat  # noqa: E402
from fracorr_features.objectives import Target, score, targets_from  # noqa: E402
from fracorr_features.probe import Probe  # noqa: E402
from fracorr_features.rendering import render  # noqa: E402
from fracorr_features.settings import Settings  # noqa: E402

pytestmark = pytest.mark.torch

QUICK = Settings(size=48, steps=40)


@pytest.fixture
def model() -> Model:
    return wrap(visualization_networks.small(), InputFormat(low=-1.0, high=1.0), "small")


def activation_of(model: Model, layer: str, pixels: np.ndarray, unit: int) -> float:
    """The mean over the map of a unit before its activation, computed with the bare layers."""
    picture = torch.from_numpy(pixels).permute(2, 0, 1)[None] * 2 - 1
    with torch.no_grad():
        return float(model.module[: int(layer) + 1](picture)[0, unit].mean())


def test_an_image_drives_its_unit_far_above_the_start_and_above_other_units_images() -> None:
    model = wrap(visualization_networks.oriented(), InputFormat(), "oriented")
    features = render(model, "2", tuple(Target(unit) for unit in range(4)), QUICK)
    with torch.no_grad():
        pictures = torch.from_numpy(np.stack([each.pixels for each in features])).permute(0, 3, 1, 2)
        reached = model.module(pictures).mean(dim=(2, 3)).numpy()
        noise = torch.rand(1, 3, 48, 48, generator=torch.Generator().manual_seed(0))
        by_noise = model.module(noise).mean(dim=(2, 3)).numpy()[0]
    for unit, feature in enumerate(features):
        others = np.delete(reached[:, unit], unit)
        assert reached[unit, unit] > 2 * max(others.max(), by_noise[unit])
        assert feature.activation == pytest.approx(reached[unit, unit], rel=0.03)
        assert feature.activation > 10 * feature.start
        assert feature.responded


def test_an_image_shows_what_its_unit_was_built_to_see() -> None:
    model = wrap(visualization_networks.oriented(), InputFormat(), "oriented")
    for unit, feature in enumerate(render(model, "2", tuple(Target(unit) for unit in range(4)), QUICK)):
        gray = feature.pixels.mean(axis=2) - feature.pixels.mean()
        power = np.abs(np.fft.fft2(gray)) ** 2
        down, across = np.meshgrid(np.fft.fftfreq(48), np.fft.fftfreq(48), indexing="ij")
        # The mean direction of the waves (doubled angles, since a wave has no sign).
        direction = np.angle((power * np.exp(2j * np.arctan2(down, across))).sum()) / 2
        difference = (np.degrees(direction) - 45 * unit + 90) % 180 - 90
        assert abs(difference) < 12


def test_pixels_are_finite_and_in_range(model: Model) -> None:
    (feature,) = render(model, "2", (Target(1),), QUICK)
    assert feature.pixels.shape == (48, 48, 3)
    assert feature.pixels.dtype == np.float32
    assert feature.support is None
    assert np.isfinite(feature.pixels).all()
    assert 0 <= feature.pixels.min() < feature.pixels.max() <= 1


def test_a_seed_gives_the_same_image_and_another_another(model: Model) -> None:
    images = [
        render(model, "4", (Target(2),), attrs.evolve(QUICK, steps=5, seed=seed, alpha=True))[0] for seed in (3, 3, 4)
    ]
    np.testing.assert_array_equal(images[0].pixels, images[1].pixels)
    np.testing.assert_array_equal(images[0].support, images[1].support)
    assert np.abs(images[0].pixels - images[2].pixels).max() > 0.01


def test_the_global_random_state_neither_matters_nor_changes(model: Model) -> None:
    settings = attrs.evolve(QUICK, steps=3, objective="neuron", alpha=True)
    torch.manual_seed(5)
    first = render(model, "4", (Target(0),), settings)[0]
    drawn = torch.rand(1)
    torch.manual_seed(5)
    assert torch.rand(1) == drawn
    torch.manual_seed(77)
    np.testing.assert_array_equal(render(model, "4", (Target(0),), settings)[0].pixels, first.pixels)


@pytest.mark.parametrize("objective", ["channel", "neuron"])
def test_images_of_one_batch_do_not_influence_one_another(model: Model, objective: str) -> None:
    settings = Settings(objective=objective, size=48, steps=6, alpha=True)
    together = render(model, "4", (Target(0), Target(3), Target(5)), settings)
    alone = render(model, "4", (Target(3),), settings)[0]
    np.testing.assert_allclose(together[1].pixels, alone.pixels, atol=2e-3)
    np.testing.assert_allclose(together[1].support, alone.support, atol=2e-3)


def test_batches_give_every_target_in_order(model: Model) -> None:
    steps: list[int] = []
    targets = tuple(Target(unit) for unit in (5, 1, 4))
    settings = attrs.evolve(QUICK, steps=2)
    features = list(render_in_batches(model, "4", targets, settings, lambda count, _: steps.append(count), batch=2))
    assert [each.target.unit for each in features] == [5, 1, 4]
    assert steps == [2, 2, 1, 1]


def test_an_alpha_channel_becomes_a_support_around_the_middle(model: Model) -> None:
    settings = Settings(objective="neuron", alpha=True, size=48, steps=60, transparency=0.8, jitter=2.0, zoom=0.0)
    for feature in render(model, "4", (Target(0), Target(1)), settings):
        assert feature.support is not None
        assert feature.support.shape == (48, 48)
        assert 0 <= feature.support.min() < feature.support.max() <= 1
        rim = np.concatenate([feature.support[0], feature.support[-1], feature.support[:, 0], feature.support[:, -1]])
        assert feature.support[16:32, 16:32].mean() > 2 * rim.mean()
        assert feature.activation > feature.start
        kernel = feature.kernel("unit")
        np.testing.assert_array_equal(kernel.support, feature.support)


def test_maco_drives_its_unit_with_natural_magnitudes(model: Model) -> None:
    settings = attrs.evolve(QUICK, parameterization="maco", learning_rate=0.2)
    (feature,) = render(model, "4", (Target(1),), settings)
    assert feature.activation > feature.start + 0.05
    assert feature.activation == pytest.approx(activation_of(model, "4", feature.pixels, 1), rel=0.02)


def test_gray_models_give_gray_images() -> None:
    model = wrap(visualization_networks.small_gray(), InputFormat(channels=1), "gray")
    (feature,) = render(model, "4", (Target(0),), attrs.evolve(QUICK, steps=10))
    assert feature.pixels.shape == (48, 48)
    assert feature.activation > feature.start


def test_the_network_may_see_the_image_at_another_size(model: Model) -> None:
    for size in (24, 96):
        (feature,) = render(model, "4", (Target(0),), attrs.evolve(QUICK, input_size=size, steps=12))
        assert feature.pixels.shape == (48, 48, 3)
        assert feature.activation > feature.start


def test_a_difference_drives_one_unit_and_not_the_other(model: Model) -> None:
    (both,) = render(model, "4", (Target(0, minus=1),), QUICK)
    (plain,) = render(model, "4", (Target(0),), QUICK)
    gaps = [
        activation_of(model, "4", each.pixels, 0) - activation_of(model, "4", each.pixels, 1) for each in (both, plain)
    ]
    assert gaps[0] > gaps[1]
    assert both.target.label == "0-minus-1"


def test_scores_by_hand() -> None:
    # Two pictures, two units, a map of 1 × 3: its middle place is the second.
    activation = torch.tensor([[[[1.0, 5.0, 0.0]], [[2.0, -1.0, 2.0]]], [[[0.0, 0.0, 6.0]], [[3.0, 4.0, 5.0]]]])
    targets = (Target(0), Target(1))
    assert score("neuron", activation, targets).tolist() == [5, 4]
    assert score("channel", activation, targets).tolist() == [2, 4]
    assert score("logit", activation.mean(dim=(2, 3)), targets).tolist() == [2, 4]
    assert score("neuron", activation, (Target(0, minus=1), Target(1))).tolist() == [6, 4]
    assert score("layer", activation, targets).tolist() == pytest.approx([35 / 6, 86 / 6])
    # Along (3, 4) / 5, times the cosine, which counts at least 0.1: places (1, 2), (5, −1), (0, 2).
    vector = Target(direction=((0, 3.0), (1, 4.0)))
    expected = (2.2 * 2.2 / 5**0.5 + 2.2 * 2.2 / 26**0.5 + 1.6 * 0.8) / 3
    assert score("direction", activation[:1], (vector,)).tolist() == pytest.approx([expected])


def test_a_direction_is_driven_along_both_units(model: Model) -> None:
    target = Target(direction=((0, 1.0), (1, 1.0)))
    (feature,) = render(model, "4", (target,), attrs.evolve(QUICK, objective="direction"))
    assert feature.activation > feature.start
    assert target.label == "direction-0-1"


@pytest.mark.parametrize("target", [Target(6), Target(0, minus=9), Target(-1)])
def test_an_unknown_unit_is_an_error_that_says_which_there_are(model: Model, target: Target) -> None:
    with pytest.raises(ConfigurationError, match=r"has no unit .*its units are 0…5"):
        render(model, "4", (target,), QUICK)


def test_an_empty_direction_and_no_target_are_errors(model: Model) -> None:
    with pytest.raises(ConfigurationError, match="needs a weight other than 0"):
        render(model, "4", (Target(direction=((0, 0.0),)),), attrs.evolve(QUICK, objective="direction"))
    with pytest.raises(ConfigurationError, match="at least one unit"):
        render(model, "4", (), QUICK)


def test_threads_are_given_back(model: Model) -> None:
    before = torch.get_num_threads()
    render(model, "4", (Target(0),), attrs.evolve(QUICK, steps=1))
    assert torch.get_num_threads() == before


def test_the_middle_of_an_even_map_is_found() -> None:
    # Averages of 7 and 5 pixels, stride 4 in all: place 6 of 12 looks at the 15 pixels around 24, not 23.5.
    averages = visualization_networks.small()[:3]
    for layer in averages[::2]:
        nn.init.constant_(layer.weight, 0.01)
    assert Probe(wrap(averages, InputFormat()), "2", 48).center() == pytest.approx((24, 24), abs=1e-6)


def test_a_whole_layer_is_driven_at_once(model: Model) -> None:
    (target,) = targets_from("layer", (3, 4), None, ())
    (feature,) = render(model, "4", (target,), attrs.evolve(QUICK, objective="layer"))
    assert feature.activation > 2 * feature.start
    assert target.label == "all"


def test_targets_are_one_for_each_unit_or_just_one() -> None:
    assert targets_from("channel", (3, 4), 5, ()) == (Target(3, 5), Target(4, 5))
    assert targets_from("direction", (3, 4), None, ((1, 2.0),)) == (Target(direction=((1, 2.0),)),)
