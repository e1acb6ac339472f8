"""``fracorr plugins new|check|schema``: for the people who write plugins."""

from __future__ import annotations

import enum
import json
import pathlib
from typing import TYPE_CHECKING, Annotated

import typer

from fracorr.cli.completion import any_component
from fracorr.components import Kind
from fracorr.errors import EXIT_PLUGIN, ConfigurationError, nearest
from fracorr.plugins import default_registry

if TYPE_CHECKING:
    from fracorr.components import Component
    from fracorr.plugins import PluginRecord
    from fracorr.testing.plugin import ComponentReport


class KindName(enum.StrEnum):
    """The kinds that can be chosen, as the command line names them."""

    TRANSFORM = Kind.TRANSFORM.key
    METHOD = Kind.METHOD.key
    SOURCE = Kind.SOURCE.key
    SCENES = Kind.SCENES.key
    REPORTER = Kind.REPORTER.key
    ENGINE = Kind.ENGINE.key


def _kind(text: str) -> KindName:
    """Read a kind; say what it is called to whoever names it by what it gives."""
    try:
        return KindName(text)
    except ValueError:
        # The option of an experiment that takes sources is --kernel.
        is_source = text in ("kernel", "kernels", "kernel-source")
        hint = f"; the kind is called '{KindName.SOURCE}'." if is_source else nearest(text, KindName)
        raise typer.BadParameter(f"there is no kind '{text}'{hint or '.'} There are: {', '.join(KindName)}") from None


def new(
    name: Annotated[str, typer.Argument(help="What the component is called, such as sea-shell.")],
    kind: Annotated[KindName, typer.Option(metavar="KIND", parser=_kind, help=f"What it is: {', '.join(KindName)}.")],
    into: Annotated[
        pathlib.Path, typer.Option(help="Folder in which the plugin's own folder is made.")
    ] = pathlib.Path(),
) -> None:
    """Write a small complete plugin: package, test, README, licence, CI. Nothing is overwritten."""
    from fracorr.scaffold.names import Names
    from fracorr.scaffold.writing import write_plugin

    names = Names.of(name)
    for other in default_registry().find(names.component):
        if other.kind is Kind[kind.name] and other.distribution != names.distribution:
            raise ConfigurationError(
                f"there is a {other.kind.label} '{other.name}' already ({other.origin}), and everybody would have to "
                f"write '{names.distribution}/{names.component}'; choose another name"
            )
    for record in default_registry().records:
        if record.module.partition(".")[0] == names.package and record.distribution != names.distribution:
            raise ConfigurationError(
                f"the package {names.package} is there already (plugin '{record.name}' of {record.distribution}), and "
                "one would hide the other; choose another name"
            )
    files = write_plugin(name, Kind[kind.name], into)
    home = files[0].parent
    for file in files:
        typer.echo(file)
    typer.echo(f"\nNext: cd {home} && pip install -e '.[test]' && pytest", err=True)


def check(
    name: Annotated[str, typer.Argument(help="A plugin, a distribution or a component.", autocompletion=any_component)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Try what an installed plugin offers, on ordinary and on awkward input, against the contract for its kind."""
    import attrs

    from fracorr.testing.plugin import module_problems, report_on

    records, components = called(name)
    components = tuple(each for record in records for each in record.components) or components
    wrong = [f"plugin {record.name}: {each}" for record in records for each in module_problems(record)]
    reports: list[ComponentReport] = []
    for component in components:
        reports.append(report_on(component, {}))
        if not as_json:
            _say(reports[-1])
    if as_json:
        typer.echo(json.dumps({"plugin": wrong, "components": [attrs.asdict(each) for each in reports]}, indent=1))
    else:
        for each in wrong:
            typer.echo(each)
    if wrong or any(report.problems for report in reports):
        raise typer.Exit(EXIT_PLUGIN)


def called(name: str) -> tuple[tuple[PluginRecord, ...], tuple[Component, ...]]:
    """Return the plugins and the components of a name; a distribution's name stands for its plugins.

    Raises
    ------
    ConfigurationError
        If there is neither.
    """
    registry = default_registry()
    records = tuple(record for record in registry.records if name in (record.name, record.distribution))
    components = tuple(registry.find(name))
    if not records and not components:
        known = [each for record in registry.records for each in (record.name, *(c.name for c in record.components))]
        raise ConfigurationError(
            f"there is no component and no plugin '{name}'{nearest(name, known) or '; see: fracorr plugins list'}"
        )
    return records, components


def schema() -> None:
    """Print the JSON schema of experiment files, with every installed component, for completion in editors."""
    from fracorr.schema import experiment_schema

    typer.echo(json.dumps(experiment_schema(default_registry()), indent=1))


def _say(report: ComponentReport) -> None:
    title = f"{report.kind} {report.name}"
    if report.left_out:
        typer.echo(f"–  {title}: {report.left_out}")
        return
    held = len(report.findings) - len(report.problems)
    typer.echo(f"{'✗' if report.problems else '✓'}  {title}: {held} of {len(report.findings)} points hold")
    for finding in report.problems:
        typer.echo(f"     {finding.point}: {finding.problem}")
