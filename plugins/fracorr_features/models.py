"""Getting a model ready: found by name or by import path, filled with weights, told what its input looks like."""

from __future__ import annotations

import importlib
import pathlib
import pickle
import sys

import attrs
import torch
from torch import Tensor, nn

from fracorr.errors import ConfigurationError, nearest
from fracorr_features.networks import NETWORKS, InputFormat

#: How many names a message lists before it only counts the rest.
_LISTED = 8


@attrs.frozen(eq=False)
class Model:
    """A network that is ready to be looked into.

    Attributes
    ----------
    module : torch.nn.Module
        In evaluation mode, float32, its parameters frozen.
    input : InputFormat
        What its pictures look like.
    name : str
        What it was called.
    """

    module: nn.Module
    input: InputFormat
    name: str = "model"

    def prepare(self, pictures: Tensor) -> Tensor:
        """Take pictures (N, C, H, W) from [0, 1] to the range that the network was trained with."""
        stretched = self.input.low + pictures * (self.input.high - self.input.low)
        mean = torch.tensor(self.input.mean).view(1, -1, 1, 1)
        std = torch.tensor(self.input.std).view(1, -1, 1, 1)
        return (stretched - mean) / std


def load_model(name: str, weights: pathlib.Path | None = None, input: InputFormat | None = None) -> Model:
    """Make a model and fill it with weights.

    Parameters
    ----------
    name : str
        One of :data:`fracorr_features.networks.NETWORKS`, or ``package.module:factory``, where the factory is called
        without arguments and returns a ``torch.nn.Module``. Modules of the current folder are found too.
    weights : path, optional
        A ``.safetensors`` file, or a ``.pt`` or ``.pth`` file with a plain state dictionary (which is read without
        unpickling objects). By default the model keeps what its factory gave it.
    input : InputFormat, optional
        By default the network's own, or RGB in [0, 1].

    Raises
    ------
    ConfigurationError
        If there is no such model, or the weights do not fit it.
    """
    module = _make(name)
    if weights is not None:
        fill(module, weights)
    return wrap(module, input or (NETWORKS[name].input if name in NETWORKS else InputFormat()), name)


def wrap(module: nn.Module, input: InputFormat, name: str = "model") -> Model:
    """Put a module of your own into evaluation mode, freeze it, and say what its input looks like."""
    module.eval().float().requires_grad_(False)
    for part in module.modules():
        if getattr(part, "inplace", False):
            # An activation that overwrites its input leaves nothing to look at before it.
            part.inplace = False
    return Model(module, input, name)


def fill(module: nn.Module, weights: pathlib.Path) -> None:
    """Load weights from a file into a module.

    Raises
    ------
    ConfigurationError
        If the file cannot be read, or names or shapes do not agree; the message lists which.
    """
    state = read_weights(weights)
    own = module.state_dict()
    misfits = [
        f"{key} is {tuple(state[key].shape)} in the file but {tuple(own[key].shape)} in the model"
        for key in own
        if key in state and state[key].shape != own[key].shape
    ]
    problems = [
        _some("missing from the file", [key for key in own if key not in state]),
        _some("unknown to the model", [key for key in state if key not in own]),
        _some("of another shape", misfits),
    ]
    if any(problems):
        raise ConfigurationError(f"the weights '{weights}' do not fit the model: {'; '.join(filter(None, problems))}")
    module.load_state_dict(state)


def read_weights(path: pathlib.Path) -> dict[str, Tensor]:
    """Read a file of weights without unpickling anything but tensors.

    Raises
    ------
    ConfigurationError
        If there is no such file or it holds no plain dictionary of tensors.
    """
    import safetensors.torch

    if not path.is_file():
        raise ConfigurationError(f"there is no file of weights '{path}'")
    try:
        if path.suffix == ".safetensors":
            state = safetensors.torch.load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError, safetensors.SafetensorError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ConfigurationError(
            f"'{path}' cannot be read as weights ({reason}); use a .safetensors file or a plain state dictionary"
        ) from error
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise ConfigurationError(f"'{path}' is no plain dictionary from parameter names to tensors")
    return state


def _make(name: str) -> nn.Module:
    target = NETWORKS[name].target if name in NETWORKS else name
    module_name, colon, factory_name = target.partition(":")
    if not colon:
        raise ConfigurationError(
            f"there is no network '{name}'{nearest(name, NETWORKS)}; known are {', '.join(NETWORKS)}, or give your own "
            "as package.module:factory"
        )
    try:
        factory = getattr(_import(module_name), factory_name)
        made = factory()
    except ConfigurationError:
        raise
    except Exception as error:
        raise ConfigurationError(f"model '{name}' cannot be made: {type(error).__name__}: {error}") from error
    if not isinstance(made, nn.Module):
        raise ConfigurationError(f"model '{name}': the factory gave a {type(made).__name__}, not a torch.nn.Module")
    return made


def _import(name: str) -> object:
    # A console script does not look into the current folder, where a user's own model often is.
    here = str(pathlib.Path.cwd())
    added = here not in sys.path
    if added:
        sys.path.append(here)
    try:
        return importlib.import_module(name)
    finally:
        if added:
            sys.path.remove(here)


def _some(what: str, names: list[str]) -> str:
    if not names:
        return ""
    rest = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"{what}: {', '.join(names[:_LISTED])}{rest}"
