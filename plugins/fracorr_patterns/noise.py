"""White noise: the control that holds nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from fracorr import Kernel, parameter
from fracorr.validators import whole
from fracorr_patterns import fields


@attrs.frozen
class Noise:
    """Independent pixels, uniform over [0, 1]."""

    count: int = attrs.field(default=1, validator=whole(1), metadata=parameter("How many kernels", main=True))
    color: bool = attrs.field(default=False, metadata=parameter("Color instead of gray"))
    size: int = fields.side()

    def __attrs_post_init__(self) -> None:
        fields.check_total(self, self.count, self.size)

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        shape = (self.size, self.size, 3) if self.color else (self.size, self.size)
        for number in range(self.count):
            yield Kernel(rng.random(shape, dtype=np.float32), name=f"noise-{number}" if self.count > 1 else "noise")
