"""The kernels of a run on one sheet: plain, and as each chain makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from fracorr.reporting import labels
from fracorr.selection import Chain
from fracorr_matplotlib.canvas import LINE_HEIGHT, Canvas
from fracorr_matplotlib.frames import Frame
from fracorr_matplotlib.lettering import printable, text_width, wrapped
from fracorr_matplotlib.output import Output
from fracorr_matplotlib.shown import kernel_of
from fracorr_matplotlib.style import QUIET

if TYPE_CHECKING:
    from fracorr import Kernel
    from fracorr.running import Run
    from fracorr.trial import KernelRef

#: A larger sheet is no longer looked at.
MOST_KERNELS: Final = 24
MOST_CHAINS: Final = 12

_MARGIN: Final = 14.0
_TITLE: Final = 44.0
_HEADING: Final = 26.0
_NAMES: Final = 92.0
_CELL: Final = 84.0
_PICTURE: Final = 76.0
_SIZE: Final = 7.5
_HEADING_LINES: Final = 5


def draw_kernels(run: Run, output: Output, limit: int) -> None:
    """Draw kernels as rows and chains as columns into ``summary/kernels``; nothing of a run without any trial."""
    all_kernels = labels(dict.fromkeys(ref for scene in run.plan.scenes for ref in run.plan.kernels[scene]))
    all_chains = tuple({Chain().spec: Chain(), **{chain.spec: chain for chain in run.plan.chains}}.values())
    kernels, chains = list(all_kernels.items())[: min(limit, MOST_KERNELS)], all_chains[:MOST_CHAINS]
    if not run.done or not kernels:
        return
    names = [chain.spec for chain in chains]
    width, top = _NAMES + len(chains) * _CELL, _MARGIN + _TITLE + _heading_height(names)
    canvas = Canvas(max(300.0, width + 2 * _MARGIN), top + len(kernels) * _CELL + _MARGIN, output.dpi)
    _write_title(canvas, max(272.0, width), len(all_kernels) - len(kernels), len(all_chains) - len(chains))
    for column, name in enumerate(names):
        middle = _MARGIN + _NAMES + (column + 0.5) * _CELL
        canvas.paragraph(
            name, middle, top - 5, _PICTURE, _HEADING_LINES, size=_SIZE, align="center", bold=True, anchor="last"
        )
    for row, (ref, name) in enumerate(kernels):
        _draw_row(canvas, run, ref, name, chains, top + row * _CELL)
    canvas.save(output.paths("summary/kernels"))


def _heading_height(names: Sequence[str]) -> float:
    """Return the height that the longest of the names above the columns takes."""

    def measure(part: str) -> float:
        return text_width(part, _SIZE, True)

    lines = max(len(wrapped(printable(name), _PICTURE, _HEADING_LINES, measure)) for name in names)
    return max(_HEADING, lines * LINE_HEIGHT * _SIZE + 7)


def _write_title(canvas: Canvas, width: float, kernels_left_out: int, chains_left_out: int) -> None:
    canvas.line("The kernels", _MARGIN, _MARGIN + 12, width, size=12, bold=True)
    left_out = {"kernels": kernels_left_out, "transforms": chains_left_out}
    note = "; ".join(f"{count} more {what} are left out" for what, count in left_out.items() if count)
    note = f"Checkered where a kernel has no support. {note}{'.' if note else ''}"
    canvas.paragraph(note, _MARGIN, _MARGIN + 26, width, 2, size=_SIZE, color=QUIET)


def _draw_row(canvas: Canvas, run: Run, ref: KernelRef, name: str, chains: tuple[Chain, ...], top: float) -> None:
    middle = top + _PICTURE / 2
    canvas.paragraph(name, _MARGIN, middle, _NAMES - 8, 5, size=_SIZE, anchor="middle")
    for column, chain in enumerate(chains):
        left = _MARGIN + _NAMES + column * _CELL + (_CELL - _PICTURE) / 2
        _draw_kernel(canvas, Frame(left, top, _PICTURE, _PICTURE), kernel_of(run, ref, chain))


def _draw_kernel(canvas: Canvas, frame: Frame, kernel: Kernel | None) -> None:
    if kernel is None:
        canvas.blank(frame, 0.95)
        canvas.outline(frame)
        canvas.paragraph(
            "the transform failed", frame.middle, frame.y + frame.height / 2, frame.width - 8, 3,
            size=6.5, align="center", anchor="middle", color=QUIET,
        )  # fmt: skip
        return
    canvas.kernel(frame, kernel)
