"""The filters of a trained network's first layer, out of its file of weights."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator
from typing import Any, Final

import attrs
import numpy as np

from fracorr import Kernel, MissingDependencyError, parameter
from fracorr.errors import ConfigurationError, nearest
from fracorr.opencv import cv2
from fracorr_patterns import fields
from fracorr_patterns.grid import Array, signed_pixels

#: A filter that spreads less than this part of the widest one has died in training.
_FLAT: Final = 1e-3


@attrs.frozen
class Weights:
    """One kernel for each filter of a convolution, enlarged; needs safetensors, which comes with the extra [torch].

    Filters over three channels are taken as RGB, filters over one as gray; the gray 0.5 stands for 0.
    """

    path: pathlib.Path = attrs.field(metadata=parameter("A .safetensors file", main=True))
    tensor: str | None = attrs.field(
        default=None, metadata=parameter("Name of the filters; none: the first over 3 channels, else over 1")
    )
    unit: str = attrs.field(
        default="*", metadata=parameter("Which filters: a list such as [0,3,8-11], or * for all that are not flat")
    )
    size: int = fields.side()

    def kernels(self, rng: np.random.Generator) -> Iterator[Kernel]:
        name, filters = self._read()
        spread = np.ptp(filters, axis=(1, 2, 3))
        for index in chosen(self.unit, len(filters)):
            if self.unit == "*" and spread[index] <= _FLAT * spread.max():
                continue
            values = np.ascontiguousarray(filters[index].transpose(1, 2, 0), dtype=np.float64)
            large = cv2.resize(values, (self.size, self.size), interpolation=cv2.INTER_CUBIC)
            yield Kernel(signed_pixels(np.asarray(large)), name=f"{name.removesuffix('.weight')}-{index}")

    def _read(self) -> tuple[str, Array]:
        if not self.path.is_file():
            raise ConfigurationError(f"there is no file of weights '{self.path}'")
        with _open(self.path) as file:
            shapes = {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118 - no mapping
            name = self.tensor or _first_layer(shapes, self.path)
            if name not in shapes:
                raise ConfigurationError(
                    f"'{self.path}' has no tensor '{name}'{nearest(name, shapes)}; it has {', '.join(shapes)}"
                )
            if not _is_filter(shapes[name]):
                raise ConfigurationError(
                    f"'{name}' in '{self.path}' has shape {shapes[name]}; filters over 1 or 3 channels are "
                    "(units, channels, height, width)"
                )
            values = np.asarray(file.get_tensor(name), dtype=np.float64)
        if not np.isfinite(values).all():
            raise ConfigurationError(f"'{name}' in '{self.path}' holds values that are not finite")
        return name, values


def chosen(text: str, count: int) -> tuple[int, ...]:
    """Read a list of filters such as ``[0,3,8-11]``.

    Raises
    ------
    ConfigurationError
        If it is no list, or reaches beyond the last filter.
    """
    if text.strip() == "*":
        return tuple(range(count))
    found: list[int] = []
    for part in text.strip().strip("[]").split(","):
        match = re.fullmatch(r"\s*(\d+)(?:\s*-\s*(\d+))?\s*", part)
        if not match:
            raise ConfigurationError(f"unit={text!r}: {part.strip()!r} is no filter; write for example [0,3,8-11]")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first or last >= count:
            raise ConfigurationError(f"unit={text!r}: the filters are 0…{count - 1}")
        found.extend(range(first, last + 1))
    return tuple(dict.fromkeys(found))


def _open(path: pathlib.Path) -> Any:
    try:
        import safetensors
    except ImportError as error:
        raise MissingDependencyError(
            "reading weights needs safetensors, which is not installed. Run: pip install 'fracorr[torch]'"
        ) from error
    try:
        return safetensors.safe_open(path, "numpy")
    except (safetensors.SafetensorError, OSError) as error:
        raise ConfigurationError(f"'{path}' cannot be read as safetensors: {error}") from error


def _first_layer(shapes: dict[str, tuple[int, ...]], path: pathlib.Path) -> str:
    for channels in (3, 1):
        for name, shape in shapes.items():
            if _is_filter(shape) and shape[1] == channels:
                return name
    raise ConfigurationError(f"'{path}' has no filters over 1 or 3 channels; its tensors are {', '.join(shapes)}")


def _is_filter(shape: tuple[int, ...]) -> bool:
    return len(shape) == 4 and shape[1] in (1, 3) and min(shape[2:]) >= 2
