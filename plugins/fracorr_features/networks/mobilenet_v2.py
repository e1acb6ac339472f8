"""MobileNet V2 (Sandler et al. 2018, doi:10.1109/CVPR.2018.00474) with batch normalisation folded in."""

from __future__ import annotations

from torch import Tensor, nn

from fracorr_features.networks.same_padding import SameConv2d

#: Output channels, number of blocks, and the first block's stride, of the seven stages.
_STAGES = ((16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1))
_EXPANSION = 6


class InvertedResidual(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """Expand, filter each channel, project without activation; add the input where the shape stays."""

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        self.expands = expansion > 1
        if self.expands:
            self.expand = nn.Conv2d(inputs, hidden, 1)
            self.expand_activation = nn.ReLU6()
        self.depthwise = SameConv2d(hidden, hidden, 3, stride, groups=hidden)
        self.depthwise_activation = nn.ReLU6()
        self.project = nn.Conv2d(hidden, outputs, 1)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, input: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H / stride, W / stride)."""
        expanded = self.expand_activation(self.expand(input)) if self.expands else input
        projected: Tensor = self.project(self.depthwise_activation(self.depthwise(expanded)))
        return input + projected if self.adds else projected


class MobileNetV2(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """The whole network, width 1.0.

    Parameters
    ----------
    classes : int, optional
        Number of logits; the first is "background".
    """

    def __init__(self, classes: int = 1001) -> None:
        super().__init__()
        channels = 32
        self.conv1 = SameConv2d(3, channels, 3, 2)
        self.conv1_activation = nn.ReLU6()
        blocks: list[InvertedResidual] = []
        for outputs, count, first_stride in _STAGES:
            for index in range(count):
                stride = first_stride if index == 0 else 1
                blocks.append(InvertedResidual(channels, outputs, stride, _EXPANSION if blocks else 1))
                channels = outputs
        self.blocks = nn.Sequential(*blocks)
        self.conv_last = nn.Conv2d(channels, 1280, 1)
        self.conv_last_activation = nn.ReLU6()
        self.classifier = nn.Conv2d(1280, classes, 1)

    def forward(self, input: Tensor) -> Tensor:
        """RGB (N, 3, H, W) in [−1, 1] to logits (N, classes)."""
        features = self.blocks(self.conv1_activation(self.conv1(input)))
        features = self.conv_last_activation(self.conv_last(features))
        logits: Tensor = self.classifier(features.mean(dim=(2, 3), keepdim=True))
        return logits.flatten(1)
