"""Reading the activation of one layer while a picture goes through a model."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor, nn

from fracorr.errors import ConfigurationError
from fracorr_features.inspection import ACTIVATIONS, find_layer, last_activations
from fracorr_features.models import Model


class _ReachedError(Exception):
    """The layer has given its output: nothing after it needs to be computed."""


class Probe:
    """The activations of one layer as a function of the picture.

    Parameters
    ----------
    model : Model
    layer : str
        The layer's name; the empty name is the model's own output.
    size : int
        Side in pixels of the pictures that will come.
    before_activation : bool, optional
        Read what goes into the activations that the layer applies last, instead of what comes out. A rectifier that
        is shut passes no gradient, and a saturated one none either, so that an optimisation could not begin.

    Raises
    ------
    ConfigurationError
        If there is no such layer, the model never uses it, it gives no map, or it takes no picture of that size.
    """

    def __init__(self, model: Model, layer: str, size: int, *, before_activation: bool = True) -> None:
        self.model = model
        self.layer = layer
        self.size = size
        self._module = find_layer(model, layer)
        self._bypassed: set[int] = set()
        self._calls = 0
        self._inside = layer == ""
        self._nodes: dict[Any, int] = {}
        output = self._first()
        if before_activation:
            self._bypassed = last_activations(output, self._nodes)
        self._nodes = {}
        self.units = output.shape[1]

    def __call__(self, pictures: Tensor) -> Tensor:
        """Return the activations (N, units, h, w) or (N, units) for pictures (N, C, H, W) in [0, 1]."""
        with ExitStack() as hooks:
            self._hook(hooks)
            try:
                output = self.model.module(self.model.prepare(pictures))
            except _ReachedError as reached:
                output = reached.args[0]
            else:
                if self.layer:
                    raise ConfigurationError(f"model '{self.model.name}' never uses its layer '{self.layer}'")
        if not isinstance(output, Tensor) or output.ndim not in (2, 4):
            shape = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
            raise ConfigurationError(
                f"layer '{self.layer or '(the output)'}' of model '{self.model.name}' gives {shape}, not a map "
                "(N, units, h, w) or a vector (N, units); choose another layer"
            )
        return output

    def center(self) -> tuple[float, float]:
        """Return x and y in pixels of the middle of what the unit in the centre of the map looks at.

        With padding and an even number of places this is not quite the middle of the picture. It is measured: the
        centre of mass of the gradient, over a few noisy pictures and all units.
        """
        middle = (self.size - 1) / 2
        channels = self.model.input.channels
        # The pictures' own noise, not the global generator's.
        noise = torch.rand((8, channels, self.size, self.size), generator=torch.Generator().manual_seed(0))
        noise.requires_grad_(True)
        with torch.enable_grad():
            activation = self(noise)
        if activation.ndim == 2:
            return middle, middle
        (gradient,) = torch.autograd.grad(central(activation).sum(), noise)
        mass = gradient.abs().sum(dim=(0, 1)).double()
        total = float(mass.sum())
        if not total > 0:
            return middle, middle
        places = torch.arange(self.size, dtype=torch.float64)
        return float((mass.sum(dim=0) * places).sum() / total), float((mass.sum(dim=1) * places).sum() / total)

    def check_unit(self, unit: int) -> None:
        """Raise ConfigurationError if the layer has no such unit."""
        if not 0 <= unit < self.units:
            raise ConfigurationError(
                f"layer '{self.layer or '(the output)'}' of model '{self.model.name}' has no unit {unit}; "
                f"its units are 0…{self.units - 1}"
            )

    def _first(self) -> Tensor:
        picture = torch.full((1, self.model.input.channels, self.size, self.size), 0.5, requires_grad=True)
        try:
            # Whoever measures without gradients needs the graph here all the same.
            with torch.enable_grad():
                return self(picture)
        except (RuntimeError, ValueError) as error:
            if isinstance(error, ConfigurationError):
                raise
            raise ConfigurationError(
                f"model '{self.model.name}' does not take pictures of {self.model.input.channels} channels and "
                f"{self.size}×{self.size} px ({error}); give the size that it needs as input_size"
            ) from error

    def _hook(self, hooks: ExitStack) -> None:
        self._calls = 0
        self._inside = self.layer == ""
        modules: list[nn.Module] = list(self._module.modules())
        if self.layer:
            # Registered first, so that a layer that is itself an activation counts as inside.
            handle = self._module.register_forward_pre_hook(self._enter)
            hooks.callback(handle.remove)
        for module in modules:
            if isinstance(module, ACTIVATIONS):
                hooks.callback(module.register_forward_hook(self._activated).remove)
        if self.layer:
            hooks.callback(self._module.register_forward_hook(self._leave).remove)

    def _enter(self, *_: Any) -> None:
        self._inside = True

    def _leave(self, _: nn.Module, __: Any, output: Any) -> None:
        raise _ReachedError(output)

    def _activated(self, _: nn.Module, inputs: tuple[Any, ...], output: Any) -> Any:
        """Number the calls of activations inside the layer; let those to be bypassed do nothing."""
        if not self._inside:
            return None
        self._calls += 1
        if self._calls in self._bypassed:
            return inputs[0]
        if isinstance(output, Tensor) and output.grad_fn is not None:
            self._nodes[output.grad_fn] = self._calls
        return None


def central(activation: Tensor) -> Tensor:
    """Return the activations (N, units) at the middle of the map."""
    if activation.ndim == 2:
        return activation
    return activation[:, :, activation.shape[2] // 2, activation.shape[3] // 2]
