"""``fracorr plugins``: what is installed, what it offers, and what is wrong with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fracorr.cli import plugin_authors
from fracorr.cli.completion import any_component
from fracorr.plugins import default_registry

if TYPE_CHECKING:
    from fracorr.components import Component
    from fracorr.plugins import PluginRecord

#: What importing a plugin may take, in seconds, until the listing calls it slow.
SLOW = 0.3

app = typer.Typer(no_args_is_help=True, help="List plugins, show their components; write and check your own.")
app.command("new")(plugin_authors.new)
app.command("check")(plugin_authors.check)
app.command("schema")(plugin_authors.schema)


@app.command("list")
def list_plugins(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the installed plugins with their components, and say which are broken, slow or called alike, and why."""
    records = default_registry().records
    if as_json:
        typer.echo(json.dumps([_record_data(record) for record in records], indent=1))
        return
    from rich.markup import escape
    from rich.table import Table

    from fracorr.terminal import console

    table = Table()
    for heading in ("plugin", "from", "offers"):
        table.add_column(heading, overflow="fold")
    for record in records:
        offers = escape(_offers(record))
        if record.error:
            offers += ("\n" if offers else "") + f"[red]broken:[/red] {escape(record.error)}"
        for remark in _remarks(record):
            offers += f"\n[yellow]{escape(remark)}[/yellow]"
        if record.status == "disabled":
            offers = "[yellow]disabled[/yellow]"
        table.add_row(escape(record.name), escape(f"{record.distribution} {record.version}"), offers)
    console().print(table)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A component or a plugin.", autocompletion=any_component)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show a component with its parameters, or a plugin with its components."""
    records, components = plugin_authors.called(name)
    if as_json:
        data = [_component_data(each) for each in components] or [_record_data(record) for record in records]
        typer.echo(json.dumps(data, indent=1))
        return
    for component in components:
        _show_component(component)
    for record in () if components else records:
        _show_record(record)


def _show_component(component: Component) -> None:
    from rich.markup import escape
    from rich.table import Table

    from fracorr.parameters import main_parameter
    from fracorr.terminal import console

    output = console()
    output.print(f"[bold]{escape(component.name)}[/bold], {component.kind.label}: {escape(component.spec.summary)}")
    seconds = next(each.seconds for each in default_registry().records if component in each.components)
    output.print(
        f"from {escape(component.origin)} (loaded in {1000 * seconds:.1f} ms), {component.spec.target}, interface "
        f"{component.spec.api}"
    )
    if component.kind.key == "command":
        output.print(f"see: fracorr {component.name} --help")
        return
    parameters = component.parameters()
    if not parameters:
        output.print("It takes no parameters.")
        return
    main = main_parameter(component.load())
    table = Table()
    for heading in ("parameter", "takes", "unit", "default", "what it does"):
        table.add_column(heading, overflow="fold")
    for each in parameters:
        bare = " (bare value)" if main is not None and each.name == main.name else ""
        default = "required" if each.required else each.default_text
        table.add_row(*map(escape, (each.name + bare, each.takes, each.unit, default, each.help)))
    output.print(table)


def _show_record(record: PluginRecord) -> None:
    typer.echo(f"plugin '{record.name}' of {record.distribution} {record.version} ({record.module})")
    typer.echo(f"{record.status}, {1000 * record.seconds:.1f} ms")
    if record.error:
        typer.echo(f"error: {record.error}")
    for remark in _remarks(record):
        typer.echo(remark)
    for component in record.components:
        typer.echo(f"  {component.kind.label} {component.name}: {component.spec.summary}")


def _offers(record: PluginRecord) -> str:
    by_kind: dict[str, list[str]] = {}
    for component in record.components:
        by_kind.setdefault(component.kind.label, []).append(component.name)
    return "\n".join(f"{label}: {', '.join(names)}" for label, names in by_kind.items())


def _remarks(record: PluginRecord) -> list[str]:
    """Return what works and is still worth knowing: names that others offer too, a module that is slow to import."""
    registry, remarks = default_registry(), []
    for component in record.components:
        others = [
            each.distribution
            for each in registry.components(component.kind)
            if each.name == component.name and each != component
        ]
        if others:
            remarks.append(
                f"clash: {component.kind.label} '{component.name}' is also in {', '.join(others)}; write "
                f"{component.qualified_name}"
            )
    if record.seconds > SLOW:
        remarks.append(f"slow: its module takes {record.seconds:.1f} s to import")
    return remarks


def _record_data(record: PluginRecord) -> dict[str, Any]:
    return {
        "name": record.name,
        "module": record.module,
        "distribution": record.distribution,
        "version": record.version,
        "status": record.status,
        "error": record.error,
        "remarks": _remarks(record),
        "seconds": record.seconds,
        "components": [
            {"kind": each.kind.key, "name": each.name, "summary": each.spec.summary} for each in record.components
        ],
    }


def _component_data(component: Component) -> dict[str, Any]:
    listed = () if component.kind.key == "command" else component.parameters()
    return {
        "kind": component.kind.key,
        "name": component.name,
        "summary": component.spec.summary,
        "plugin": component.plugin,
        "distribution": component.distribution,
        "version": component.version,
        "api": component.spec.api,
        "target": component.spec.target,
        "parameters": [
            {
                "name": each.name,
                "takes": each.takes,
                "unit": each.unit,
                "default": None if each.required else each.default_text,
                "required": each.required,
                "main": each.main,
                "help": each.help,
            }
            for each in listed
        ],
    }
