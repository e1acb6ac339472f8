"""The networks that the bundled gallery was rendered from: their shapes only, no weights.

Nothing here imports PyTorch; each network's own module does.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs


@attrs.frozen
class InputFormat:
    """What a network wants its pictures to look like.

    A picture in [0, 1] is first stretched to [low, high], then ``(x - mean) / std`` is taken per channel.

    Attributes
    ----------
    channels : int
        1 (gray) or 3 (RGB).
    low, high : float
        What black and white become.
    mean, std : tuple of float
        One number for all channels, or one for each.
    size : int or None
        The only side in pixels that the network can take, or None where it takes any.
    """

    channels: int = 3
    low: float = 0.0
    high: float = 1.0
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    size: int | None = None


@attrs.frozen
class Network:
    """A network that can be called by its name."""

    target: str
    summary: str
    input: InputFormat


_IMAGENET = InputFormat(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
_SIGNED = InputFormat(low=-1.0, high=1.0)

NETWORKS: Final[Mapping[str, Network]] = MappingProxyType(
    {
        "mobilenet_v1": Network(
            "fracorr_features.networks.mobilenet_v1:MobileNetV1",
            "MobileNet V1 0.75 (Howard et al. 2017), batch norm folded, 1001 classes",
            _SIGNED,
        ),
        "mobilenet_v2": Network(
            "fracorr_features.networks.mobilenet_v2:MobileNetV2",
            "MobileNet V2 1.0 (Sandler et al. 2018), batch norm folded, 1001 classes",
            _SIGNED,
        ),
        "squeezenet": Network(
            "fracorr_features.networks.squeezenet:SqueezeNet",
            "SqueezeNet 1.0 (Iandola et al. 2016), 1000 classes, torchvision's parameter names",
            _IMAGENET,
        ),
        "onet": Network(
            "fracorr_features.networks.onet:ONet",
            "O-Net, the last stage of the MTCNN face detector (Zhang et al. 2016); unit 1 is 'face'",
            # Bytes are taken to (x - 127.5) / 128.
            InputFormat(low=-127.5 / 128, high=127.5 / 128, size=48),
        ),
    }
)
