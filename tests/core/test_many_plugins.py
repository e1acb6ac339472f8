"""Fifty plugins of other people, installed as pip installs them: what is wrong with some costs the others nothing."""

import json
import os
import subprocess
import sys

import plugin_folders as made
import pytest

from fracorr.plugins import BUILTIN

BAD = {
    "import-error": (made.IMPORT_ERROR, "ModuleNotFoundError: No module named 'library_that_nobody_has'"),
    "syntax-error": (made.SYNTAX_ERROR, "SyntaxError: "),
    "leaves": (made.LEAVES, "SystemExit: not on this machine"),
    "unknown-hook": (
        made.UNKNOWN_HOOK,
        "unknown hook fracorr_fractal_transfroms; did you mean 'fracorr_fractal_transforms'",
    ),
    "unknown-argument": (made.UNKNOWN_ARGUMENT, "cluster"),
    "raises": (made.HOOK_RAISES, "fracorr_fractal_transforms: LookupError: no such shell"),
}
WHOLE = [f"whole-{number}" for number in range(40)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder of 50 packages: 40 whole, 6 broken in six ways, 2 slow, 2 that offer the same name."""
    folder = tmp_path_factory.mktemp("site")
    for name in WHOLE:
        made.install(folder, name)
    for name, (plugin, _) in BAD.items():
        made.install(folder, name, plugin)
    for name in ("slow-one", "slow-two"):
        made.install(folder, name, made.SLOW, seconds=0.4)
    for name in ("clash-one", "clash-two"):
        made.install(folder, name, component="shell")
    return folder


def fracorr(site, *arguments, **variables):
    environment = {**os.environ, "PYTHONPATH": str(site), "COLUMNS": "200", **variables}
    command = [sys.executable, "-m", "fracorr", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def records(site):
    done = fracorr(site, "plugins", "list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return {record["name"]: record for record in json.loads(done.stdout)}


def test_each_broken_one_is_reported_with_its_distribution_and_reason(site, records):
    for name, (_, reason) in BAD.items():
        record = records[name]
        assert (record["distribution"], record["version"], record["status"]) == (f"fracorr-{name}", "1.0", "broken")
        assert reason in record["error"]
        assert record["components"] == []
    table = fracorr(site, "plugins", "list").stdout
    assert all(f"fracorr-{name} 1.0" in table for name in BAD)
    assert table.count("broken:") == len(BAD)


def test_all_others_are_whole(records):
    builtin = [record for record in records.values() if record["distribution"] == BUILTIN]
    assert len(records) == len(builtin) + 50
    assert not [record for record in builtin if record["error"] or record["status"] != "loaded"]
    for name in WHOLE:
        assert (records[name]["status"], records[name]["error"]) == ("loaded", "")
        assert [each["name"] for each in records[name]["components"]] == [name]


def test_slow_ones_and_clashing_ones_are_said_to_be_so(site, records):
    for name in ("slow-one", "slow-two"):
        assert records[name]["seconds"] >= 0.4
        (remark,) = records[name]["remarks"]
        assert remark.startswith("slow: its module takes 0.")
        assert [each["name"] for each in records[name]["components"]] == [name]
    assert records["clash-one"]["remarks"] == [
        "clash: transform 'shell' is also in fracorr-clash-two; write fracorr-clash-one/shell"
    ]
    assert not any("clash" in remark for name in WHOLE for remark in records[name]["remarks"])
    table = fracorr(site, "plugins", "list").stdout
    assert table.count("clash: transform 'shell'") == 2
    assert "slow: its module takes" in table


def test_names_that_clash_can_be_used_with_their_distribution(site, tmp_path):
    options = ("run", "-k", "disc:size=16", "-s", "samples:coins,size=64", "-m", "tm_ccorr", "--engine", "serial")
    done = fracorr(site, *options, "-t", "shell", "--out", tmp_path / "none")
    assert done.returncode == 2
    assert "say which: fracorr-clash-one/shell, fracorr-clash-two/shell" in done.stderr
    chosen = ("-t", "fracorr-clash-two/shell", "-t", "whole-7")
    done = fracorr(site, *options, *chosen, "--out", tmp_path / "run", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["done"] == 2


def test_a_broken_one_fails_where_that_is_asked_for_and_can_be_left_out(site):
    done = fracorr(site, "plugins", "list", FRACORR_STRICT_PLUGINS="1")
    assert done.returncode == 3
    assert all(f"'{name}' of fracorr-{name} 1.0" in done.stderr for name in BAD)
    left_out = ",".join(BAD)
    done = fracorr(site, "plugins", "list", "--json", FRACORR_STRICT_PLUGINS="1", FRACORR_DISABLE_PLUGINS=left_out)
    assert done.returncode == 0, done.stderr
    assert {each["status"] for each in json.loads(done.stdout) if each["name"] in BAD} == {"disabled"}


def test_help_and_version_say_nothing_of_them(site):
    for option in ("--help", "--version"):
        done = fracorr(site, option)
        assert (done.returncode, done.stderr) == (0, "")
