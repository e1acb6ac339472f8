"""The points that hold for components of every kind: parameters, pickling, specs, experiment files."""

from __future__ import annotations

import pickle
import tomllib
from typing import Any

import attrs

from fracorr import parameters, specs, toml_text, values
from fracorr.raised import described
from fracorr.testing.contract import BreachError, Point, require

_NAME = "component-under-test"


def it_is_an_attrs_class(subject: Any) -> None:
    """Components are made from spec strings by their fields."""
    require(
        attrs.has(type(subject)),
        "an attrs class",
        type(subject).__name__,
        "decorate the class with @attrs.frozen and declare its parameters as fields",
    )


def every_parameter_is_explained(subject: Any) -> None:
    """Help texts and listings show what the fields' metadata say."""
    for each in parameters.parameters_of(subject.__class__):
        require(
            each.help.strip(),
            f"a help text for the parameter {each.name!r}",
            "none",
            f'{each.name} = attrs.field(…, metadata=parameter("what it does", unit="px"))',
        )


def parameters_survive_a_spec_string(subject: Any) -> None:
    """What a spec string says is what comes out of it, defaults written out included."""
    texts = {name: values.to_text(value) for name, value in parameters.values_of(subject).items()}
    text = specs.format_spec(_NAME, texts)
    again = specs.parse(text)
    _same(subject, parameters.build(type(subject), _NAME, again.values, again.value), text)


def parameters_survive_an_experiment_file(subject: Any) -> None:
    """A spec in a TOML file is the same spec."""
    text = parameters.spec_of(_NAME, subject)
    read = specs.parse(tomllib.loads(f"specs = [{toml_text.literal(text)}]")["specs"][0])
    _same(subject, parameters.build(type(subject), _NAME, read.values, read.value), text)


def it_can_be_pickled(subject: Any) -> None:
    """Engines send components to other processes."""
    try:
        again = pickle.loads(pickle.dumps(subject))
    except Exception as error:
        raise BreachError(
            "an object that can be pickled",
            described(error),
            "keep locks, open files and functions out of its fields; define its class at the top of a module",
        ) from error
    _same(subject, again, "pickling")


#: The points of every kind's contract.
POINTS: tuple[Point, ...] = (
    it_is_an_attrs_class,
    every_parameter_is_explained,
    parameters_survive_a_spec_string,
    parameters_survive_an_experiment_file,
    it_can_be_pickled,
)


def _same(before: Any, after: Any, through: str) -> None:
    for name, value in parameters.values_of(before).items():
        other = getattr(after, name)
        # Where the type is not known to spec strings, text comes back instead of a value.
        known = isinstance(value, str) or not isinstance(other, str)
        require(
            values.to_text(value) == values.to_text(other) and known,
            f"{name}={values.to_text(value)} after {through!r}",
            f"{name}={other!r}",
            "annotate the field with a type that spec strings can hold (int, float, bool, complex, str, Literal, "
            "pathlib.Path, tuple of these, or None beside them), and convert nothing behind its back",
        )
