"""Ctrl-C in a real process."""

import json
import signal
import subprocess
import sys
import time


def test_an_interrupted_run_reports_what_it_has_and_leaves_with_130(tmp_path):
    command = [sys.executable, "-m", "fracorr", "run", "-k", "noise:count=200", "-s", "samples", "-m", "tm_*"]
    process = subprocess.Popen(
        [*command, "-r", "table", "-r", "json", "--out", str(tmp_path / "results")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A test run in the background hands down an ignored SIGINT; whoever sits at a terminal has it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    # The file of the json reporter is growing while the trials go on.
    while not any(path.stat().st_size > 5000 for path in (tmp_path / "results").glob(".results-*.json")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted after" in err
    assert "Traceback" not in err
    assert "tm_ccoeff" in out
    results = json.loads((tmp_path / "results" / "results.json").read_text())
    assert results["run"]["interrupted"] is True
    assert 0 < len(results["trials"]) == results["run"]["done"] < results["run"]["trials"]
