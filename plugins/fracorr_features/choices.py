"""Reading what people type about models and units; nothing here needs PyTorch."""

from __future__ import annotations

import attrs

from fracorr.errors import ConfigurationError
from fracorr_features.networks import NETWORKS, InputFormat

#: More units than this in one list is a slip of the hand.
_MOST_UNITS = 100_000


def units(text: str) -> tuple[int, ...]:
    """Read a list of units such as ``6,7,14-20``.

    Raises
    ------
    ConfigurationError
        If it is no such list.
    """
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise ConfigurationError(f"units {text!r}: {part.strip()!r} is no unit; write for example 6,7,14-20")
        low, high = int(first), int(last) if dash else int(first)
        if high < low or high - low > _MOST_UNITS:
            raise ConfigurationError(f"units {text!r}: {part.strip()!r} runs from {low} to {high}")
        found.extend(range(low, high + 1))
    return tuple(dict.fromkeys(found))


def direction(text: str) -> tuple[tuple[int, float], ...]:
    """Read a direction such as ``3=1,17=-0.5``: weights of units.

    Raises
    ------
    ConfigurationError
        If it is no such list.
    """
    weights = []
    for part in filter(None, text.split(",")):
        unit, _, weight = part.partition("=")
        try:
            weights.append((int(unit), float(weight)))
        except ValueError:
            raise ConfigurationError(f"direction {text!r}: {part!r} is not unit=weight, for example 17=-0.5") from None
    return tuple(weights)


def numbers(text: str, what: str) -> tuple[float, ...]:
    """Read numbers separated by commas.

    Raises
    ------
    ConfigurationError
        If they are none.
    """
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise ConfigurationError(f"{what} {text!r} is not a number or a list of numbers a,b,c") from None


def input_format(
    model: str,
    channels: int | None = None,
    value_range: tuple[float, ...] = (),
    mean: tuple[float, ...] = (),
    std: tuple[float, ...] = (),
) -> InputFormat:
    """Return what the pictures of a model look like: what is given, else what is known of the network.

    Raises
    ------
    ConfigurationError
        If the numbers make no sense.
    """
    known = NETWORKS[model].input if model in NETWORKS else InputFormat()
    changes: dict[str, object] = {}
    if channels is not None:
        if channels not in (1, 3):
            raise ConfigurationError(f"a picture has 1 or 3 channels, not {channels}")
        changes["channels"] = channels
    if value_range:
        if len(value_range) != 2 or value_range[0] == value_range[1]:
            raise ConfigurationError(f"an input range is two different numbers LOW,HIGH, not {value_range}")
        changes["low"], changes["high"] = value_range
    count = channels or known.channels
    for name, values in (("mean", mean), ("std", std)):
        if values:
            if len(values) not in (1, count):
                raise ConfigurationError(f"{name} needs 1 or {count} numbers, not {len(values)}")
            changes[name] = values
    if any(each == 0 for each in std):
        raise ConfigurationError("std must not be 0")
    return attrs.evolve(known, **changes)  # type: ignore[arg-type]
