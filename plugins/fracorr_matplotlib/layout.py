"""Where everything stands on a sheet.

The methods are rows. The chains are pairs of columns, the response and the scene; when there are many, they go on
in a further band of rows below, and when that would make a sheet too long, on a further page.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

import attrs

from fracorr_matplotlib.frames import Frame

T = TypeVar("T")

MARGIN: Final = 12.0
TITLE: Final = 34.0
LABELS: Final = 84.0
HEADING: Final = 28.0
KERNEL: Final = 76.0
CAPTION: Final = 12.0
LEGEND: Final = 36.0
_BETWEEN_ROWS: Final = 7.0
_BETWEEN_PICTURES: Final = 4.0
_BETWEEN_PAIRS: Final = 14.0
_BETWEEN_BANDS: Final = 14.0

_CHAINS_PER_BAND: Final = 5
_METHODS_PER_PAGE: Final = 24
_ROWS_PER_PAGE: Final = 30
_NARROWEST: Final = 380.0


@attrs.frozen
class Page:
    """The chains and methods of one sheet, by their specs; the chains in bands one below the other."""

    bands: tuple[tuple[str, ...], ...]
    methods: tuple[str, ...]

    @property
    def chains(self) -> tuple[str, ...]:
        return tuple(chain for band in self.bands for chain in band)


def pages(chains: Sequence[str], methods: Sequence[str]) -> tuple[Page, ...]:
    """Spread chains and methods over as many sheets as it takes, mostly one."""
    done = []
    for some_methods in _shared_out(methods, _METHODS_PER_PAGE):
        bands = tuple(_shared_out(chains, _CHAINS_PER_BAND))
        bands_per_page = max(1, _ROWS_PER_PAGE // (len(some_methods) + 1))
        done += [Page(some_bands, some_methods) for some_bands in _shared_out(bands, bands_per_page)]
    return tuple(done)


@attrs.frozen
class Layout:
    """The places on one sheet, for scenes of `shape` (H, W) pixels."""

    page: Page
    shape: tuple[int, int]

    @property
    def columns(self) -> int:
        return max(len(band) for band in self.page.bands)

    @property
    def picture(self) -> tuple[float, float]:
        """Height and width of one picture: larger where there are few, and of about the same area for every scene."""
        edge = {1: 150.0, 2: 125.0, 3: 100.0}.get(self.columns, 92.0)
        stretch = math.sqrt(self.shape[1] / self.shape[0])
        return edge * min(1.4, max(0.4, 1 / stretch)), edge * min(1.4, max(0.7, stretch))

    @property
    def pair_width(self) -> float:
        return 2 * self.picture[1] + _BETWEEN_PICTURES

    @property
    def row_height(self) -> float:
        return self.picture[0] + CAPTION + _BETWEEN_ROWS

    @property
    def band_height(self) -> float:
        return HEADING + KERNEL + CAPTION + _BETWEEN_ROWS + len(self.page.methods) * self.row_height + _BETWEEN_BANDS

    @property
    def width(self) -> float:
        pairs = self.columns * (self.pair_width + _BETWEEN_PAIRS) - _BETWEEN_PAIRS
        return max(_NARROWEST, 2 * MARGIN + LABELS + pairs)

    @property
    def height(self) -> float:
        return MARGIN + TITLE + len(self.page.bands) * self.band_height + LEGEND

    def heading(self, chain: str) -> Frame:
        """Where the name of a chain is written."""
        band, column = self._slot(chain)
        left = MARGIN + LABELS + column * (self.pair_width + _BETWEEN_PAIRS)
        return Frame(left, MARGIN + TITLE + band * self.band_height, self.pair_width, HEADING)

    def kernel(self, chain: str) -> Frame:
        """Where the kernel stands as the chain makes it."""
        heading = self.heading(chain)
        return Frame(heading.x, heading.bottom, heading.width, KERNEL)

    def pair(self, chain: str, method: str) -> tuple[Frame, Frame]:
        """Where the response and the scene of a trial stand."""
        top = self.kernel(chain).bottom + CAPTION + _BETWEEN_ROWS + self.page.methods.index(method) * self.row_height
        height, width = self.picture
        left = Frame(self.heading(chain).x, top, width, height)
        return left, attrs.evolve(left, x=left.right + _BETWEEN_PICTURES)

    def _slot(self, chain: str) -> tuple[int, int]:
        for number, band in enumerate(self.page.bands):
            if chain in band:
                return number, band.index(chain)
        raise KeyError(chain)


def _shared_out(items: Sequence[T], limit: int) -> Iterator[tuple[T, ...]]:
    """Cut a sequence into as few parts of at most `limit` as possible, of about the same length, longer ones first."""
    for parts in range(math.ceil(len(items) / limit), 0, -1):
        length = math.ceil(len(items) / parts)
        yield tuple(items[:length])
        items = items[length:]
