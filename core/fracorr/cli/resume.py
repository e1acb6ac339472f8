"""``fracorr resume``: go on with a run that was interrupted."""

from __future__ import annotations

import pathlib
from typing import Annotated

import typer

from fracorr.cli.carrying_out import AsJson, FailFast, MaxFailures, RetryFailed, carry_out


def resume(
    directory: Annotated[pathlib.Path, typer.Argument(metavar="DIR", help="The run's folder.")],
    retry_failed: RetryFailed = False,
    fail_fast: FailFast = False,
    max_failures: MaxFailures = None,
    as_json: AsJson = False,
) -> None:
    """Do exactly what is missing of a run, however it ended.

    The trials that are done stay as they are, those that failed too, unless you ask for --retry-failed. The reports
    are made again, of all trials.

    fracorr resume runs/20260101-120000
    """
    from fracorr.recording import experiment_of

    carry_out(
        experiment_of(directory),
        directory,
        as_json=as_json,
        retry_failed=retry_failed,
        fail_fast=fail_fast,
        max_failures=max_failures,
    )
