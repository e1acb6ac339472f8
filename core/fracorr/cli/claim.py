"""``fracorr claim``: do fractal kernels find what plain ones miss? The whole experiment, with its controls."""

from __future__ import annotations

import enum
import pathlib
from typing import Annotated

import typer

from fracorr.cli.carrying_out import AsJson, DryRun, carry_out
from fracorr.cli.composition import Engine


class Question(enum.Enum):
    """What can be asked."""

    fractals = "fractals"
    instrument = "instrument"
    specificity = "specificity"

    @property
    def file(self) -> str:
        """The name of the experiment that answers it."""
        return "claim" if self is Question.fractals else f"claim-{self.value}"


def claim(
    question: Annotated[
        Question,
        typer.Argument(
            help="fractals: do they hit more often? instrument: can faces be found in these scenes at all? "
            "specificity: do fractals of other things find faces as well?"
        ),
    ] = Question.fractals,
    out: Annotated[
        pathlib.Path | None,
        typer.Option(help="Folder for the results.", show_default="fracorr-claim, fracorr-claim-QUESTION"),
    ] = None,
    engine: Engine = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Test the claim that a picture made into a fractal finds what the plain picture misses, and say what came out.

    It needs no network and some minutes. Interrupted, it goes on where it ended when it is called again.
    """
    from fracorr.cli.shipped import shipped

    experiment = shipped(question.file, {} if engine is None else {"engine": engine})
    if dry_run:
        from fracorr.cli.trying import try_out

        try_out(experiment, as_json=as_json)
        return
    carry_out(experiment, out or pathlib.Path(f"fracorr-{question.file}"), as_json=as_json)
