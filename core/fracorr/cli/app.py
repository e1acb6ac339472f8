"""The application: its global options, and what an error looks like."""

from __future__ import annotations

import fnmatch
import io
import os
import sys
from collections.abc import Iterable
from typing import Annotated

import typer

from fracorr.cli.commands import Commands
from fracorr.errors import EXIT_INTERRUPTED, EXIT_PLUGIN, EXIT_USAGE, FracorrError, nearest
from fracorr.plugins import DISABLE_VARIABLE, ONLY_BUILTIN_VARIABLE, default_registry

EPILOG = "A path stands for the files there, a glob such as 'tm_*' for every component that matches."


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EPILOG,
)


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
    before = [name.strip() for name in os.environ.get(DISABLE_VARIABLE, "").split(",") if name.strip()]
    # The environment carries the choice to worker processes too.
    if disable_plugin:
        os.environ[DISABLE_VARIABLE] = ",".join([*before, *disable_plugin])
    if no_plugins:
        os.environ[ONLY_BUILTIN_VARIABLE] = "1"
    if disable_plugin or no_plugins:
        default_registry.cache_clear()
    _warn_of_unknown(f"{DISABLE_VARIABLE}: ", before)
    _warn_of_unknown("", disable_plugin or ())


def _warn_of_unknown(where: str, patterns: Iterable[str]) -> None:
    """Say which names of plugins that shall be left out are nobody's."""
    for pattern in patterns:
        known = {name for record in default_registry().records for name in (record.name, record.distribution)}
        if not fnmatch.filter(known, pattern):
            typer.echo(f"fracorr: {where}no plugin is called '{pattern}'{nearest(pattern, known)}", err=True)


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names of files that are no text, and signs that the terminal does not know, are shown escaped.
        sys.stdout.reconfigure(errors="backslashreplace")
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
