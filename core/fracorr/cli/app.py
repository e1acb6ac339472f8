"""The application: global options, the commands, and what an error looks like."""

from __future__ import annotations

import fnmatch
import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from fracorr.cli import (
    bench,
    claim,
    demo,
    export,
    finding,
    fractalize,
    init,
    plugins,
    report,
    resume,
    run,
    runs,
    show_config,
)
from fracorr.components import Kind
from fracorr.errors import EXIT_INTERRUPTED, EXIT_PLUGIN, EXIT_USAGE, FracorrError, PluginError, nearest
from fracorr.plugins import DISABLE_VARIABLE, ONLY_BUILTIN_VARIABLE, default_registry

EPILOG = "A path stands for the files there, a glob such as 'tm_*' for every component that matches."


class Commands(TyperGroup):
    """fracorr's own commands and those that plugins offer, the latter imported when they are called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands."""
        own = super().list_commands(ctx)
        return [*own, *(name for name in _offered() if name not in own)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command for a listing, or None; a plugin's is only named."""
        own = super().get_command(ctx, cmd_name)
        if own is not None or cmd_name not in _offered():
            return own
        component = default_registry().get(Kind.COMMAND, cmd_name)
        return typer.main.get_command(_placeholder(cmd_name, component.spec.summary))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is to be carried out; a plugin's is imported now."""
        name, command, rest = super().resolve_command(ctx, args)
        if name in super().list_commands(ctx) or name not in _offered():
            return name, command, rest
        component = default_registry().get(Kind.COMMAND, name)
        target = component.load()
        if not isinstance(target, typer.Typer):
            raise PluginError(
                f"command '{name}' ({component.origin}): {component.spec.target} is a {type(target).__name__}, not a "
                "typer.Typer"
            )
        command = typer.main.get_command(target)
        command.name = name
        return name, command, rest


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EPILOG,
)
app.command("demo")(demo.demo)
app.command("claim")(claim.claim)
app.command("init")(init.init)
app.command("run")(run.run)
app.command("show-config")(show_config.show_config)
app.command("resume")(resume.resume)
app.command("runs")(runs.runs)
app.command("report")(report.report)
app.command("export")(export.export)
app.command("find")(finding.find)
app.command("bench")(bench.bench)
# What stands behind --grid SWEEP without an option of its own belongs to the grid.
app.command("fractalize", context_settings={"allow_extra_args": True})(fractalize.fractalize)
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
    for pattern in disable_plugin or ():
        known = {name for record in default_registry().records for name in (record.name, record.distribution)}
        if not fnmatch.filter(known, pattern):
            typer.echo(f"fracorr: no plugin is called '{pattern}'{nearest(pattern, known)}", err=True)


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    try:
        app(prog_name="fracorr")
    except FracorrError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("interrupted", EXIT_INTERRUPTED)
    except MemoryError:
        _fail("there is not enough memory for this; use smaller pictures or fewer of them", EXIT_USAGE)
    except BrokenPipeError:
        # Whoever read the output has had enough; keep Python from complaining when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        _fail(str(error), EXIT_USAGE)


def _fail(message: str, code: int) -> None:
    kind = "plugin error" if code == EXIT_PLUGIN else "error"
    sys.stderr.write(f"fracorr: {kind}: {message}\n" if code != EXIT_INTERRUPTED else f"fracorr: {message}\n")
    sys.exit(code)
