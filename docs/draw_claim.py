"""Make the page of the claim and its figures from finished runs.

Run from the project's folder, with fracorr installed::

    fracorr claim
    fracorr claim specificity
    fracorr claim instrument
    python docs/draw_claim.py fracorr-claim fracorr-claim-specificity fracorr-claim-instrument

Every number on the page is read from the runs' folders.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
from collections.abc import Sequence
from typing import Any

from claim_figures.equality import equal_trials
from claim_figures.evidence import Evidence
from claim_figures.page import Runs, make_page

from fracorr import FracorrError, open_run

DOCS = pathlib.Path(__file__).parent


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the runs and write the page."""
    options = _parser().parse_args(arguments)
    runs = Runs(
        claim=Evidence.read(options.run),
        specificity=None if options.specificity is None else Evidence.read(options.specificity),
        instrument=None if options.instrument is None else Evidence.read(options.instrument, judged=False),
        planted=None if options.invariance is None else Evidence.read(options.invariance, judged=False),
        equal=None if options.again is None else equal_trials(open_run(options.run), open_run(options.again)),
    )
    make_page(runs, options.out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    folder: dict[str, Any] = {"type": pathlib.Path, "metavar": "FOLDER"}
    parser.add_argument("run", help="folder of `fracorr claim`", **folder)
    parser.add_argument("specificity", nargs="?", help="folder of `fracorr claim specificity`", **folder)
    parser.add_argument("instrument", nargs="?", help="folder of `fracorr claim instrument`", **folder)
    parser.add_argument("--again", help="a second run of the first: every number must be equal", **folder)
    parser.add_argument("--invariance", help="a run of scenes `planted`, for curves over rotation and scale", **folder)
    parser.add_argument("--out", default=DOCS, help="where page and images go; by default the docs", **folder)
    return parser


if __name__ == "__main__":
    try:
        main()
    except FracorrError as error:
        sys.exit(f"draw_claim: {error}")
