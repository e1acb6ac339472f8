"""How a feature image is rendered: everything but the model and the unit."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import attrs
from attrs.validators import ge, gt, instance_of, le

from fracorr import parameter
from fracorr.validators import optional, whole

#: The largest side in pixels of a picture that is put through a network: the maps inside take many times its memory.
LARGEST_INPUT: Final = 2048

#: What can be driven up.
Objective: TypeAlias = Literal["neuron", "channel", "layer", "logit", "direction"]


@attrs.frozen
class Settings:
    """The options of one rendering; see the metadata of each field."""

    objective: Objective = attrs.field(
        default="channel", metadata=parameter("What is driven up: one place, the whole map, the layer, a class …")
    )
    size: int = attrs.field(default=128, validator=[ge(16), le(1024)], metadata=parameter("Side", unit="px"))
    steps: int = attrs.field(default=256, validator=[ge(1), le(100_000)], metadata=parameter("Steps of Adam"))
    learning_rate: float = attrs.field(default=0.05, validator=gt(0.0), metadata=parameter("Step length of Adam"))
    seed: int = attrs.field(default=0, validator=ge(0), metadata=parameter("The same seed gives the same image"))
    alpha: bool = attrs.field(
        default=False, validator=instance_of(bool), metadata=parameter("Optimise opacity too; it becomes the support")
    )
    transparency: float = attrs.field(
        default=0.5, validator=ge(0.0), metadata=parameter("Price of opacity, as a part of the objective")
    )
    parameterization: Literal["fourier", "maco"] = attrs.field(
        default="fourier", metadata=parameter("Free coefficients, or phases under natural magnitudes (MACO)")
    )
    decay: float = attrs.field(
        default=1.25, validator=[ge(0.0), le(3.0)], metadata=parameter("Amplitudes fall as 1/f to this power")
    )
    jitter: float = attrs.field(default=9.0, validator=ge(0.0), metadata=parameter("Largest random shift", unit="px"))
    zoom: float = attrs.field(
        default=0.15, validator=[ge(0.0), le(0.9)], metadata=parameter("Largest random change of scale")
    )
    rotation: float = attrs.field(
        default=12.0, validator=[ge(0.0), le(180.0)], metadata=parameter("Largest random turn", unit="degrees")
    )
    input_size: int | None = attrs.field(
        default=None,
        validator=optional(whole(1, LARGEST_INPUT)),
        metadata=parameter("Side at which the network sees the image; none: as large as it is", unit="px"),
    )
    threads: int = attrs.field(default=1, validator=ge(1), metadata=parameter("More than one is not reproducible"))
