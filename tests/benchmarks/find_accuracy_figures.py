"""The pictures of docs/find.md: robustness curves, the failures one by one, and how an answer looks."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence

import cv2
import matplotlib.pyplot as plt
import numpy as np
from find_accuracy_ambiguity import to_scene
from find_accuracy_tally import Line, ambiguous, box, is_hit, read, tally
from matplotlib.axes import Axes

from fracorr import Kernel, Scene, find, images
from fracorr.drawing import draw_matches
from fracorr.images import FloatArray
from fracorr_matplotlib.style import fracorr_style
from fracorr_scenes.warps import Warps

LABELS = {
    "noise": "noise, σ in gray levels",
    "brightness": "brightness, added gray levels",
    "contrast": "contrast, factor",
    "jpeg": "JPEG quality",
    "occlusion": "part covered, %",
}
STYLES = {
    "harmonic": ("C0", "o", "fracorr"),
    "harmonic-covered": ("C2", "D", "--covered"),
    "sift": ("C1", "s", "SIFT"),
    "orb": ("C3", "^", "ORB"),
}


def curves(out: pathlib.Path, levels: Mapping[str, Sequence[float]], path: pathlib.Path) -> None:
    """Draw hit rates over the levels of everything that makes a picture worse."""
    with fracorr_style():
        figure, axes = plt.subplots(1, len(levels), figsize=(10.5, 2.6), sharey=True, layout="constrained")
        for ax, (kind, values) in zip(axes, levels.items(), strict=True):
            for method, (color, marker, label) in STYLES.items():
                points = rates(out, kind, values, method)
                places = [100 * level if kind == "occlusion" else level for level, _ in points]
                ax.plot(places, [100 * rate for _, rate in points], color=color, marker=marker, ms=4, label=label)
            ax.set_xlabel(LABELS[kind])
            ax.set_ylim(-4, 104)
            ax.grid(color="0.9", linewidth=0.6)
            ax.spines[["top", "right"]].set_visible(False)
            if kind in ("contrast", "jpeg"):
                ax.set_xscale("log")
                ax.invert_xaxis()
                ticks = [level for level, _ in rates(out, kind, values, "harmonic")]
                ax.set_xticks(ticks, [_tick(kind, tick) for tick in ticks])
                ax.minorticks_off()
        axes[0].set_ylabel("hits, %")
        axes[1].legend(frameon=False, loc="lower left")  # where there is most room
        figure.savefig(path, dpi=160)
        plt.close(figure)


def _tick(kind: str, level: float) -> str:
    if kind == "jpeg" and level == 100:
        return "none"
    return f"{level:g}" if level >= 1 else f"1/{1 / level:g}"


def rates(out: pathlib.Path, kind: str, values: Sequence[float], method: str) -> list[tuple[float, float]]:
    """Return levels and hit rates, the unspoilt pictures included, as far as they were measured."""
    skipped = ambiguous(out, "mild")
    points = []
    plain = {"noise": 0.0, "brightness": 0.0, "contrast": 1.0, "jpeg": 100.0, "occlusion": 0.0}[kind]
    count = len(read(out, f"{kind}={values[0]:g}", method))
    for level in sorted({plain, *values}):
        lines = read(out, "mild", method)[:count] if level == plain else read(out, f"{kind}={level:g}", method)
        found = tally(lines, lambda line: line["number"] not in skipped)
        if found is not None:
            points.append((level, found.rate))
    return points


def failures(
    out: pathlib.Path, suites: Mapping[str, Warps], names: Mapping[str, str], path: pathlib.Path
) -> list[tuple[str, Line]]:
    """Draw every case with one right answer that was missed, and return them."""
    missed = [
        (suite, line)
        for suite in suites
        for line in read(out, suite, "harmonic")
        if not is_hit(line) and line["number"] not in ambiguous(out, suite)
    ]
    if not missed:
        path.unlink(missing_ok=True)
        return missed
    with fracorr_style():
        figure = plt.figure(figsize=(9.6, 2.2 * len(missed)), layout="constrained")
        grid = figure.add_gridspec(len(missed), 4, width_ratios=(4, 3, 3, 3))
        for row, (suite, line) in enumerate(missed):
            axes = [figure.add_subplot(grid[row, column]) for column in range(4)]
            axes[0].set_title(f"{names[suite]}, {line['number']}")
            _draw_miss(axes, suites[suite].scene(line["number"]), line)
        figure.savefig(path, dpi=120)
        plt.close(figure)
    return missed


def _draw_miss(axes: Sequence[Axes], scene: Scene, line: Line) -> None:
    """Draw the scene with the truth and what was found, the template, and what the scene shows of it in both."""
    assert scene.own is not None
    axes[0].imshow(scene.gray, cmap="gray")
    axes[1].imshow(scene.own.gray, cmap="gray", interpolation="nearest")
    axes[1].set_title(f"template, {line['side']} px")
    size, how = (line["side"],) * 2, cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    for ax, key, color in zip(axes[2:], ("truth", "found"), ("C5", "C1"), strict=True):
        pose = line[key]
        ax.set_title(key if key == "truth" or pose is None else f"found, {line['score']:.3f}")
        if pose is not None:
            corners = box(pose, line["side"]).polygon()
            axes[0].plot(*corners[[0, 1, 2, 3, 0]].T, color=color, linewidth=1.6)
            seen = cv2.warpAffine(scene.gray, to_scene(tuple(pose), line["side"]), size, flags=how)
            ax.imshow(seen, cmap="gray", interpolation="nearest")
        ax.spines[:].set(visible=True, color=color, linewidth=3)
    for ax in axes:
        ax.set(xticks=[], yticks=[])
    axes[0].set(xlim=(-0.5, scene.width - 0.5), ylim=(scene.height - 0.5, -0.5))


def _put_template(drawn: FloatArray, template: Kernel, *, right: bool, bottom: bool) -> None:
    """Put the template into a corner, in a white frame."""
    framed = np.pad(template.rgb, ((3, 3), (3, 3), (0, 0)), constant_values=1.0)
    height, width = framed.shape[:2]
    rows = slice(drawn.shape[0] - height, None) if bottom else slice(0, height)
    columns = slice(drawn.shape[1] - width, None) if right else slice(0, width)
    drawn[rows, columns] = framed


def example(path: pathlib.Path) -> None:
    """Draw a scene like those of the suites, with what was found in it."""
    scene = Warps(template=(96,), scales=(0.5, 2.0), noise=10).scene(7)
    assert scene.own is not None
    drawn = np.array(draw_matches(scene.pixels, find(scene, scene.own)))
    _put_template(drawn, scene.own, right=True, bottom=False)
    images.write(path, drawn)
