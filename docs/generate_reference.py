"""Write the reference's pages that come out of the program itself: components, commands, hooks, the API.

``sphinx-build`` calls this; the pages go into ``docs/reference`` and are not kept in the repository.
"""

from __future__ import annotations

import inspect
import pathlib
from collections.abc import Iterator
from typing import Any

import typer

import fracorr
from fracorr import hookspecs
from fracorr.cli.app import app
from fracorr.components import Component, Kind
from fracorr.errors import MissingDependencyError
from fracorr.parameters import main_parameter
from fracorr.plugins import BUILTIN, default_registry

REFERENCE = pathlib.Path(__file__).parent / "reference"
_TITLES = {
    Kind.SOURCE: "Kernel sources",
    Kind.TRANSFORM: "Transforms",
    Kind.SCENES: "Scene sources",
    Kind.METHOD: "Correlation methods",
    Kind.REPORTER: "Reporters",
    Kind.ENGINE: "Engines",
}


def components_page() -> str:
    """Return the page of every built-in component with its parameters."""
    lines = [
        "# Components",
        "",
        "What comes with fracorr; `fracorr plugins show NAME` says the same in the terminal.",
        "",
    ]
    for kind, title in _TITLES.items():
        lines += [f"## {title}", ""]
        for component in default_registry().components(kind):
            if component.distribution == BUILTIN:
                lines += _component(component)
    return "\n".join(lines)


def _component(component: Component) -> Iterator[str]:
    yield from (f"### `{component.name}`", "", f"{_prose(component.spec.summary)}.", "")
    try:
        parameters = component.parameters()
    except MissingDependencyError as error:
        yield from (_prose(str(error)), "")
        return
    if not parameters:
        yield from ("It takes no parameters.", "")
        return
    bare = main_parameter(component.load())
    yield from ("| parameter | takes | unit | default | what it does |", "|---|---|---|---|---|")
    for each in parameters:
        default = "required" if each.required else f"`{each.default_text}`" if each.default_text else "empty"
        name = f"`{each.name}`" + (" (bare value)" if bare is not None and each.name == bare.name else "")
        yield f"| {name} | {_cell(each.takes)} | {each.unit} | {_cell(default)} | {_cell(each.help)} |"
    yield ""


def commands_page() -> str:
    """Return the page of every command with its options."""
    lines = ["# Commands", ""]
    root: Any = typer.main.get_command(app)
    context = typer.Context(root, info_name="fracorr")
    for name in root.list_commands(context):
        _, command, _ = root.resolve_command(context, [name])
        lines += _command(command, f"fracorr {name}")
    return "\n".join(lines)


def _command(command: Any, path: str) -> Iterator[str]:
    yield from (f"## `{path}`", "", _prose(inspect.cleandoc(command.help or "").partition("\n\n")[0]), "")
    options = [each for each in command.params if not getattr(each, "hidden", False)]
    if options:
        yield from ("| argument or option | what it does |", "|---|---|")
    for each in options:
        names = ", ".join(f"`{name}`" for name in (*each.opts, *each.secondary_opts))
        if each.param_type_name == "argument":
            names = f"`{each.metavar or each.name.upper()}`"
        yield f"| {names} | {_cell(getattr(each, 'help', '') or '')} |"
    yield ""
    for name in getattr(command, "commands", {}):
        yield from _command(command.commands[name], f"{path} {name}")


def hooks_page() -> str:
    """Return the page of every hook."""
    lines = ["Hooks", "=====", "", *(inspect.getdoc(hookspecs) or "").splitlines(), ""]
    for kind in Kind:
        lines += [f".. autofunction:: fracorr.hookspecs.{kind.hook}", ""]
    return "\n".join(lines)


def api_page() -> str:
    """Return the page of the public names."""
    lines = [
        "Python",
        "======",
        "",
        "``import fracorr`` is quick: everything here is imported when it is first used.",
        "",
        "Threads may share scenes, kernels and finders. Where threads run, start processes by ``spawn`` or",
        "``forkserver``: with ``fork``, a lock that another thread holds just then is held for ever in the new one.",
        "",
    ]
    for name in fracorr.__all__:
        member = getattr(fracorr, name)
        if isinstance(member, str) or name == "hookimpl":
            continue
        directive = "autoclass" if isinstance(member, type) else "autofunction"
        lines += [name, "-" * len(name), "", f".. {directive}:: fracorr.{name}", ""]
        if directive == "autoclass":
            lines[-1:] = ["   :members:", ""]
    lines += ["fracorr.testing", "-" * 15, "", ".. automodule:: fracorr.testing", "   :members:", ""]
    return "\n".join(lines)


def _prose(text: str) -> str:
    return " ".join(text.replace("*", "\\*").replace("<", "&lt;").split())


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;").split())


def main() -> None:
    """Write all pages; those that have not changed are left alone, so that builds stay quick."""
    REFERENCE.mkdir(exist_ok=True)
    pages = {
        "components.md": components_page(),
        "commands.md": commands_page(),
        "hooks.rst": hooks_page(),
        "api.rst": api_page(),
    }
    for name, text in pages.items():
        file = REFERENCE / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
