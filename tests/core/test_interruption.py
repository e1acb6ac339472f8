"""Ctrl-C in a real process."""

import json

from run_processes import Fracorr


def test_an_interrupted_run_reports_what_it_has_and_leaves_with_130(tmp_path):
    lists = ("-k", "noise:count=200", "-s", "samples", "-m", "tm_*", "-r", "table", "-r", "json")
    with Fracorr.start("run", *lists, "--out", tmp_path / "results", start_new_session=True) as running:
        # The file of the json reporter is growing while the trials go on.
        growing = (tmp_path / "results").glob
        running.wait_for(lambda: any(path.stat().st_size > 5000 for path in growing(".results-*.json")))
        code, out, err = running.interrupted()
    assert code == 130, err
    assert "interrupted after" in err
    assert "Traceback" not in err
    assert "tm_ccoeff" in out
    results = json.loads((tmp_path / "results" / "results.json").read_text())
    assert results["run"]["interrupted"] is True
    assert 0 < len(results["trials"]) == results["run"]["done"] < results["run"]["trials"]
