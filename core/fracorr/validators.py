"""Validators for the parameters of components, whose messages say what would be right.

Each makes a validator for :func:`attrs.field`. What it refuses raises a
:class:`~fracorr.errors.ConfigurationError` such as ``'orbit-trap': tiles=0 is not right: it takes a whole number from 1
to 999``. A bool is a number to Python but never what is meant, so the numbers here refuse it.
"""

from __future__ import annotations

import cmath
import numbers
import pathlib
import re
import weakref
from collections.abc import Callable
from typing import Any, TypeAlias

import attrs

from fracorr.errors import ConfigurationError, nearest

Validator: TypeAlias = Callable[[Any, "attrs.Attribute[Any]", Any], None]

_NAMES: weakref.WeakKeyDictionary[type, str] = weakref.WeakKeyDictionary()


def number(
    *, above: float | None = None, low: float | None = None, high: float | None = None, right: str = ""
) -> Validator:
    """Take finite real numbers.

    Parameters
    ----------
    above : float, optional
        What they must exceed.
    low, high : float, optional
        The least and the greatest of them.
    right : str, optional
        What the message says would be right; by default ``it takes a number`` and the bounds.

    Examples
    --------
    >>> import attrs
    >>> @attrs.frozen
    ... class SoftBlur:
    ...     sigma: float = attrs.field(default=1.0, validator=number(above=0, high=99))
    >>> SoftBlur(100)
    Traceback (most recent call last):
        ...
    fracorr.errors.ConfigurationError: 'soft-blur': sigma=100 is not right: it takes a number above 0 and at most 99
    """
    bounds = _in_words(above, low, high)
    says = right or (f"it takes a number {bounds}" if bounds else "it takes a finite number")

    def fits(value: Any) -> bool:
        return _is_finite(value, numbers.Real) and _within(value, above, low, high)

    return _validator(fits, says)


def whole(low: int | None = None, high: int | None = None, *, right: str = "") -> Validator:
    """Take whole numbers, NumPy's too.

    Parameters
    ----------
    low, high : int, optional
        The least and the greatest of them.
    right : str, optional
        What the message says would be right; by default ``it takes a whole number`` and the bounds.
    """
    says = right or f"it takes a whole number {_in_words(None, low, high)}".rstrip()

    def fits(value: Any) -> bool:
        return is_whole(value) and _within(value, None, low, high)

    return _validator(fits, says)


def complex_number(high: float | None = None, *, right: str = "") -> Validator:
    """Take finite complex numbers, and so real ones.

    Parameters
    ----------
    high : float, optional
        The greatest magnitude.
    right : str, optional
        What the message says would be right; by default ``it takes a complex number`` and the bound.
    """
    bounds = "" if high is None else f" of a magnitude {_in_words(None, None, high)}"
    says = right or f"it takes a complex number{bounds}"

    def fits(value: Any) -> bool:
        return _is_finite(value, numbers.Complex) and _within(abs(complex(value)), None, None, high)

    return _validator(fits, says)


def one_of(*words: str, right: str = "") -> Validator:
    """Take one of several words; the message names the nearest.

    Parameters
    ----------
    *words : str
        All that are allowed; those of a ``Literal`` come from :func:`typing.get_args`.
    right : str, optional
        What the message says would be right; by default ``it takes one of`` the words.
    """
    says = right or f"it takes one of {', '.join(words)}"

    def check(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not (isinstance(value, str) and value in words):
            raise not_right(instance, attribute, value, says + nearest(str(value), words))

    return check


def flag() -> Validator:
    """Take true or false."""
    return _validator(lambda value: isinstance(value, bool), "it takes true or false")


def file_name(example: str) -> Validator:
    """Take the name of a file without a folder, with the ending of `example`, such as ``results.csv``."""
    ending = pathlib.PurePath(example).suffix

    def check(_: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        plain = isinstance(value, str) and value.endswith(ending) and not (set(value) & set("/\\"))
        if not plain or value.startswith("."):
            raise ConfigurationError(f"{attribute.name}={value!r} must be a plain file name such as {example}")

    return check


def optional(validator: Validator) -> Validator:
    """Take None too, besides what `validator` takes."""
    check: Validator = attrs.validators.optional(validator)
    return check


def is_whole(value: object) -> bool:
    """Whether a value is a whole number, and not a bool."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def named(class_: type, name: str) -> None:
    """Note the name that people type for components of a class: a plugin gives it, the class does not know it."""
    _NAMES[class_] = name


def component_name(instance: object) -> str:
    """Return the name that people type for a component; where no plugin gave one, ``LogPolar`` gives ``log-polar``."""
    if type(instance) in _NAMES:
        return _NAMES[type(instance)]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(instance).__name__).lower()


def wrong(instance: object, message: str) -> ConfigurationError:
    """Return the error that names the component before the message, for the caller to raise."""
    return ConfigurationError(f"'{component_name(instance)}': {message}")


def not_right(instance: object, attribute: attrs.Attribute[Any], value: object, says: str) -> ConfigurationError:
    """Return the error of one parameter's value, for the caller to raise.

    Parameters
    ----------
    instance : object
        The component.
    attribute : attrs.Attribute
        The parameter.
    value : object
        What was given.
    says : str
        What would be right, such as ``it takes a whole number``.
    """
    return wrong(instance, f"{attribute.name}={value!r} is not right: {says}")


def _validator(fits: Callable[[Any], bool], says: str) -> Validator:
    def check(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        try:
            right = fits(value)
        except OverflowError:  # a number beyond all doubles
            right = False
        if not right:
            raise not_right(instance, attribute, value, says)

    return check


def _is_finite(value: Any, kind: type[Any]) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool) and cmath.isfinite(value)


def _within(value: float, above: float | None, low: float | None, high: float | None) -> bool:
    return (above is None or value > above) and (low is None or value >= low) and (high is None or value <= high)


def _in_words(above: float | None, low: float | None, high: float | None) -> str:
    if above is None and low is not None and high is not None:
        return f"from {_short(low)} to {_short(high)}"
    words = (("above", above), ("at least", low), ("at most", high))
    return " and ".join(f"{word} {_short(bound)}" for word, bound in words if bound is not None)


def _short(bound: float) -> str:
    return str(bound) if is_whole(bound) else f"{bound:g}"
