"""Attributes that are computed when they are first asked for."""

from __future__ import annotations

import functools
from typing import Any, Self, TypeVar, overload

T = TypeVar("T")


class computed_once(functools.cached_property[T]):  # noqa: N801  # used like functools.cached_property
    """An attribute that is computed when it is first asked for, by any number of threads.

    Up to Python 3.11 functools.cached_property has one lock for all objects of a class: threads that compute different
    things wait for each other, and a process that is forked meanwhile waits for ever. Here two threads may compute the
    same at once, as they may with Python's own from 3.12 on.
    """

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...

    def __get__(self, instance: object, owner: type[Any] | None = None) -> Self | T:
        """Compute; from then on, the object's own attribute is what is found."""
        if instance is None:
            return self
        assert self.attrname is not None
        value: T = instance.__dict__.setdefault(self.attrname, self.func(instance))
        return value
