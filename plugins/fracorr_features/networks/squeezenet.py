"""SqueezeNet 1.0 (Iandola et al. 2016, arXiv:1602.07360), named as torchvision's ``squeezenet1_0`` names it."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Fire(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """Squeeze to few channels, then expand by 1×1 and by 3×3 convolutions side by side."""

    def __init__(self, inputs: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeezed, 1)
        self.squeeze_activation = nn.ReLU()
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand1x1_activation = nn.ReLU()
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)
        self.expand3x3_activation = nn.ReLU()

    def forward(self, input: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, 2 · expanded, H, W)."""
        squeezed = self.squeeze_activation(self.squeeze(input))
        small = self.expand1x1_activation(self.expand1x1(squeezed))
        large = self.expand3x3_activation(self.expand3x3(squeezed))
        return torch.cat([small, large], dim=1)


class SqueezeNet(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """The whole network.

    Parameters
    ----------
    classes : int, optional
        Number of logits.
    """

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 96, 7, 2),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            Fire(96, 16, 64),
            Fire(128, 16, 64),
            Fire(128, 32, 128),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            Fire(256, 32, 128),
            Fire(256, 48, 192),
            Fire(384, 48, 192),
            Fire(384, 64, 256),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            Fire(512, 64, 256),
        )
        # The dropout of the original does nothing outside training, but holds the place that names the next layer.
        self.classifier = nn.Sequential(
            nn.Identity(), nn.Conv2d(512, classes, 1), nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1))
        )

    def forward(self, input: Tensor) -> Tensor:
        """Normalised RGB (N, 3, H, W) to logits (N, classes)."""
        logits: Tensor = self.classifier(self.features(input))
        return logits.flatten(1)
