"""Peaks of a surface on which higher is better: where they are, between the pixels too, and how much they stand out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fracorr.images import FloatArray

#: Half the side of the neighbourhood that is interpolated around a peak, and of its middle that stays as it is.
_NEAR, _FLAT = 10, 4


def find_peaks(surface: FloatArray, reach: tuple[int, int]) -> npt.NDArray[np.intp]:
    """Return the places that are best within `reach` rows and columns around them.

    Parameters
    ----------
    surface : (H, W) float32 array
    reach : (int, int)
        At least 1 each.

    Returns
    -------
    (N, 2) int array
        Rows and columns, best first; those that are equally good from top to bottom and left to right. Every place of
        a plateau is one.
    """
    down, right = reach
    around = np.full((surface.shape[0] + 2 * down, surface.shape[1] + 2 * right), -np.inf, dtype=surface.dtype)
    around[down:-down, right:-right] = surface
    best = _running_maximum(_running_maximum(around, 2 * down + 1).T, 2 * right + 1).T
    rows, columns = np.divmod(np.flatnonzero(surface >= best), surface.shape[1])
    order = np.argsort(-surface[rows, columns], kind="stable")
    return np.stack([rows[order], columns[order]], axis=1)


def _running_maximum(values: FloatArray, width: int) -> FloatArray:
    """Return the largest of each `width` successive rows; the result is shorter by the width less one."""
    covered = 1
    # Twice as many rows each time: five steps for 32 of them, where dilation looks at each of the 32.
    while covered < width:
        step = min(covered, width - covered)
        values = np.maximum(values[:-step], values[step:])
        covered += step
    return values


def thinned(places: npt.NDArray[np.intp], reach: tuple[int, int]) -> npt.NDArray[np.intp]:
    """Return the first of the peaks in each cell of a grid with the mesh `reach`, in their order.

    Two peaks that are so close together are equally good, so this leaves everything but plateaus as it is.
    """
    rows, columns = places[:, 0] // reach[0], places[:, 1] // reach[1]
    _, first = np.unique(rows * (int(columns.max(initial=0)) + 1) + columns, return_index=True)
    return np.asarray(places[np.sort(first)])


def parabola_offset(surface: npt.ArrayLike, row: int, column: int) -> tuple[float, float, float]:
    """Return where a parabola through a peak and its neighbours is highest, in each direction on its own.

    Parameters
    ----------
    surface : (H, W) array
    row, column : int
        The peak.

    Returns
    -------
    down, right : float
        Offsets in [-0.5, 0.5] pixels; 0 at an edge of the surface and where the three values are the same.
    height : float
        How much higher the parabolas are there than the peak.
    """
    values = np.asarray(surface, dtype=np.float64)
    down, rise = _vertex(values[:, column], row)
    right, further = _vertex(values[row], column)
    return down, right, rise + further


def _vertex(line: npt.NDArray[np.float64], at: int) -> tuple[float, float]:
    if not 0 < at < line.size - 1:
        return 0.0, 0.0
    before, here, after = (float(each) for each in line[at - 1 : at + 2])
    bend = before - 2.0 * here + after
    if bend >= 0.0:
        return 0.0, 0.0
    offset = min(0.5, max(-0.5, 0.5 * (before - after) / bend))
    return offset, 0.5 * bend * offset * offset + 0.5 * (after - before) * offset


def fourier_offset(surface: npt.ArrayLike, row: int, column: int, step: float = 0.02) -> tuple[float, float, float]:
    """Return where the band-limited surface through the pixels around a peak is highest.

    The neighbourhood is transformed, and transformed back onto a grid of `step` pixels with matrices, which costs
    almost nothing for the one pixel around the peak where it is needed.

    Parameters
    ----------
    surface : (H, W) array
    row, column : int
        The peak.
    step : float, optional
        The mesh of the grid in pixels.

    Returns
    -------
    down, right : float
        Offsets in [-1, 1] pixels; the parabola's at an edge of the surface, where there is no neighbourhood.
    height : float
        How much higher it is there than the peak.

    References
    ----------
    M. Guizar-Sicairos, S. T. Thurman, J. R. Fienup, "Efficient subpixel image registration algorithms", Optics
    Letters 33(2), 2008, pp. 156-158, doi:10.1364/OL.33.000156 (the matrices).
    """
    values = np.asarray(surface, dtype=np.float64)
    near = min(_NEAR, row, column, values.shape[0] - 1 - row, values.shape[1] - 1 - column)
    if near <= _FLAT:
        return parabola_offset(surface, row, column)
    part = values[row - near : row + near + 1, column - near : column + near + 1]
    # Periodic it is not: it fades to its own mean at its edges, well away from the peak, which stays as it is.
    distance = np.abs(np.arange(-near, near + 1))
    fade = 0.5 + 0.5 * np.cos(np.pi * np.clip((distance - _FLAT) / (near - _FLAT), 0.0, 1.0))
    part = (part - part.mean()) * np.outer(fade, fade)
    offsets = np.arange(-round(1 / step), round(1 / step) + 1) * step
    frequencies = np.fft.fftfreq(2 * near + 1)
    matrix = np.exp(2j * np.pi * np.outer(offsets + near, frequencies)) / (2 * near + 1)
    fine = (matrix @ np.fft.fft2(part) @ matrix.T).real
    best = np.unravel_index(int(np.argmax(fine)), fine.shape)
    height = fine[best] - part[near, near]
    return float(offsets[best[0]]), float(offsets[best[1]]), max(0.0, float(height))


def peak_to_sidelobe(surface: npt.ArrayLike, row: int, column: int, *, region: int = 21, peak: int = 5) -> float:
    """Return by how many standard deviations a peak stands out from what is around it.

    PSR = (p − μ) / σ with p the peak's value, and μ and σ mean and standard deviation of the sidelobes: a square of
    `region` pixels around the peak without the innermost square of `peak` pixels.

    Parameters
    ----------
    surface : (H, W) array
    row, column : int
        The peak.
    region, peak : int, optional
        Sides of the two squares in pixels; what is beyond the surface does not count.

    Returns
    -------
    float
        0 where the sidelobes are flat or there are none.

    References
    ----------
    B. V. K. Vijaya Kumar, A. Mahalanobis, R. D. Juday, "Correlation Pattern Recognition", Cambridge University Press
    2005, doi:10.1017/CBO9780511541087.
    """
    inner, outer = peak // 2, region // 2
    top, left = max(0, row - outer), max(0, column - outer)
    part = np.asarray(np.asarray(surface)[top : row + outer + 1, left : column + outer + 1], dtype=np.float64)
    around = np.ones(part.shape, dtype=bool)
    around[
        max(0, row - inner - top) : row + inner + 1 - top, max(0, column - inner - left) : column + inner + 1 - left
    ] = False
    sidelobes = part[around]
    if sidelobes.size == 0 or np.ptp(sidelobes) == 0:
        return 0.0
    return float((part[row - top, column - left] - sidelobes.mean()) / sidelobes.std())
