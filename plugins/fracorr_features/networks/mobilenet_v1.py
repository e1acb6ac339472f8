"""MobileNet V1 (Howard et al. 2017, arXiv:1704.04861) with batch normalisation folded into the convolutions."""

from __future__ import annotations

from torch import Tensor, nn

from fracorr_features.networks.same_padding import SameConv2d

#: Output channels at full width, and stride, of the 13 blocks.
_BLOCKS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *((512, 1),) * 5, (1024, 2), (1024, 1),
)  # fmt: skip


class Separable(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """A depthwise 3×3 convolution and a pointwise one, each with ReLU6."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.depthwise = SameConv2d(inputs, inputs, 3, stride, groups=inputs)
        self.pointwise = nn.Conv2d(inputs, outputs, 1)
        self.depthwise_activation = nn.ReLU6()
        self.pointwise_activation = nn.ReLU6()

    def forward(self, input: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H / stride, W / stride)."""
        filtered = self.depthwise_activation(self.depthwise(input))
        mixed: Tensor = self.pointwise_activation(self.pointwise(filtered))
        return mixed


class MobileNetV1(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """The whole network.

    Parameters
    ----------
    width : float, optional
        The multiplier of all channel counts.
    classes : int, optional
        Number of logits; the first is "background".
    """

    def __init__(self, width: float = 0.75, classes: int = 1001) -> None:
        super().__init__()
        channels = int(32 * width)
        self.conv1 = SameConv2d(3, channels, 3, 2)
        self.conv1_activation = nn.ReLU6()
        blocks = []
        for full, stride in _BLOCKS:
            outputs = int(full * width)
            blocks.append(Separable(channels, outputs, stride))
            channels = outputs
        self.blocks = nn.Sequential(*blocks)
        self.classifier = nn.Conv2d(channels, classes, 1)

    def forward(self, input: Tensor) -> Tensor:
        """RGB (N, 3, H, W) in [−1, 1] to logits (N, classes)."""
        features = self.blocks(self.conv1_activation(self.conv1(input)))
        logits: Tensor = self.classifier(features.mean(dim=(2, 3), keepdim=True))
        return logits.flatten(1)
