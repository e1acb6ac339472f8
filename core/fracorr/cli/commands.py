"""The commands: named here, imported when they are called, so that help and listings stay quick."""

from __future__ import annotations

import importlib
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from fracorr.components import ComponentSpec, Kind
from fracorr.errors import EXIT_INTERRUPTED, FracorrError, PluginError
from fracorr.plugins import default_registry

#: fracorr's own commands, in the order of the help: a function or a typer application each.
OWN = (
    ComponentSpec(
        "demo",
        "The claim's experiment in small: plain and fractal kernels of faces, controls, six methods.",
        "fracorr.cli.demo:demo",
    ),
    ComponentSpec(
        "claim",
        "Test the claim that a picture made into a fractal finds what the plain picture misses, and say what came out.",
        "fracorr.cli.claim:claim",
    ),
    ComponentSpec(
        "init",
        "Write an experiment file that explains itself and runs as it is; an existing file is left alone.",
        "fracorr.cli.init:init",
    ),
    ComponentSpec("run", "Carry out an experiment: every kernel × transform × scene × method.", "fracorr.cli.run:run"),
    ComponentSpec(
        "show-config",
        "Print an experiment as a file that repeats it: patterns of names and sweeps spelled out, defaults filled in.",
        "fracorr.cli.show_config:show_config",
    ),
    ComponentSpec("resume", "Do exactly what is missing of a run, however it ended.", "fracorr.cli.resume:resume"),
    ComponentSpec(
        "runs",
        "List the runs in a folder, the newest last: when, what, how many trials are done and failed, and the state.",
        "fracorr.cli.runs:runs",
    ),
    ComponentSpec(
        "report",
        "Report a run's results again, or in another way, without computing any trial.",
        "fracorr.cli.report:report",
    ),
    ComponentSpec(
        "compare",
        "Show the arms of several runs side by side: hits with their intervals, overlap, time, and what differs.",
        "fracorr.cli.compare:compare",
    ),
    ComponentSpec(
        "export",
        "Write every finished trial of a run as one row: what was tried, metrics, matches, time, error.",
        "fracorr.cli.export:export",
    ),
    ComponentSpec(
        "find", "Find a template in pictures, however it is turned and whatever its size.", "fracorr.cli.finding:find"
    ),
    ComponentSpec(
        "bench",
        "Measure methods: hits, overlap, errors, and time relative to one call of OpenCV's matchTemplate.",
        "fracorr.cli.bench:bench",
    ),
    ComponentSpec("fractalize", "Turn a picture into a fractal.", "fracorr.cli.fractalize:fractalize"),
    ComponentSpec(
        "plugins", "List plugins, show their components; write and check your own.", "fracorr.cli.plugins:app"
    ),
)
#: What stands behind ``--grid SWEEP`` without an option of its own belongs to the grid.
_SETTINGS: dict[str, dict[str, Any]] = {"fractalize": {"allow_extra_args": True}}


class InterruptionError(FracorrError):
    """Ctrl-C that no command has made its own; typer itself would leave without a word."""

    exit_code = EXIT_INTERRUPTED


class Commands(TyperGroup):
    """fracorr's own commands and those that plugins offer, all imported when they are called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {spec.name: _listed(spec) for spec in OWN}

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click calls it so
        """Return the names of all commands."""
        return [*self.commands, *(name for name in _offered() if name not in self.commands)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Return a command as a listing shows it, or None."""
        if cmd_name in self.commands or cmd_name not in _offered():
            return self.commands.get(cmd_name)
        return _listed(default_registry().get(Kind.COMMAND, cmd_name).spec, cmd_name)

    def invoke(self, ctx: Any) -> Any:
        """Carry out a command; what an interruption says is added to the word."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interruption:
            raise InterruptionError(f"interrupted {interruption}".strip()) from None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is to be carried out, imported now."""
        name, _, rest = super().resolve_command(ctx, args)
        if name is None:  # the shell completes a line with a wrong name in it
            return None, None, rest
        return name, _own(name) if name in self.commands else _plugins(name), rest


def _offered() -> tuple[str, ...]:
    return default_registry().usable_names(Kind.COMMAND)


def _listed(spec: ComponentSpec, name: str = "") -> TyperCommand:
    return TyperCommand(name or spec.name, help=spec.summary)


def _own(name: str) -> Any:
    (spec,) = (spec for spec in OWN if spec.name == name)
    module, _, attribute = spec.target.partition(":")
    target = getattr(importlib.import_module(module), attribute)
    if not isinstance(target, typer.Typer):
        function, target = target, typer.Typer(add_completion=False)
        target.command(context_settings=_SETTINGS.get(name))(function)
    return _named(name, target)


def _plugins(name: str) -> Any:
    component = default_registry().get(Kind.COMMAND, name)
    target = component.load()
    if not isinstance(target, typer.Typer):
        raise PluginError(
            f"command '{name}' ({component.origin}): {component.spec.target} is a {type(target).__name__}, not a "
            "typer.Typer"
        )
    return _named(name, target)


def _named(name: str, application: typer.Typer) -> Any:
    command = typer.main.get_command(application)
    command.name = name
    # Completion is installed for fracorr as a whole.
    command.params = [each for each in command.params if each.name not in ("install_completion", "show_completion")]
    return command
