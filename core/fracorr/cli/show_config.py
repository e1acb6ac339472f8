"""``fracorr show-config``: an experiment with everything spelled out."""

from __future__ import annotations

from typing import Annotated

import typer

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


def show_config(
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
    full: Annotated[bool, typer.Option("--full", help="Write down every parameter, the defaults too.")] = False,
) -> None:
    """Print an experiment as a file that repeats it: patterns of names and sweeps spelled out, defaults filled in.

    It takes what fracorr run takes, and computes nothing.

    fracorr show-config experiment.toml --sweep orbit-trap.degree=2..5 > spelled-out.toml
    """
    from fracorr.plugins import default_registry
    from fracorr.resolving import resolve

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
    resolved = resolve(experiment, default_registry())
    typer.echo((resolved.spelled_out() if full else resolved.experiment).to_toml(), nl=False)
