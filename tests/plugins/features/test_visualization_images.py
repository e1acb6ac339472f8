"""The parameterised image and its random changes, against sums and pictures worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from fracorr_features.parameterization import (  # noqa: E402
    COLOR_AXES,
    FourierImage,
    MacoImage,
    correlate_colors,
    fall_off,
)
from fracorr_features.robustness import STILL, Robustness, warp  # noqa: E402

pytestmark = pytest.mark.torch


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def logit(values: torch.Tensor) -> np.ndarray:
    return torch.logit(values.double()).numpy()


def test_amplitudes_fall_with_frequency() -> None:
    weights = fall_off(8, 2.0).numpy()
    assert weights.shape == (8, 5)
    # Rows are 0, 1, 2, 3, −4, −3, −2, −1 cycles down, columns 0 … 4 across; the constant counts as 1 cycle.
    assert weights[0, 0] == 1
    assert weights[2, 0] == weights[6, 0] == 1 / 4
    assert weights[4, 3] == pytest.approx(1 / 25)
    limited = fall_off(8, 2.0, limit=2.0).numpy()
    assert (limited[:, 3:] == 0).all()
    assert limited[0, 2] == 1 / 4
    assert limited[2, 1] == 0  # √5 cycles


@given(st.integers(0, 1000), st.floats(0, 2), st.sampled_from([16, 17, 32]))
@settings(max_examples=15, deadline=None)
def test_a_fourier_image_starts_almost_flat_and_alike(seed: int, decay: float, size: int) -> None:
    image = FourierImage(2, 3, fall_off(size, decay), generator(seed)).image()
    assert image.shape == (2, 3, size, size)
    torch.testing.assert_close(image[0], image[1])
    assert 0.3 < float(image.detach().min()) <= float(image.detach().max()) < 0.7


def test_no_wave_is_finer_than_the_limit() -> None:
    fourier = FourierImage(1, 1, fall_off(32, 1.0, limit=5), generator())
    with torch.no_grad():
        fourier.parameters[0].normal_(generator=generator(1))
        spectrum = np.abs(np.fft.fft2(logit(fourier.image()[0, 0])))
    cycles = np.hypot(*np.meshgrid(np.fft.fftfreq(32, 1 / 32), np.fft.fftfreq(32, 1 / 32), indexing="ij"))
    assert spectrum[cycles > 5].max() < 1e-4 * spectrum[cycles <= 5].max()


def test_maco_has_the_same_magnitudes_whatever_the_phases() -> None:
    spectrum = fall_off(32, 1.0)
    magnitudes = []
    for seed in (0, 1):
        with torch.no_grad():
            image = MacoImage(1, 1, spectrum, generator(seed)).image()
        # The first and the last column of a real image's half plane are bound to their mirror images.
        magnitudes.append(np.abs(np.fft.rfft2(logit(image[0, 0])))[:, 1:-1])
    np.testing.assert_allclose(magnitudes[0], magnitudes[1], rtol=1e-3)
    expected = magnitudes[0][0, 0] * fall_off(32, 1.0).numpy()[:, 1:-1]
    np.testing.assert_allclose(magnitudes[0], expected, rtol=1e-3)


def test_the_color_axes_are_those_of_photographs() -> None:
    pixels = []
    for name in ("astronaut", "chelsea", "coffee", "rocket"):
        photograph = getattr(skimage.data, name)().reshape(-1, 3)[::7] / 255
        pixels.append(photograph - photograph.mean(axis=0))
    everything = np.concatenate(pixels)
    covariance = everything.T @ everything
    axes = np.array(COLOR_AXES)
    # Axes times themselves give the covariance up to one factor.
    np.testing.assert_allclose(axes @ axes.T / np.trace(axes @ axes.T), covariance / np.trace(covariance), atol=2e-3)
    assert np.linalg.norm(axes, axis=1).max() == pytest.approx(1, abs=2e-3)


def test_gray_stays_gray_and_color_is_mixed() -> None:
    assert correlate_colors(torch.ones(1, 1, 2, 2)).equal(torch.ones(1, 1, 2, 2))
    only_first = torch.zeros(1, 3, 1, 1)
    only_first[0, 0] = 2.0
    assert correlate_colors(only_first).flatten().tolist() == pytest.approx([2 * row[0] for row in COLOR_AXES])


def test_a_picture_that_is_not_moved_stays() -> None:
    picture = torch.rand(2, 3, 16, 16, generator=generator())
    torch.testing.assert_close(warp(picture, 16, STILL, generator(), (7.5, 7.5)), picture, atol=1e-5, rtol=0)


def test_the_middle_goes_where_it_is_sent() -> None:
    picture = torch.zeros(1, 1, 17, 17)
    picture[0, 0, 8, 8] = 1.0
    moved = warp(picture, 17, STILL, generator(), (11.0, 6.0))[0, 0]
    assert np.unravel_index(int(moved.argmax()), (17, 17)) == (6, 11)
    assert float(moved.max()) == pytest.approx(1, abs=1e-4)
    # What comes in from outside is 0.
    assert (warp(torch.ones(1, 1, 8, 8), 8, STILL, generator(), (6.5, 3.5))[0, 0, :, :3] == 0).all()


def test_a_smaller_view_is_an_average() -> None:
    picture = torch.rand(1, 1, 12, 12, generator=generator())
    small = warp(picture, 4, STILL, generator(), (1.5, 1.5))[0, 0]
    expected = picture[0, 0].reshape(4, 3, 4, 3).mean(dim=(1, 3))
    torch.testing.assert_close(small, expected, atol=1e-5, rtol=0)


def test_changes_stay_within_their_bounds_and_use_them() -> None:
    size = 65
    place = torch.arange(size) - 32.0
    blob = torch.exp(-(place[None, :] ** 2 + place[:, None] ** 2) / 18)[None, None]
    shifts, draw = [], generator(3)
    for _ in range(60):
        moved = warp(blob, size, Robustness(jitter=9, scale=0, rotation=0), draw, (32.0, 32.0))[0, 0]
        total = float(moved.sum())
        shifts.append(
            (float((moved.sum(dim=0) * place).sum()) / total, float((moved.sum(dim=1) * place).sum()) / total)
        )
    largest = np.abs(shifts).max(axis=0)
    assert (largest <= 9.1).all()
    assert (largest > 7).all()


@given(st.integers(0, 10_000), st.floats(0, 0.3), st.floats(0, 45))
@settings(max_examples=25, deadline=None)
def test_turning_and_scaling_keep_distances_in_proportion(seed: int, scale: float, rotation: float) -> None:
    size = 65
    place = torch.arange(size) - 32.0

    def blob(x: float, y: float) -> torch.Tensor:
        return torch.exp(-((place[None, :] - x) ** 2 + (place[:, None] - y) ** 2) / 8)

    pictures = torch.stack([blob(12, 0), blob(0, 12)])[:, None]
    moved = warp(pictures, size, Robustness(jitter=0, scale=scale, rotation=rotation), generator(seed), (32.0, 32.0))
    centers = []
    for picture in moved[:, 0]:
        total = float(picture.sum())
        centers.append(
            complex(
                float((picture.sum(dim=0) * place).sum()) / total, float((picture.sum(dim=1) * place).sum()) / total
            )
        )
    assert 1 - scale - 0.02 <= abs(centers[0]) / 12 <= 1 + scale + 0.02
    assert abs(math.degrees(math.atan2(centers[0].imag, centers[0].real))) <= rotation + 0.5
    # A right angle stays a right angle, in the same sense: both pictures move alike and none is mirrored.
    assert centers[1] / centers[0] == pytest.approx(1j, abs=0.02)
