"""The contract of commands."""

from __future__ import annotations

from typing import Any

import typer
from typer.testing import CliRunner

from fracorr.cli.commands import OWN
from fracorr.raised import described
from fracorr.testing.contract import BreachError, Point, check, require


def check_command(application: Any) -> None:
    """Check that a command keeps its contract.

    Parameters
    ----------
    application : typer.Typer
        What the component's target names.

    Raises
    ------
    ContractError
        With every point that does not hold, what came instead, and how to mend it.
    """
    check("command", application, POINTS, {})


def it_is_a_typer_application(application: Any) -> None:
    """That is what is mounted."""
    require(
        isinstance(application, typer.Typer),
        "a typer.Typer",
        type(application).__name__,
        "name the application as the target: app = typer.Typer(); @app.command() …",
    )


def it_can_be_asked_for_help(application: Any) -> None:
    """Everything about it, each command of it too, without doing anything."""
    command = _command(application)
    for name in ("", *getattr(command, "commands", ())):
        done = CliRunner().invoke(application, [*filter(None, [name]), "--help"])
        require(
            done.exit_code == 0,
            f"help for {name or 'it'!r}",
            f"exit code {done.exit_code} ({done.exception})",
            "do nothing while options are read; import what may be missing inside the functions",
        )


def every_command_is_explained(application: Any) -> None:
    """Help texts are docstrings."""
    command = _command(application)
    for name, each in (getattr(command, "commands", None) or {"": command}).items():
        require(
            (each.help or "").strip(), f"a help text for {name or 'it'!r}", "none", "write a docstring, or say help=…"
        )


#: All points.
POINTS: tuple[Point, ...] = (it_is_a_typer_application, it_can_be_asked_for_help, every_command_is_explained)


def its_name_is_free(name: str) -> None:
    """Check that a command's name is none of fracorr's own."""
    require(
        name not in {spec.name for spec in OWN},
        "a name that fracorr has no command for",
        f"'{name}', which is fracorr's own and comes first",
        "give the ComponentSpec another name",
    )


def _command(application: Any) -> Any:
    try:
        return typer.main.get_command(application)
    except Exception as error:
        raise BreachError(
            "an application with at least one command",
            described(error),
            "add functions with @app.command(), their parameters annotated with types that typer knows",
        ) from error
