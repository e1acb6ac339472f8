"""Filters out of files of weights."""

from __future__ import annotations

import pathlib
import sys

import numpy as np
import pytest

from fracorr.errors import ConfigurationError, MissingDependencyError
from fracorr_patterns.weights import Weights, chosen

RNG = np.random.default_rng(0)


@pytest.fixture
def file(tmp_path: pathlib.Path) -> pathlib.Path:
    safetensors_numpy = pytest.importorskip("safetensors.numpy")
    filters = np.random.default_rng(1).normal(size=(4, 3, 5, 5)).astype(np.float16)
    filters[2] = 0.0
    tensors = {
        "a.depthwise.weight": np.ones((2, 1, 3, 3), np.float32),
        "conv.weight": filters,
        "conv.bias": np.zeros(4, np.float32),
        "gray.weight": np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3) - 2,
        "deep.weight": np.zeros((2, 7, 3, 3), np.float32),
    }
    path = tmp_path / "net.safetensors"
    safetensors_numpy.save_file(tensors, path)
    return path


def test_filters_over_rgb_come_first_and_flat_ones_are_left_out(file: pathlib.Path) -> None:
    kernels = list(Weights(file, size=30).kernels(RNG))
    assert [kernel.name for kernel in kernels] == ["conv-0", "conv-1", "conv-3"]
    assert all(kernel.pixels.shape == (30, 30, 3) for kernel in kernels)


def test_values_by_hand(file: pathlib.Path) -> None:
    (kernel,) = Weights(file, tensor="gray.weight", size=3).kernels(RNG)
    # −2 … 6 become 0.5 + 0.5 · value / 6.
    expected = 0.5 + (np.arange(9).reshape(3, 3) - 2) / 12
    np.testing.assert_allclose(kernel.pixels, expected, atol=1e-6)


def test_a_flat_filter_can_still_be_asked_for(file: pathlib.Path) -> None:
    (kernel,) = Weights(file, unit="2").kernels(RNG)
    assert np.ptp(kernel.pixels) == 0


@pytest.mark.parametrize(
    ("text", "units"), [("*", (0, 1, 2, 3)), ("3", (3,)), ("[0,2-3]", (0, 2, 3)), ("1, 1,0", (1, 0))]
)
def test_lists_of_filters(text: str, units: tuple[int, ...]) -> None:
    assert chosen(text, 4) == units


@pytest.mark.parametrize("text", ["4", "[0-4]", "3-2", "x", "", "-1"])
def test_filters_that_there_are_not(text: str) -> None:
    with pytest.raises(ConfigurationError, match="unit="):
        chosen(text, 4)


@pytest.mark.parametrize(
    ("tensor", "message"),
    [("conv.weigth", "did you mean 'conv.weight'"), ("deep.weight", "over 1 or 3 channels"), ("conv.bias", "shape")],
)
def test_tensors_that_are_no_filters(file: pathlib.Path, tensor: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        list(Weights(file, tensor=tensor).kernels(RNG))


def test_files_that_are_none(tmp_path: pathlib.Path) -> None:
    pytest.importorskip("safetensors")
    with pytest.raises(ConfigurationError, match="there is no file of weights"):
        list(Weights(tmp_path / "no.safetensors").kernels(RNG))
    (tmp_path / "bad.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(ConfigurationError, match="cannot be read as safetensors"):
        list(Weights(tmp_path / "bad.safetensors").kernels(RNG))


def test_a_file_without_filters(tmp_path: pathlib.Path) -> None:
    safetensors_numpy = pytest.importorskip("safetensors.numpy")
    safetensors_numpy.save_file({"bias": np.zeros(3, np.float32)}, tmp_path / "b.safetensors")
    with pytest.raises(ConfigurationError, match="no filters over 1 or 3 channels; its tensors are bias"):
        list(Weights(tmp_path / "b.safetensors").kernels(RNG))


def test_without_safetensors_the_extra_is_named(file: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "safetensors", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'fracorr\[torch\]'"):
        list(Weights(file).kernels(RNG))
