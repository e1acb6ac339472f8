"""A trial that kills the process which carries out the run."""

import faults
from run_processes import fracorr, rows_of


def test_a_trial_that_kills_the_serial_run_is_tried_alone_and_recorded(tmp_path):
    folder = tmp_path / "run"
    lists = ("-k", "dots:n=2", "-s", "spots:n=2", "-m", "fault", "-m", "fault:kill,at=spot-1")
    with faults.installed(tmp_path / "plugin") as environment:
        code, _, err = fracorr("run", *lists, "--engine", "serial", "--out", folder, env=environment)
        assert code == -9, err
        assert (folder / ".trial-at-hand").exists()
        # Each resume finds out about one trial and dies of the next of its kind, until there is none.
        assert [fracorr("resume", folder, env=environment)[0] for _ in range(2)] == [-9, 1]
        rows = rows_of(folder)
        assert [row["failure_kind"] for row in rows] == [None] * 4 + [None, "crashed"] * 2
        assert all("killed by SIGKILL" in row["failure_message"] for row in rows if row["failure_kind"])
        assert not (folder / ".trial-at-hand").exists()
        # What crashed stays as it is, unless somebody wants to see it again.
        code, _, err = fracorr("resume", folder, env=environment)
        assert (code, "nothing is left to do" in err) == (1, True), err
        assert fracorr("resume", folder, "--retry-failed", env=environment)[0] == -9
