"""What a model is made of: its layers with their units and receptive fields, and where activations are last applied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs
import torch
from torch import Tensor, nn

from fracorr.errors import ConfigurationError, nearest
from fracorr_features.models import Model
from fracorr_features.settings import LARGEST_INPUT

#: Modules that bend the response of a unit; what goes in is called the pre-activation.
ACTIVATIONS: Final = (
    nn.ReLU, nn.ReLU6, nn.Hardtanh, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.SELU, nn.CELU, nn.GELU, nn.SiLU, nn.Mish,
    nn.Softplus, nn.Hardswish, nn.Hardsigmoid, nn.Sigmoid, nn.Tanh, nn.Softmax, nn.LogSoftmax,
)  # fmt: skip
#: Operations of the autograd graph that mix units, so that nothing before them belongs to one unit any more.
_MIXING = ("Convolution", "Addmm", "Mm", "Bmm", "Baddbmm")
#: Pictures of these sides are tried when a model's own is not known.
_TRIED_SIZES = (224, 128, 96, 64, 48, 32, 28)


@attrs.frozen
class Layer:
    """One layer of a model.

    Attributes
    ----------
    name : str
        As ``Module.named_modules`` names it.
    kind : str
        The class of the module.
    units : int
        Its channels.
    map_size : (int, int) or None
        Height and width of its map, or None where it has none.
    receptive_field : int or None
        Side in pixels of the part of the picture that one place of the map sees; None for all of it.
    """

    name: str
    kind: str
    units: int
    map_size: tuple[int, int] | None
    receptive_field: int | None

    def facts(self) -> dict[str, object]:
        """Return what there is to know, for listings."""
        return {
            "layer": self.name,
            "kind": self.kind,
            "units": self.units,
            "map": "" if self.map_size is None else f"{self.map_size[1]}×{self.map_size[0]}",
            "receptive field": "whole picture" if self.receptive_field is None else f"{self.receptive_field} px",
        }


def layers(model: Model, size: int | None = None) -> tuple[Layer, ...]:
    """List the layers of a model in the order in which they work.

    Parameters
    ----------
    model : Model
    size : int, optional
        Side in pixels of the picture that is put through; by default the model's own, or the first of 224, 128, …
        that it takes.

    Raises
    ------
    ConfigurationError
        If the model takes no picture of that size.
    """
    outputs: dict[str, tuple[nn.Module, Tensor]] = {}

    def keep(name: str) -> Any:
        def hook(module: nn.Module, _: Any, output: Any) -> None:
            if isinstance(output, Tensor) and output.ndim in (2, 4):
                outputs.setdefault(name, (module, output))

        return hook

    handles = [module.register_forward_hook(keep(name)) for name, module in model.module.named_modules() if name]
    try:
        run_once(model, size)
    finally:
        for handle in handles:
            handle.remove()
    fields = ReceptiveFields()
    return tuple(
        Layer(
            name,
            type(module).__name__,
            output.shape[1],
            (output.shape[2], output.shape[3]) if output.ndim == 4 else None,
            fields.of(output),
        )
        for name, (module, output) in outputs.items()
    )


def run_once(model: Model, size: int | None = None) -> Any:
    """Put one gray picture through a model, with an autograd graph, and return what comes out.

    Raises
    ------
    ConfigurationError
        If the model takes no picture of that size, or nobody should try.
    """
    if size is not None and not 1 <= size <= LARGEST_INPUT:
        raise ConfigurationError(
            f"size={size} is not right: a picture for a model has a side of 1 to {LARGEST_INPUT} px"
        )
    fixed = size or model.input.size
    error = ""
    for side in (fixed,) if fixed else _TRIED_SIZES:
        try:
            picture = torch.full((1, model.input.channels, side, side), 0.5, requires_grad=True)
            with torch.enable_grad():
                return model.module(model.prepare(picture))
        except (RuntimeError, ValueError) as reason:
            error = error or f"{side}×{side} px: {reason}"
    raise ConfigurationError(
        f"model '{model.name}' does not take pictures of {model.input.channels} channels and {error}. "
        "Give the size that it needs as input_size"
    )


def find_layer(model: Model, name: str) -> nn.Module:
    """Return the module of that name; the empty name is the whole model.

    Raises
    ------
    ConfigurationError
        If there is none, with those that there are.
    """
    modules: dict[str, nn.Module] = dict(model.module.named_modules())
    if name not in modules:
        known = [each for each in modules if each]
        raise ConfigurationError(
            f"model '{model.name}' has no layer '{name}'{nearest(name, known)}; its layers are {', '.join(known)}"
        )
    return modules[name]


def last_activations(output: Tensor, called: dict[Any, int]) -> set[int]:
    """Find the activations that are applied last: nothing mixes units between them and the output.

    Parameters
    ----------
    output : Tensor
        With its autograd graph.
    called : dict
        The graph node that each call of an activation made, with the number of the call.

    Returns
    -------
    set of int
        Numbers of calls.
    """
    found: set[int] = set()
    seen: set[Any] = set()
    pending = [output.grad_fn]
    while pending:
        node = pending.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if node in called:
            found.add(called[node])
        elif not node.name().startswith(_MIXING):
            pending.extend(parent for parent, _ in node.next_functions)
    return found


class ReceptiveFields:
    """Receptive fields, read from the autograd graph and remembered for its nodes.

    A window of k places, d apart, on a map whose places are j pixels apart widens the field by (k − 1)·d·j and, with
    stride s, spaces the places j·s apart (Araujo, Norris & Sim 2019, doi:10.23915/distill.00021). Where branches meet,
    the widest counts.
    """

    def __init__(self) -> None:
        self._known: dict[Any, tuple[int, int] | None] = {}

    def of(self, output: Tensor) -> int | None:
        """Return the side in pixels that one place of `output` sees, or None for the whole picture."""
        for node in _parents_first(output.grad_fn):
            if node not in self._known:
                self._known[node] = self._step(node)
        field = self._known.get(output.grad_fn, (1, 1))
        return None if field is None else field[0]

    def _step(self, node: Any) -> tuple[int, int] | None:
        before = [self._known[parent] for parent, _ in node.next_functions if parent is not None]
        if node.name().startswith(("Mean", *_MIXING[1:])) or None in before:
            return None
        field = max((each for each in before if each), default=(1, 1))
        window = _window(node)
        if window is None:
            return field
        side, stride, dilation = window
        return field[0] + (side - 1) * dilation * field[1], field[1] * stride


def _window(node: Any) -> tuple[int, int, int] | None:
    name = node.name()
    if name.startswith("Convolution"):
        return node._saved_weight.shape[-1], node._saved_stride[-1], node._saved_dilation[-1]
    if name.startswith("MaxPool2D"):
        return node._saved_kernel_size[-1], node._saved_stride[-1], node._saved_dilation[-1]
    if name.startswith("AvgPool2D"):
        return node._saved_kernel_size[-1], node._saved_stride[-1], 1
    return None


def _parents_first(root: Any) -> Iterator[Any]:
    """Visit the graph in depth-first post-order, without recursion: graphs are deep."""
    done: set[Any] = set()
    stack = [(root, False)] if root is not None else []
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif node not in done:
            done.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent, _ in node.next_functions if parent is not None)
