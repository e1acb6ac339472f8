"""``fracorr features`` from the command line, and ``features:`` in an experiment."""

from __future__ import annotations

import hashlib
import json
import pathlib
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from fracorr import Kernel, images
from fracorr.components import Kind
from fracorr.errors import ConfigurationError, MissingDependencyError
from fracorr.plugins import default_registry
from fracorr.selection import select
from fracorr_features import presenting
from fracorr_features.cli import app
from fracorr_features.gallery import entries

torch = pytest.importorskip("torch")
safetensors_torch = pytest.importorskip("safetensors.torch")

from fracorr_features.making import make_gallery  # noqa: E402
from fracorr_features.models import load_model  # noqa: E402
from fracorr_features.recipes import Manifest, Origin, Recipe, read_manifest, write_manifest  # noqa: E402
from fracorr_features.settings import Settings  # noqa: E402

pytestmark = pytest.mark.torch

SMALL = ["--model", "plugins.features.visualization_networks:small"]
QUICK = ["--size", "32", "--steps", "3"]


def call(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_render_writes_an_image_with_alpha(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "out.png"
    printed = call("render", *SMALL, "--layer", "4", "--unit", "2", "--alpha", *QUICK, "-o", str(file), "--json")
    (row,) = json.loads(printed)
    assert row["unit"] == "2"
    assert row["file"] == str(file)
    picture = images.read(file)
    assert picture.pixels.shape == (32, 32, 3)
    assert picture.alpha is not None


def test_render_draws_several_units_on_a_sheet_or_into_a_folder(tmp_path: pathlib.Path) -> None:
    call("render", *SMALL, "-l", "4", "-u", "0-2", *QUICK, "-o", str(tmp_path / "sheet.png"), "--batch", "2")
    # Columns of 128 pixels with 12 around each.
    assert images.read(tmp_path / "sheet.png").pixels.shape[1] == 3 * 128 + 4 * 12
    call("render", *SMALL, "-l", "4", "-u", "0", "-u", "5", *QUICK, "-o", str(tmp_path / "many"))
    assert sorted(path.name for path in (tmp_path / "many").iterdir()) == ["4-0.png", "4-5.png"]


def test_render_takes_the_users_own_input_and_weights(tmp_path: pathlib.Path) -> None:
    from plugins.features import visualization_networks

    safetensors_torch.save_file(visualization_networks.small_gray().state_dict(), tmp_path / "w.safetensors")
    model = ["--model", "plugins.features.visualization_networks:small_gray", "-w", str(tmp_path / "w.safetensors")]
    file = str(tmp_path / "gray.png")
    format_ = ["--channels", "1", "--input-range", "-1,1", "--mean", "0.1", "--std", "2"]
    call("render", *model, *format_, "-l", "4", *QUICK, "--set", "decay=1", "--maco", "-o", file)
    assert images.read(file).pixels.shape == (32, 32)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-l", "5x"], "has no layer '5x'"),
        (["-l", "4", "-u", "6"], "its units are 0…5"),
        (["-l", "4", "--objective", "chanel"], "did you mean 'channel'"),
        (["-l", "4", "--size", "2"], "size"),
        (["-l", "4", "--set", "input_size=100000"], "input_size=100000 is not right: .* from 1 to 2048"),
        (["-l", "4", "--weights", "absent.safetensors"], "there is no file of weights"),
        (["-l", "4", "--objective", "direction"], "unit=weight"),
    ],
)
def test_mistakes_are_explained(tmp_path: pathlib.Path, arguments: list[str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        call("render", *SMALL, *arguments, "-o", str(tmp_path / "out.png"))
    assert not (tmp_path / "out.png").exists()


def test_a_dead_unit_is_reported(tmp_path: pathlib.Path) -> None:
    (tmp_path / "dead_net.py").write_text(
        "from torch import nn\n"
        "def make():\n"
        "    net = nn.Sequential(nn.Conv2d(3, 2, 3))\n"
        "    net[0].weight.data.zero_()\n"
        "    return net\n"
    )
    sys.path.insert(0, str(tmp_path))
    try:
        result = CliRunner().invoke(
            app, ["render", "-m", "dead_net:make", "-l", "0", *QUICK, "-o", str(tmp_path / "o.png")]
        )
    finally:
        sys.path.remove(str(tmp_path))
    assert result.exit_code == 0
    assert "unit 0 of 0 did not respond" in result.stderr


def test_layers_and_list_and_show_of_a_model() -> None:
    table = call("layers", "squeezenet").splitlines()
    assert table[0].split() == ["layer", "kind", "units", "map", "receptive", "field"]
    assert any(line.split() == ["features.9", "Fire", "384", "27×27", "91", "px"] for line in table)
    listed = json.loads(call("list", "features.1?", "--model", "squeezenet", "--json"))
    assert listed == [
        {"layer": "features.10", "units": "0…511"},
        {"layer": "features.11", "units": "0…511"},
        {"layer": "features.12", "units": "0…511"},
    ]
    with pytest.raises(ConfigurationError, match="no layer 'nothing'"):
        call("list", "nothing", *SMALL)
    (row,) = json.loads(call("show", *SMALL, "-l", "4", "-u", "3", "--json"))
    assert row["unit"] == 3
    assert row["highest"] >= row["highest mean"]


def test_sheet_and_scan_of_a_model(tmp_path: pathlib.Path) -> None:
    fast = ["--set", "steps=2", "--set", "size=32"]
    call("sheet", *SMALL, "-l", "4", "-u", "0-1", *fast, "-o", str(tmp_path / "sheet.png"))
    assert images.read(tmp_path / "sheet.png").pixels.shape[1] == 2 * 128 + 3 * 12
    # All six units of the layer, as none are named.
    call("scan", *SMALL, "-l", "4", *fast, "-o", str(tmp_path / "scan.png"))
    assert images.read(tmp_path / "scan.png").pixels.shape[1] == 6 * 96 + 7 * 12


def test_the_gallery_is_listed_shown_and_drawn(tmp_path: pathlib.Path) -> None:
    names = [line.split()[0] for line in call("list").splitlines()[1:]]
    assert names == [entry.name for entry in entries()]
    first = names[0]
    (facts,) = json.loads(call("show", first, "--json", "-o", str(tmp_path / "large.png"), "--size", "300"))
    assert facts["name"] == first
    assert len(facts["sha256 of the weights"]) == 64
    assert images.read(tmp_path / "large.png").pixels.shape == (300, 300, 3)
    call("sheet", f"{first}", "-o", str(tmp_path / "sheet.png"))
    call("scan", f"{first}", "-o", str(tmp_path / "scan.png"))
    assert images.read(tmp_path / "sheet.png").pixels.shape[1] == 128 + 2 * 12
    assert images.read(tmp_path / "scan.png").pixels.shape[1] == 64 + 2 * 12
    with pytest.raises(ConfigurationError, match="the gallery has no picture 'zebra'"):
        call("sheet", "zebra")
    with pytest.raises(ConfigurationError, match="size=200000 is too large for '.*' of 128×128 .* about size=10000;"):
        call("show", first, "-o", str(tmp_path / "huge.png"), "--size", "200000")


def test_pictures_keep_their_proportions(tmp_path: pathlib.Path) -> None:
    """A kernel of 8×16 pixels, black over its full support."""
    wide = Kernel(np.zeros((8, 16)), name="wide")
    presenting.enlarge(wide, tmp_path / "large.png", 64)
    presenting.draw([wide], tmp_path / "sheet.png", 8, 64)

    assert (images.read(tmp_path / "large.png").pixels == np.zeros((32, 64, 3))).all()
    sheet = images.read(tmp_path / "sheet.png").pixels
    # In a cell of 64×64 pixels, 12 from the edges, with 16 of the paper above and below it.
    assert (sheet[12 + 16 : 12 + 48, 12 : 12 + 64] == 0).all()
    assert (sheet[12 : 12 + 16] > 0.9).all()


@pytest.fixture
def weights(tmp_path: pathlib.Path) -> pathlib.Path:
    torch.manual_seed(0)
    folder = tmp_path / "weights" / "deep"
    folder.mkdir(parents=True)
    safetensors_torch.save_file(load_model("onet").module.state_dict(), folder / "any-name.safetensors")
    return tmp_path / "weights"


def test_a_gallery_is_rendered_again_from_its_manifest(tmp_path: pathlib.Path, weights: pathlib.Path) -> None:
    digest = hashlib.sha256((weights / "deep" / "any-name.safetensors").read_bytes()).hexdigest()
    quick = Settings(size=32, steps=2)
    recipes = (
        Recipe("plain", ("texture",), "onet", "conv2", 5, quick),
        Recipe("object", ("object",), "onet", "", 1, Settings(objective="logit", alpha=True, size=32, steps=2)),
        Recipe("second", ("texture",), "onet", "conv2", 6, quick),
    )
    manifest = tmp_path / "manifest.toml"
    write_manifest(manifest, Manifest({"onet": Origin("O-Net", "MIT", "nobody", digest)}, recipes))
    made = dict(make_gallery(weights, tmp_path / "out", "*", manifest))
    assert set(made) == {"plain", "object", "second"}
    assert images.read(tmp_path / "out" / "object.png").alpha is not None
    written = read_manifest(tmp_path / "out" / "manifest.toml")
    assert [recipe.name for recipe in written.recipes] == ["plain", "object", "second"]
    for recipe in written.recipes:
        assert recipe.activation == pytest.approx(made[recipe.name], rel=1e-4)
    only = dict(make_gallery(weights, tmp_path / "one", "sec*", manifest))
    assert set(only) == {"second"}
    np.testing.assert_array_equal(
        images.read(tmp_path / "one" / "second.png").pixels.shape,
        images.read(tmp_path / "out" / "second.png").pixels.shape,
    )


def test_a_gallery_without_its_weights_says_which_are_missing(tmp_path: pathlib.Path, weights: pathlib.Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"none of the 1 \.safetensors files has the weights of 'onet': sha256"
    ):
        call("gallery", "-w", str(weights), "-o", str(tmp_path / "out"), "face")
    with pytest.raises(ConfigurationError, match=r"no folder with \.safetensors files"):
        call("gallery", "-w", str(tmp_path / "nowhere"), "-o", str(tmp_path / "out"))


def test_features_are_a_kernel_source() -> None:
    spec = "features:plugins.features.visualization_networks:small,layer=4,unit='1,3-4',size=32,steps=2,alpha=true"
    (chosen,) = select(default_registry(), Kind.SOURCE, spec)
    kernels = list(chosen.instance.kernels(np.random.default_rng(0)))
    assert [kernel.name for kernel in kernels] == ["4-1", "4-3", "4-4"]
    assert kernels[0].shape == (32, 32)
    again = list(chosen.instance.kernels(np.random.default_rng(0)))
    other = list(chosen.instance.kernels(np.random.default_rng(1)))
    assert kernels[0].digest == again[0].digest != other[0].digest


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    (chosen,) = select(default_registry(), Kind.SOURCE, "features:onet")
    with pytest.raises(MissingDependencyError, match=r"pip install 'fracorr\[torch\]'"):
        next(iter(chosen.instance.kernels(np.random.default_rng(0))))
    with pytest.raises(MissingDependencyError, match=r"pip install 'fracorr\[torch\]'"):
        call("render", "-m", "onet", "-o", str(tmp_path / "o.png"))
    with pytest.raises(MissingDependencyError, match=r"pip install 'fracorr\[torch\]'"):
        call("gallery", "-w", str(tmp_path), "-o", str(tmp_path))
