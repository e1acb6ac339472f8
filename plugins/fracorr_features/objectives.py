"""What an image is optimised for, after Olah, Mordvintsev & Schubert 2017 (doi:10.23915/distill.00007)."""

from __future__ import annotations

from typing import TypeAlias

import attrs
import torch
from torch import Tensor

from fracorr.errors import ConfigurationError
from fracorr_features.probe import Probe, central
from fracorr_features.settings import Objective

Kind: TypeAlias = Objective


@attrs.frozen
class Target:
    """Which units of a layer one image is for.

    Attributes
    ----------
    unit : int or None
        The unit; not used by ``layer`` and ``direction``.
    minus : int or None
        Another unit, whose activation is subtracted.
    direction : tuple of (int, float)
        For ``direction``: the weight of each unit that has one.
    """

    unit: int | None = 0
    minus: int | None = None
    direction: tuple[tuple[int, float], ...] = ()

    @property
    def label(self) -> str:
        """A short text for file names and contact sheets."""
        if self.unit is None:
            return "all"
        if self.direction:
            return "direction-" + "-".join(str(unit) for unit, _ in self.direction)
        return str(self.unit) if self.minus is None else f"{self.unit}-minus-{self.minus}"


def targets_from(
    kind: Kind, units: tuple[int, ...], minus: int | None, direction: tuple[tuple[int, float], ...]
) -> tuple[Target, ...]:
    """Make targets out of what people typed: one for each unit, and just one for a direction or a whole layer."""
    if kind == "direction":
        return (Target(direction=direction),)
    if kind == "layer":
        return (Target(unit=None),)
    return tuple(Target(unit, minus) for unit in units)


def check(kind: Kind, targets: tuple[Target, ...], probe: Probe) -> None:
    """Raise ConfigurationError for a unit that the layer has not, or a direction without units."""
    for target in targets:
        if kind == "direction":
            if not any(weight for _, weight in target.direction):
                raise ConfigurationError("the objective 'direction' needs a weight other than 0, as unit=weight,…")
            for unit, _ in target.direction:
                probe.check_unit(unit)
        elif kind != "layer":
            probe.check_unit(0 if target.unit is None else target.unit)
            if target.minus is not None:
                probe.check_unit(target.minus)


def score(kind: Kind, activation: Tensor, targets: tuple[Target, ...]) -> Tensor:
    """Return how well each image does.

    ``neuron`` is the activation at the middle of the map, ``channel`` and ``logit`` its mean over the map, ``layer``
    the mean square of all units (DeepDream), ``direction`` the activation along a vector of units times its cosine,
    averaged over the map (Carter et al. 2019, doi:10.23915/distill.00015).

    Parameters
    ----------
    kind : str
    activation : (N, units) or (N, units, h, w) Tensor
    targets : tuple of N Target

    Returns
    -------
    (N,) Tensor
    """
    if kind == "layer":
        return activation.square().flatten(1).mean(dim=1)
    if kind == "direction":
        return _along(activation, targets)
    if kind == "neuron":
        values = central(activation)
    else:
        values = activation if activation.ndim == 2 else activation.mean(dim=(2, 3))
    rows = torch.arange(len(targets))
    result = values[rows, torch.tensor([target.unit or 0 for target in targets])]
    for row, target in enumerate(targets):
        if target.minus is not None:
            result = result - torch.nn.functional.one_hot(torch.tensor(row), len(targets)) * values[row, target.minus]
    return result


def _along(activation: Tensor, targets: tuple[Target, ...]) -> Tensor:
    vectors = torch.zeros(len(targets), activation.shape[1])
    for row, target in enumerate(targets):
        for unit, weight in target.direction:
            vectors[row, unit] += weight
    vectors = vectors / vectors.norm(dim=1, keepdim=True)
    places = activation.flatten(2) if activation.ndim == 4 else activation[:, :, None]
    along = torch.einsum("nup,nu->np", places, vectors)
    cosine = along / places.norm(dim=1).clamp_min(1e-6)
    # Where the cosine is small the product has almost no slope, so it is kept above 0.1.
    result: Tensor = (along * cosine.clamp_min(0.1)).mean(dim=1)
    return result
