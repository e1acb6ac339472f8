"""A trial that kills the process which carries out the run."""

import pytest
from run_processes import fracorr, rows_of

DEADLY = """
import os, signal
import attrs
from fracorr import ComponentSpec, hookimpl

@hookimpl
def fracorr_fractal_transforms():
    yield ComponentSpec("deadly", "Kills its process", "deadly_plugin:Deadly")

@attrs.frozen
class Deadly:
    def apply(self, kernel, rng):
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def deadly_plugin(tmp_path, monkeypatch):
    """Install a plugin for the processes that are started."""
    site = tmp_path / "site"
    metadata = site / "deadly-0.1.dist-info"
    metadata.mkdir(parents=True)
    (site / "deadly_plugin.py").write_text(DEADLY)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: deadly\nVersion: 0.1\n")
    (metadata / "entry_points.txt").write_text("[fracorr.plugins]\ndeadly = deadly_plugin\n")
    monkeypatch.setenv("PYTHONPATH", str(site), prepend=":")


def test_a_trial_that_kills_the_serial_run_is_tried_alone_and_recorded(tmp_path, deadly_plugin):
    folder = tmp_path / "run"
    lists = ("-k", "noise:count=2,size=16", "-t", "none", "-t", "deadly", "-s", "samples:astronaut", "-m", "tm_sqdiff")
    code, _, err = fracorr("run", *lists, "--engine", "serial", "--out", folder)
    assert code == -9, err
    assert (folder / ".trial-at-hand").exists()
    # Each resume finds out about one trial and dies of the next of its kind, until there is none.
    assert [fracorr("resume", folder)[0] for _ in range(2)] == [-9, 1]
    assert [row["failure_kind"] for row in rows_of(folder)] == [None, "crashed"] * 2
    assert not (folder / ".trial-at-hand").exists()
    # What crashed stays as it is, unless somebody wants to see it again.
    code, _, err = fracorr("resume", folder)
    assert (code, "nothing is left to do" in err) == (1, True), err
    assert fracorr("resume", folder, "--retry-failed")[0] == -9
