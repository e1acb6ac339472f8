"""Small networks for the tests of feature visualisation; also importable as ``visualization_networks:small``."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def small(channels: int = 3) -> nn.Sequential:
    """Three convolutions with fixed random weights: 7 px, 15 px and 31 px of receptive field."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        network = nn.Sequential(
            nn.Conv2d(channels, 8, 7, stride=2, padding=3),
            nn.ReLU(inplace=True),
            nn.Conv2d(8, 12, 5, stride=2, padding=2),
            nn.ReLU(inplace=True),
            nn.Conv2d(12, 6, 5, padding=2),
            nn.ReLU(inplace=True),
        )
        for layer in network[::2]:
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
        return network


def oriented() -> nn.Sequential:
    """Four units that answer to gratings of 6 px at 0, 45, 90 and 135 degrees, and to nothing flat."""
    places = torch.arange(13, dtype=torch.float64) - 6
    y, x = torch.meshgrid(places, places, indexing="ij")
    filters = []
    for angle in range(4):
        wave = torch.cos(2 * math.pi / 6 * (x * math.cos(angle * math.pi / 4) + y * math.sin(angle * math.pi / 4)))
        patch = torch.exp(-(x**2 + y**2) / 18) * wave
        patch = patch - patch.mean()
        filters += [patch / patch.norm(), -patch / patch.norm()]
    network = nn.Sequential(nn.Conv2d(3, 8, 13, bias=False), nn.ReLU(), nn.Conv2d(8, 4, 1, bias=False))
    network[0].weight.data = torch.stack(filters).float()[:, None].repeat(1, 3, 1, 1) / 3
    network[2].weight.data = torch.eye(4).repeat_interleave(2, dim=1)[:, :, None, None]
    return network


def small_gray() -> nn.Sequential:
    """The same for gray pictures."""
    return small(channels=1)


class Residual(nn.Module):
    """A block that uses one activation twice, as ResNets do."""

    def __init__(self) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(2)
            self.conv1 = nn.Conv2d(3, 3, 3, padding=1)
            self.conv2 = nn.Conv2d(3, 3, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, input: Tensor) -> Tensor:
        """(N, 3, H, W) to (N, 3, H, W)."""
        result: Tensor = self.relu(self.conv2(self.relu(self.conv1(input))) + input)
        return result


class WithUnused(nn.Module):
    """A model with a layer that it never calls, and one that gives a tuple."""

    def __init__(self) -> None:
        super().__init__()
        self.used = nn.Conv2d(3, 2, 3)
        self.unused = nn.Conv2d(3, 2, 3)
        self.pair = Pair()

    def forward(self, input: Tensor) -> Tensor:
        """(N, 3, H, W) to (N, 2, H − 2, W − 2)."""
        first, _ = self.pair(self.used(input))
        assert isinstance(first, Tensor)
        return first


class Pair(nn.Module):
    """Gives its input twice."""

    def forward(self, input: Tensor) -> tuple[Tensor, Tensor]:
        """Anything to a pair."""
        return input, input


def not_a_module() -> int:
    """A factory that is none."""
    return 3
