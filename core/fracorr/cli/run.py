"""``fracorr run``: compose an experiment and carry it out."""

from __future__ import annotations

import pathlib
from typing import Annotated

import typer

from fracorr.cli.carrying_out import (
    AsJson,
    DryRun,
    FailFast,
    MaxFailures,
    RetryFailed,
    before_the_first_trial,
    carry_out,
)
from fracorr.cli.composition import (
    Engine,
    Files,
    Kernels,
    Methods,
    Reporters,
    Scenes,
    Seed,
    Settings,
    Sweeps,
    Transforms,
    composed,
)


def run(
    files: Files = None,
    kernels: Kernels = None,
    transforms: Transforms = None,
    scenes: Scenes = None,
    methods: Methods = None,
    reporters: Reporters = None,
    seed: Seed = None,
    engine: Engine = None,
    settings: Settings = None,
    sweeps: Sweeps = None,
    out: Annotated[
        pathlib.Path | None, typer.Option(help="Folder for the results.", show_default="runs/DATE-TIME")
    ] = None,
    dry_run: DryRun = False,
    retry_failed: RetryFailed = False,
    fail_fast: FailFast = False,
    max_failures: MaxFailures = None,
    as_json: AsJson = False,
) -> None:
    """Carry out an experiment: every kernel × transform × scene × method.

    It comes from a file, from options, or from both: an option given here takes the place of the file's list.

    fracorr run -k gallery:face -t none -t orbit-trap -s samples:astronaut -m 'tm_*' -r figures

    fracorr run experiment.toml --sweep orbit-trap.degree=2..5 --dry-run
    """
    with before_the_first_trial():
        experiment = composed(
            files,
            kernels=kernels,
            transforms=transforms,
            scenes=scenes,
            methods=methods,
            reporters=reporters,
            seed=seed,
            engine=engine,
            settings=settings,
            sweeps=sweeps,
        )
    if dry_run:
        from fracorr.cli.trying import try_out

        try_out(experiment, as_json=as_json)
        return
    carry_out(
        experiment,
        out,
        as_json=as_json,
        retry_failed=retry_failed,
        fail_fast=fail_fast,
        max_failures=max_failures,
    )
