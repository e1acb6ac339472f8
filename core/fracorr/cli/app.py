"""The application: global options, the commands, and what an error looks like."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from fracorr.cli import demo, fractalize, plugins, run
from fracorr.components import Kind
from fracorr.errors import EXIT_INTERRUPTED, EXIT_PLUGIN, FracorrError
from fracorr.plugins import DISABLE_VARIABLE, ONLY_BUILTIN_VARIABLE, default_registry

EPILOG = "A path stands for the files there, a glob such as 'tm_*' for every component that matches."


class Commands(TyperGroup):
    """fracorr's own commands and those that plugins offer, the latter imported when they are called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands."""
        return [*super().list_commands(ctx), *_offered()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command by name, or None."""
        own = super().get_command(ctx, cmd_name)
        if own is not None or cmd_name not in _offered():
            return own
        component = default_registry().get(Kind.COMMAND, cmd_name)
        if ctx.resilient_parsing or "--help" in sys.argv[1:2]:
            return typer.main.get_command(_placeholder(cmd_name, component.spec.summary))
        command = typer.main.get_command(component.load())
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EPILOG,
)
app.command("demo")(demo.demo)
app.command("run")(run.run)
app.command("fractalize")(fractalize.fractalize)
app.add_typer(plugins.app, name="plugins")


def _offered() -> list[str]:
    return list(default_registry().usable_names(Kind.COMMAND))


def _placeholder(name: str, summary: str) -> typer.Typer:
    """Stand in for a plugin's command in listings, so that they need not import it."""
    stand_in = typer.Typer()

    @stand_in.command(name, help=summary)
    def _listed() -> None: ...

    return stand_in


def _print_version(wanted: bool) -> None:
    if wanted:
        import fracorr

        typer.echo(f"fracorr {fracorr.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
    disable_plugin: Annotated[
        list[str] | None,
        typer.Option("--disable-plugin", metavar="NAME", help="Leave out a plugin or a distribution (repeatable)."),
    ] = None,
    no_plugins: Annotated[
        bool, typer.Option("--no-plugins", help="Use nothing but what comes with fracorr itself.")
    ] = False,
) -> None:
    """Turn kernels into fractals, correlate them with pictures, and see what happens."""
    # The environment carries the choice to worker processes too.
    if disable_plugin:
        before = [name for name in os.environ.get(DISABLE_VARIABLE, "").split(",") if name]
        os.environ[DISABLE_VARIABLE] = ",".join([*before, *disable_plugin])
    if no_plugins:
        os.environ[ONLY_BUILTIN_VARIABLE] = "1"
    if disable_plugin or no_plugins:
        default_registry.cache_clear()


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    try:
        app(prog_name="fracorr")
    except FracorrError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("interrupted", EXIT_INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the output has had enough; keep Python from complaining when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _fail(message: str, code: int) -> None:
    kind = "plugin error" if code == EXIT_PLUGIN else "error"
    sys.stderr.write(f"fracorr: {kind}: {message}\n" if code != EXIT_INTERRUPTED else f"fracorr: {message}\n")
    sys.exit(code)
