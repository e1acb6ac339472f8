"""What a contract is made of: points that hold or do not, and an error that lists those that do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import attrs

from fracorr.errors import FracorrError, MissingDependencyError
from fracorr.raised import described


class ContractError(AssertionError):
    """A component that does not keep its contract; the message lists each point with what would mend it."""


class BreachError(Exception):
    """One point that does not hold: what was expected, what came, and how to mend it."""

    def __init__(self, expected: str, came: str, mend: str) -> None:
        super().__init__(f"expected {expected}; came {came.rstrip('.')}. To mend it: {mend}")


#: One point of a contract: called with an instance of the component's class, raises :class:`BreachError`.
Point: TypeAlias = Callable[[Any], None]


@attrs.frozen
class Finding:
    """What became of one point; `problem` is empty where it holds."""

    point: str
    problem: str = ""


def require(condition: object, expected: str, came: object, mend: str) -> None:
    """Raise a breach unless a condition holds."""
    if not condition:
        raise BreachError(expected, str(came), mend)


@contextmanager
def clear_errors_only(doing: str) -> Iterator[None]:
    """Let fracorr's own errors through, and turn any other into a breach: a user would see a traceback."""
    try:
        yield
    except (FracorrError, BreachError):
        raise
    except Exception as error:
        raise BreachError(
            f"{doing} to work, or a FracorrError that says what would be right",
            described(error),
            "handle this input, or raise fracorr.ConfigurationError or fracorr.ImageError with a message",
        ) from error


def findings(subject: Any, points: Sequence[Point]) -> list[Finding]:
    """Try every point, whatever becomes of the others."""
    return [_finding(subject, point) for point in points]


def _finding(subject: Any, point: Point) -> Finding:
    name = point.__name__.replace("_", " ")
    try:
        point(subject)
    except BreachError as breach:
        return Finding(name, str(breach))
    except MissingDependencyError:
        raise  # without it nothing can be said of the component
    except FracorrError as error:
        return Finding(
            name,
            f"expected this to work with the defaults; came {type(error).__name__}: {error}. To mend it: choose "
            "defaults that work, or mend what the message names",
        )
    except Exception as error:
        return Finding(name, f"expected no error; came {described(error)}")
    return Finding(name)


def instance_of(component: Any, parameters: dict[str, Any]) -> Any:
    """Return an instance of a component: the class with these parameters, or an instance as it is.

    Raises
    ------
    ContractError
        If it cannot be made.
    """
    if not isinstance(component, type):
        return attrs.evolve(component, **parameters) if parameters else component
    try:
        return component(**parameters)
    except Exception as error:
        raise ContractError(
            f"{component.__name__} cannot be made with {parameters or 'its defaults'}: {described(error)}."
            " To mend it: give every parameter a default, or pass the required ones to the check"
        ) from error


def check(kind: str, component: Any, points: Sequence[Point], parameters: dict[str, Any]) -> None:
    """Try every point of a contract.

    Raises
    ------
    ContractError
        With every point that does not hold.
    """
    subject = instance_of(component, parameters)
    broken = [finding for finding in findings(subject, points) if finding.problem]
    if broken:
        listed = "\n".join(f"  {number}. {each.point}: {each.problem}" for number, each in enumerate(broken, 1))
        name = type(subject).__name__
        raise ContractError(f"{kind} {name} breaks {len(broken)} of {len(points)} points of its contract:\n{listed}")
