"""O-Net, the last stage of MTCNN (Zhang et al. 2016, doi:10.1109/LSP.2016.2603342): is a 48×48 picture a face."""

from __future__ import annotations

from torch import Tensor, nn


class ONet(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """The whole network, named as facenet-pytorch names it.

    Only the two logits ("no face", "face") are returned; the heads for the box and the landmarks are there so that
    published weights fit.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 32, 3), nn.PReLU(32)
        self.pool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2, self.prelu2 = nn.Conv2d(32, 64, 3), nn.PReLU(64)
        self.pool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv3, self.prelu3 = nn.Conv2d(64, 64, 3), nn.PReLU(64)
        self.pool3 = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.conv4, self.prelu4 = nn.Conv2d(64, 128, 2), nn.PReLU(128)
        self.dense5, self.prelu5 = nn.Linear(1152, 256), nn.PReLU(256)
        self.dense6_1 = nn.Linear(256, 2)
        self.dense6_2 = nn.Linear(256, 4)
        self.dense6_3 = nn.Linear(256, 10)

    def forward(self, input: Tensor) -> Tensor:
        """RGB (N, 3, 48, 48) in about [−1, 1] to logits (N, 2)."""
        features = self.pool1(self.prelu1(self.conv1(input)))
        features = self.pool2(self.prelu2(self.conv2(features)))
        features = self.pool3(self.prelu3(self.conv3(features)))
        features = self.prelu4(self.conv4(features))
        # The weights were trained with the axes in the order N, W, H, C.
        flat = features.permute(0, 3, 2, 1).flatten(1)
        logits: Tensor = self.dense6_1(self.prelu5(self.dense5(flat)))
        return logits
