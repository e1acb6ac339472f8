"""Models are found, filled and looked into; what does not fit is said."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest

torch = pytest.importorskip("torch")
safetensors_torch = pytest.importorskip("safetensors.torch")

from plugins.features import visualization_networks  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from fracorr.errors import ConfigurationError  # noqa: E402
from fracorr_features.inspection import layers  # noqa: E402
from fracorr_features.models import Model, fill, load_model, wrap  # noqa: E402
from fracorr_features.networks import NETWORKS, InputFormat  # noqa: E402
from fracorr_features.networks.same_padding import SameConv2d  # noqa: E402
from fracorr_features.probe import Probe  # noqa: E402

pytestmark = pytest.mark.torch

RGB = InputFormat()


def reach_by_nan(model: nn.Module, layer: int, size: int) -> int:
    """The receptive field of the middle unit, by poisoning single columns of the picture."""
    touched = []
    for column in range(size):
        picture = torch.zeros(1, 3, 9, size)
        picture[..., column] = torch.nan
        output = model[: layer + 1](picture)
        if output[0, 0, output.shape[2] // 2, output.shape[3] // 2].isnan():
            touched.append(column)
    return max(touched) - min(touched) + 1


def test_layers_are_listed_with_units_maps_and_receptive_fields() -> None:
    model = wrap(visualization_networks.small(), RGB, "small")
    listed = layers(model, 64)
    assert [(each.name, each.kind, each.units, each.map_size) for each in listed[::2]] == [
        ("0", "Conv2d", 8, (32, 32)),
        ("2", "Conv2d", 12, (16, 16)),
        ("4", "Conv2d", 6, (16, 16)),
    ]
    for each in listed:
        assert each.receptive_field == reach_by_nan(model.module, int(each.name), 64)


def test_receptive_field_of_mobilenet_by_hand() -> None:
    # A 3×3 filter widens by 2 · (product of the strides before it).
    strides = [2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
    field = 1 + sum(2 * int(np.prod(strides[:index])) for index in range(len(strides)))
    listed = {each.name: each for each in layers(load_model("mobilenet_v1"), 64)}
    assert listed["blocks.12.depthwise"].receptive_field == field == 315
    assert listed["blocks.12.pointwise"].map_size == (2, 2)


def test_a_whole_picture_is_seen_after_a_mean_or_a_dense_layer() -> None:
    listed = {each.name: each for each in layers(load_model("onet"))}
    assert listed["conv4"].receptive_field == 33
    assert listed["dense5"].receptive_field is None
    assert listed["dense6_1"].units == 2


@pytest.mark.parametrize(("name", "size", "classes"), [(name, 64, 1001) for name in ("mobilenet_v1", "mobilenet_v2")])
def test_mobilenets_have_the_published_number_of_parameters(name: str, size: int, classes: int) -> None:
    model = load_model(name)
    count = sum(each.numel() for each in model.module.parameters())
    # 2.6 million for 0.75 MobileNet-224 and 3.5 million for V2 (Howard et al. 2017, Sandler et al. 2018).
    assert round(count / 1e6, 1) == {"mobilenet_v1": 2.6, "mobilenet_v2": 3.5}[name]
    assert model.module(torch.zeros(2, 3, size, size)).shape == (2, classes)


def test_squeezenet_has_the_published_number_of_parameters_and_torchvisions_names() -> None:
    model = load_model("squeezenet")
    assert sum(each.numel() for each in model.module.parameters()) == 1_248_424
    assert {"features.3.squeeze.weight", "features.12.expand3x3.bias", "classifier.1.weight"} <= set(
        model.module.state_dict()
    )


@pytest.mark.parametrize(("length", "stride"), [(7, 2), (8, 2), (9, 1)])
def test_same_padding_by_direct_summation(length: int, stride: int) -> None:
    layer = SameConv2d(1, 1, 3, stride, bias=False)
    picture = torch.rand(1, 1, length, length)
    places = -(-length // stride)
    before = max((places - 1) * stride + 3 - length, 0) // 2
    padded = np.zeros((length + 4, length + 4))
    padded[before : before + length, before : before + length] = picture[0, 0].numpy()
    weight = layer.weight[0, 0].detach().numpy()
    expected = [
        [(padded[r * stride : r * stride + 3, c * stride : c * stride + 3] * weight).sum() for c in range(places)]
        for r in range(places)
    ]
    np.testing.assert_allclose(layer(picture)[0, 0].detach().numpy(), expected, atol=1e-5)


def test_a_probe_reads_before_the_last_activations_only() -> None:
    model = load_model("squeezenet")
    picture = torch.rand(1, 3, 64, 64)
    fire = model.module.features[3]
    with torch.no_grad():
        squeezed = functional.relu(fire.squeeze(model.module.features[:3](model.prepare(picture))))
        expected = torch.cat([fire.expand1x1(squeezed), fire.expand3x3(squeezed)], dim=1)
        assert (expected < 0).any()
        torch.testing.assert_close(Probe(model, "features.3", 64)(picture), expected)
        torch.testing.assert_close(
            Probe(model, "features.3", 64, before_activation=False)(picture), functional.relu(expected)
        )


def test_an_activation_used_twice_is_bypassed_only_the_last_time() -> None:
    block = visualization_networks.Residual()
    model = wrap(nn.Sequential(block), RGB)
    picture = torch.rand(1, 3, 16, 16)
    with torch.no_grad():
        expected = block.conv2(functional.relu(block.conv1(picture))) + picture
        torch.testing.assert_close(Probe(model, "0", 16)(picture), expected)
        torch.testing.assert_close(Probe(model, "", 16)(picture), expected)
        torch.testing.assert_close(Probe(model, "0.relu", 16)(picture), block.conv1(picture))


def test_pictures_are_prepared_as_asked() -> None:
    model = wrap(
        visualization_networks.small(), InputFormat(low=-2, high=2, mean=(0.0, 1.0, -1.0), std=(1.0, 2.0, 4.0))
    )
    prepared = model.prepare(torch.full((1, 3, 1, 1), 0.75)).flatten().tolist()
    assert prepared == [1.0, 0.0, 0.5]


def test_weights_come_back_from_safetensors_and_from_torch_files(tmp_path: pathlib.Path) -> None:
    state = {key: value.half() for key, value in visualization_networks.small().state_dict().items()}
    safetensors_torch.save_file(state, tmp_path / "w.safetensors")
    torch.save(state, tmp_path / "w.pt")
    for name in ("w.safetensors", "w.pt"):
        empty = nn.Sequential(*visualization_networks.small())
        for parameter in empty.parameters():
            parameter.data.zero_()
        fill(empty, tmp_path / name)
        assert empty[0].weight.dtype == torch.float32
        torch.testing.assert_close(empty[0].weight.data, state["0.weight"].float())


def test_weights_that_do_not_fit_are_named(tmp_path: pathlib.Path) -> None:
    state = visualization_networks.small().state_dict()
    del state["2.bias"]
    state["extra.weight"] = torch.zeros(3)
    state["4.bias"] = torch.zeros(7)
    safetensors_torch.save_file(state, tmp_path / "w.safetensors")
    with pytest.raises(ConfigurationError) as caught:
        load_model("plugins.features.visualization_networks:small", tmp_path / "w.safetensors")
    message = str(caught.value)
    assert "missing from the file: 2.bias" in message
    assert "unknown to the model: extra.weight" in message
    assert "4.bias is (7,) in the file but (6,) in the model" in message


class _Trap:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (pathlib.Path.touch, (pathlib.Path("trapped"),))


def test_pickled_code_is_refused_not_run(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"0.weight": _Trap()}, "evil.pt")
    with pytest.raises(ConfigurationError, match="cannot be read as weights"):
        load_model("plugins.features.visualization_networks:small", tmp_path / "evil.pt")
    assert not (tmp_path / "trapped").exists()


@pytest.mark.parametrize("content", [b"", b"nonsense that is no file of weights", b"\xff" * 64])
@pytest.mark.parametrize("name", ["w.safetensors", "w.pt"])
def test_damaged_weights_are_an_error(tmp_path: pathlib.Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigurationError, match="cannot be read as weights"):
        load_model("plugins.features.visualization_networks:small", tmp_path / name)


def test_absent_weights_and_non_tensors_are_errors(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no file of weights"):
        load_model("onet", tmp_path / "none.safetensors")
    torch.save({"0.weight": 3}, tmp_path / "w.pt")
    with pytest.raises(ConfigurationError, match="no plain dictionary"):
        load_model("plugins.features.visualization_networks:small", tmp_path / "w.pt")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mobilenet", "did you mean 'mobilenet_v"),
        ("plugins.features.visualization_networks:absent", "cannot be made"),
        ("no_such_module_anywhere:make", "cannot be made"),
        ("plugins.features.visualization_networks:not_a_module", "gave a int, not a torch.nn.Module"),
    ],
)
def test_models_that_there_are_not(name: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        load_model(name)


def test_a_model_of_the_current_folder_is_found(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_own_net_xyz.py").write_text("from torch import nn\ndef make():\n    return nn.Conv2d(1, 2, 3)\n")
    monkeypatch.chdir(tmp_path)
    assert isinstance(load_model("my_own_net_xyz:make").module, nn.Conv2d)


def test_layers_that_cannot_be_read_are_errors() -> None:
    model = wrap(visualization_networks.WithUnused(), RGB, "odd")
    with pytest.raises(
        ConfigurationError, match=r"has no layer 'usde'; did you mean 'used'\?; its layers are used, unused"
    ):
        Probe(model, "usde", 16)
    with pytest.raises(ConfigurationError, match="never uses its layer 'unused'"):
        Probe(model, "unused", 16)
    with pytest.raises(ConfigurationError, match="gives tuple, not a map"):
        Probe(model, "pair", 16)


def test_a_size_that_a_model_does_not_take_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match=r"'onet' does not take pictures of 3 channels and 64×64 px"):
        Probe(load_model("onet"), "dense5", 64)
    with pytest.raises(ConfigurationError, match="input_size"):
        layers(load_model("onet"), 64)


@pytest.mark.parametrize("size", [100_000, 2049, 0, -3])
def test_a_size_that_nobody_should_try_is_an_error(size: int) -> None:
    with pytest.raises(ConfigurationError, match=f"size={size} is not right: .* a side of 1 to 2048 px"):
        layers(load_model("onet"), size)


def test_every_network_is_described() -> None:
    for name, network in NETWORKS.items():
        model = load_model(name)
        assert isinstance(model, Model)
        assert model.input == network.input
