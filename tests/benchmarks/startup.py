"""Measure how quickly the command line starts, also with fifty other people's plugins installed.

Run from the project's folder, with fracorr installed::

    python tests/benchmarks/startup.py

``fracorr --help`` is compared with ``--help`` of a bare typer and rich application of two commands. Times are processor
time of the whole process, minima over runs that take turns. One in five of the installed plugins is broken, slow (it
sleeps for 50 ms when it is imported) or called like another.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from plugin_folders import install_many

#: Bounds that the project has set itself.
LONGEST_HELP = 1.5
LONGEST_LIST = 1.0
COUNTS = (0, 25, 50, 100, 200)
BARE = '''\
import typer

app = typer.Typer(no_args_is_help=True)


@app.command()
def hello(name: str) -> None:
    """Say hello."""
    typer.echo(f"hello, {name}")


@app.command()
def bye(name: str, politely: bool = False) -> None:
    """Say goodbye."""
    typer.echo(f"bye, {name}")


app()
'''


def processor_and_clock(arguments: Sequence[str], site: pathlib.Path) -> tuple[float, float]:
    """Return the processor time and the time by the clock that a Python process takes, in seconds."""
    command = [sys.executable, *arguments]
    silence = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    started = time.perf_counter()
    child = os.posix_spawn(command[0], command, {**os.environ, "PYTHONPATH": str(site)}, file_actions=silence)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    return used.ru_utime + used.ru_stime, time.perf_counter() - started


def fastest(
    commands: Mapping[str, tuple[Sequence[str], pathlib.Path]], repetitions: int
) -> dict[str, tuple[float, float]]:
    """Return the least processor time and the least time by the clock of each command, all taking turns."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(repetitions + 1):
        for name, (arguments, site) in commands.items():
            times[name].append(processor_and_clock(arguments, site))
    # The first of each writes what Python compiles.
    return {name: (min(a for a, _ in each[1:]), min(b for _, b in each[1:])) for name, each in times.items()}


def installed(folder: pathlib.Path) -> dict[int, pathlib.Path]:
    """Return folders with so many plugins, and the bare application in each."""
    sites = {count: folder / f"site-{count}" for count in COUNTS}
    for count, site in sites.items():
        site.mkdir()
        install_many(site, count, seconds=0.05)
        (site / "bare_application.py").write_text(BARE)
    return sites


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repetitions", type=int, default=15)
    repetitions = parser.parse_args().repetitions
    with tempfile.TemporaryDirectory() as place:
        sites = installed(pathlib.Path(place))
        commands: dict[str, tuple[Sequence[str], pathlib.Path]] = {
            "bare": (["-m", "bare_application", "--help"], sites[0])
        }
        for count, site in sites.items():
            commands[f"help {count}"] = (["-m", "fracorr", "--help"], site)
            commands[f"list {count}"] = (["-m", "fracorr", "plugins", "list"], site)
        times = fastest(commands, repetitions)
    print_table(times)


def print_table(times: Mapping[str, tuple[float, float]]) -> None:
    """Print what was measured, and whether the bounds hold."""
    bare = times["bare"][0]
    print(f"bare typer + rich application, --help: {1000 * bare:.0f} ms of processor time")
    print("others    --help          of bare   plugins list   per plugin   by the clock")
    for count in COUNTS:
        shown, (listed, clock) = times[f"help {count}"][0], times[f"list {count}"]
        each = f"{1000 * (listed - times['list 0'][0]) / count:.2f} ms" if count else "–"
        print(
            f"{count:6}   {1000 * shown:6.0f} ms   {shown / bare:8.2f}   {1000 * listed:9.0f} ms   {each:>10}"
            f"   {clock:10.2f} s"
        )
    help_holds = times["help 50"][0] <= LONGEST_HELP * bare
    list_holds = times["list 50"][1] <= LONGEST_LIST
    print(f"help with 50 within {LONGEST_HELP} times the bare one: {'yes' if help_holds else 'NO'}")
    print(f"list of 50 within {LONGEST_LIST:g} s by the clock: {'yes' if list_holds else 'NO'}")


if __name__ == "__main__":
    main()
