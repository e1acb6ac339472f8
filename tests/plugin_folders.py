"""Plugins made up for tests as pip would install them: packages beside ``dist-info`` folders."""

from __future__ import annotations

import pathlib

WHOLE = """\
from fracorr import ComponentSpec, hookimpl


@hookimpl
def fracorr_fractal_transforms():
    yield ComponentSpec("{component}", "Made up for a test", "{package}.transform:Half")
"""
TRANSFORM = """\
import attrs


@attrs.frozen
class Half:
    def apply(self, kernel, rng):
        return kernel.derive(kernel.pixels * 0.5)
"""
#: Plugins that are no good, by what is wrong with each.
IMPORT_ERROR = "import library_that_nobody_has\n"
SYNTAX_ERROR = "def fracorr_fractal_transforms(:\n"
LEAVES = "raise SystemExit('not on this machine')\n"
UNKNOWN_HOOK = "from fracorr import hookimpl\n\n\n@hookimpl\ndef fracorr_fractal_transfroms():\n    return []\n"
UNKNOWN_ARGUMENT = UNKNOWN_HOOK.replace("transfroms()", "transforms(cluster)")
HOOK_RAISES = WHOLE.replace("yield ComponentSpec", "raise LookupError('no such shell')\n    yield ComponentSpec")
SLOW = "import time\n\ntime.sleep({seconds})\n" + WHOLE


def install(site: pathlib.Path, name: str, plugin: str = WHOLE, *, component: str = "", seconds: float = 0.0) -> None:
    """Put a plugin into a folder of packages: ``fracorr-NAME`` 1.0, whose component is called NAME if nothing else."""
    package = f"made_up_{name.replace('-', '_')}"
    (site / package).mkdir(parents=True)
    (site / package / "__init__.py").write_text("")
    text = plugin.replace("{component}", component or name).replace("{package}", package)
    (site / package / "plugin.py").write_text(text.replace("{seconds}", str(seconds)))
    (site / package / "transform.py").write_text(TRANSFORM)
    info = site / f"fracorr_{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: fracorr-{name}\nVersion: 1.0\nRequires-Dist: fracorr\n"
    )
    (info / "entry_points.txt").write_text(f"[fracorr.plugins]\n{name} = {package}.plugin\n")


def install_many(site: pathlib.Path, count: int, *, seconds: float = 0.0) -> None:
    """Install `count` plugins, at most one in five of them broken, slow at import, or called like another."""
    odd = (IMPORT_ERROR, UNKNOWN_HOOK, HOOK_RAISES, SLOW, WHOLE)
    for number in range(count):
        plugin = odd[number // 5 % len(odd)] if number % 5 == 4 else WHOLE
        clashes = plugin is WHOLE and number % 5 == 4
        install(site, f"made-{number}", plugin, component="made-0" if clashes else "", seconds=seconds)
