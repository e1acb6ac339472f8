"""The contract of a whole plugin: its thin module, and everything that it offers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

import attrs

from fracorr.components import Component, Kind
from fracorr.errors import FracorrError, MissingDependencyError
from fracorr.parameters import parameters_of
from fracorr.plugins import PluginRecord, Registry
from fracorr.raised import described
from fracorr.testing import command, engine, method, reporter, source, transform
from fracorr.testing.contract import ContractError, Finding, Point, findings
from fracorr.testing.small_run import ObjectEntryPoint

#: What a plugin's module must not import: listing plugins would take as long as using them.
HEAVY = ("numpy", "cv2", "scipy", "matplotlib", "skimage", "torch", "PIL")

POINTS_OF: Mapping[Kind, Sequence[Point]] = {
    Kind.SOURCE: source.SOURCE_POINTS,
    Kind.TRANSFORM: transform.POINTS,
    Kind.SCENES: source.SCENES_POINTS,
    Kind.METHOD: method.POINTS,
    Kind.REPORTER: reporter.POINTS,
    Kind.ENGINE: engine.POINTS,
    Kind.COMMAND: command.POINTS,
}


@attrs.frozen
class ComponentReport:
    """What became of one component; `left_out` says why it was not tried."""

    name: str
    kind: str
    findings: tuple[Finding, ...] = ()
    left_out: str = ""

    @property
    def problems(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.problem)


def check_plugin(module: ModuleType, examples: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """Check a plugin's module and every component that it offers.

    Parameters
    ----------
    module : module
        What the entry point names.
    examples : mapping of str to mapping, optional
        Values for the parameters of components that cannot be made without any, by component name.

    Raises
    ------
    ContractError
        With every point that does not hold, what came instead, and how to mend it.
    """
    record = Registry([ObjectEntryPoint(module.__name__.partition(".")[0], module, module.__name__)]).records[0]
    lines = [f"  {each}" for each in module_problems(record)]
    for report in reports(record, examples or {}):
        if report.left_out:
            lines.append(f"  {report.kind} {report.name}: {report.left_out}")
        lines += [f"  {report.kind} {report.name}: {each.point}: {each.problem}" for each in report.problems]
    if lines:
        raise ContractError(f"plugin {module.__name__} breaks its contract:\n" + "\n".join(lines))


def module_problems(record: PluginRecord) -> list[str]:
    """Return what is wrong with a plugin's module itself."""
    if record.status != "loaded":
        # Importing it once more would only end in the same way, or do what was not wanted.
        return [record.error or "it is disabled, so there is nothing to try"]
    problems = [record.error] if record.error else []
    try:
        loaded = heavy_imports(record.module)
    except ContractError as error:
        return [*problems, str(error)]
    if loaded:
        problems.append(
            f"expected a module that imports nothing heavy; importing {record.module} imports {', '.join(loaded)}. "
            "To mend it: only name the classes, as 'package.module:Class', and import in the modules named"
        )
    if not record.components and not record.error:
        problems.append("expected at least one component; its hooks yield none. To mend it: yield a ComponentSpec")
    return problems


def heavy_imports(module: str) -> list[str]:
    """Return which of the heavy libraries a fresh process has imported after importing a module.

    Raises
    ------
    ContractError
        If it cannot be imported there.
    """
    # An entry point may name an object in a module: package.module:object.
    code = f"import sys, {module.partition(':')[0]}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ContractError(f"{module} cannot be imported in a fresh process: {done.stderr.strip()[-300:]}")
    # What the module itself prints comes before.
    return done.stdout.splitlines()[-1].split()


def reports(record: PluginRecord, examples: Mapping[str, Mapping[str, Any]]) -> Iterator[ComponentReport]:
    """Try every component of a plugin."""
    for component in record.components:
        yield report_on(component, dict(examples.get(component.name, {})))


def report_on(component: Component, parameters: dict[str, Any]) -> ComponentReport:
    """Try one component."""
    name, kind = component.name, component.kind.key
    try:
        loaded = component.load()
    except MissingDependencyError as error:
        return ComponentReport(name, kind, left_out=str(error))
    except FracorrError as error:
        return ComponentReport(name, kind, (Finding("it can be loaded", str(error)),))
    points = POINTS_OF[component.kind]
    if component.kind is Kind.COMMAND:
        return ComponentReport(name, kind, (*findings(loaded, points), *findings(name, [command.its_name_is_free])))
    missing = [each.name for each in parameters_of(loaded) if each.required and each.name not in parameters]
    if missing:
        return ComponentReport(name, kind, left_out=f"it cannot be made without {', '.join(missing)}: give an example")
    try:
        subject = loaded(**parameters)
    except Exception as error:
        return ComponentReport(name, kind, (Finding("it can be made", described(error)),))
    try:
        return ComponentReport(name, kind, tuple(findings(subject, points)))
    except MissingDependencyError as error:
        return ComponentReport(name, kind, left_out=str(error))
