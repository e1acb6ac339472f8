"""Convolution with TensorFlow's SAME padding, which the MobileNets were trained with."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


class SameConv2d(nn.Conv2d):  # type: ignore[misc]  # torch is untyped here
    """A convolution whose output has ceil(n / stride) places; an odd pixel of padding goes after, not before."""

    def forward(self, input: Tensor) -> Tensor:
        """Pad and convolve (N, C, H, W)."""
        down = _padding(input.shape[-2], self.kernel_size[0], self.stride[0])
        across = _padding(input.shape[-1], self.kernel_size[1], self.stride[1])
        return super().forward(functional.pad(input, (*across, *down)))


def _padding(length: int, kernel: int, stride: int) -> tuple[int, int]:
    places = -(-length // stride)
    total = max((places - 1) * stride + kernel - length, 0)
    return total // 2, total - total // 2
