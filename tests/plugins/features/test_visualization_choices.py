"""What people type about units, directions and inputs; none of it needs PyTorch."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr.errors import ConfigurationError
from fracorr_features import choices
from fracorr_features.networks import InputFormat
from fracorr_features.options import all_units, settings_from
from fracorr_features.recipes import Manifest, Origin, Recipe, read_manifest, write_manifest
from fracorr_features.settings import Settings


@pytest.mark.parametrize(
    ("text", "units"), [("97", (97,)), ("6,7,14-16", (6, 7, 14, 15, 16)), ("3,3, 2-3", (3, 2)), ("0-0", (0,))]
)
def test_lists_of_units(text: str, units: tuple[int, ...]) -> None:
    assert choices.units(text) == units


@pytest.mark.parametrize("text", ["", "a", "1,,2", "-1", "5-3", "1-", "0-99999999999", "1.5", "²"])
def test_lists_that_are_none(text: str) -> None:
    with pytest.raises(ConfigurationError, match="units"):
        choices.units(text)


@given(st.lists(st.integers(0, 10_000), min_size=1, unique=True))
@settings(max_examples=40, deadline=None)
def test_units_are_read_as_they_were_written(numbers: list[int]) -> None:
    assert choices.units(",".join(map(str, numbers))) == tuple(numbers)
    assert all_units([str(each) for each in numbers]) == tuple(numbers)


def test_directions() -> None:
    assert choices.direction("3=1,17=-0.5") == ((3, 1.0), (17, -0.5))
    assert choices.direction("") == ()
    with pytest.raises(ConfigurationError, match="not unit=weight"):
        choices.direction("3")


def test_the_format_of_a_known_network_can_be_overridden() -> None:
    assert choices.input_format("mobilenet_v1").low == -1
    assert choices.input_format("onet").size == 48
    changed = choices.input_format("squeezenet", value_range=(0.0, 255.0), mean=(1.0,))
    assert changed == InputFormat(low=0, high=255, mean=(1.0,), std=(0.229, 0.224, 0.225))
    assert choices.input_format("anything:else", channels=1) == InputFormat(channels=1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"channels": 2}, "1 or 3 channels, not 2"),
        ({"value_range": (1.0,)}, "two different numbers"),
        ({"value_range": (1.0, 1.0)}, "two different numbers"),
        ({"mean": (1.0, 2.0)}, "mean needs 1 or 3 numbers, not 2"),
        ({"std": (1.0, 0.0, 1.0)}, "std must not be 0"),
        ({"channels": 1, "std": (1.0, 1.0, 1.0)}, "std needs 1 or 1 numbers"),
    ],
)
def test_formats_that_make_no_sense(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        choices.input_format("a:b", **values)  # type: ignore[arg-type]


def test_settings_from_the_command_line_are_typed_and_checked() -> None:
    made = settings_from({"size": 64, "steps": None}, ["learning_rate=0.02", "input-size=96"])
    assert made == Settings(size=64, learning_rate=0.02, input_size=96)
    for wrong, message in [
        ("decay", "not NAME=VALUE"),
        ("decya=1", "did you mean 'decay'"),
        ("decay=x", "it takes a number"),
        ("decay=7", "decay"),
    ]:
        with pytest.raises(ConfigurationError, match=message):
            settings_from({}, [wrong])


def test_a_manifest_comes_back_as_it_was_written(tmp_path: pathlib.Path) -> None:
    origin = Origin('A "net"', "MIT", "back\\slash", "ab" * 32)
    recipes = (
        Recipe("face", ("face", "object"), "onet", "", 1, Settings(objective="logit", alpha=True, seed=3), 12.5),
        Recipe("curve", ("curve",), "onet", "conv3", 7, Settings(decay=1.0, input_size=96), -0.25),
    )
    write_manifest(tmp_path / "m.toml", Manifest({"onet": origin}, recipes))
    assert read_manifest(tmp_path / "m.toml") == Manifest({"onet": origin}, recipes)


@pytest.mark.parametrize("text", ["[[image]]\nname = 3", "not toml", ""])
def test_manifests_that_are_none(tmp_path: pathlib.Path, text: str) -> None:
    (tmp_path / "m.toml").write_text(text)
    with pytest.raises(ConfigurationError, match="no manifest"):
        read_manifest(tmp_path / "m.toml")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_manifest(tmp_path / "absent.toml")


def test_the_command_and_the_live_source_need_nothing_heavy_to_be_imported() -> None:
    code = (
        "import sys, fracorr_features.cli, fracorr_features.networks\n"
        "assert not {'numpy', 'torch', 'cv2', 'rich.progress'} & set(sys.modules)\n"
        "import fracorr_features.live\n"
        "assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
