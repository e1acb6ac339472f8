"""Rotation, scale and shift between two images, from the magnitudes of their spectra in log-polar coordinates."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar, Final

import attrs
import numpy as np
import numpy.typing as npt
import scipy.fft

from fracorr import Kernel, Match, Response, Scene, parameter, sampling
from fracorr.opencv import cv2
from fracorr_fourier.centring import centred, is_flat
from fracorr_fourier.phases import CrossPhases

RealArray = npt.NDArray[np.float64]

#: Samples of the log-polar spectrum: half a turn in steps of half a degree, and five octaves of frequency.
_ANGLES: Final = 360
_RADII: Final = 256
_OCTAVES: Final = 5

#: Images with longer sides than this are registered at a smaller size: the transforms would need many gigabytes.
_LARGEST: Final = 2048


@attrs.frozen
class FourierMellin:
    """Registration of whole images: the one rotation, scale and shift that takes the kernel to the scene.

    A shift does not change the magnitude of a spectrum, a rotation rotates it, and a scale becomes a shift of the
    logarithmic radius. So a phase correlation of the two magnitudes in log-polar coordinates gives angle and scale,
    up to half a turn; the kernel is then turned and scaled back both ways, and a phase correlation with the scene
    gives the place and decides. The best few angles and scales are tried in this way.

    The kernel should show most of what the scene shows, or the other way around: a small template in a large scene
    is drowned by the rest of the spectrum. The scores are those of the last phase correlation, in [-1, 1], for the
    kernel's centre at each pixel of the scene. Colour images are compared by their luma, those
    with sides above 2048 pixels at a smaller size.

    References
    ----------
    B. S. Reddy and B. N. Chatterji, "An FFT-based technique for translation, rotation, and scale-invariant image
    registration", IEEE Transactions on Image Processing 5(8), 1996, doi:10.1109/83.506761.
    """

    any_size: ClassVar[bool] = True

    max_scale: float = attrs.field(
        default=4.0,
        validator=[attrs.validators.ge(1), attrs.validators.le(8)],
        metadata=parameter("Scales from one over this up to this are looked for"),
    )
    candidates: int = attrs.field(
        default=4,
        validator=[attrs.validators.ge(1), attrs.validators.le(50)],
        metadata=parameter("How many pairs of angle and scale are tried"),
    )

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        size = (kernel.width, kernel.height)
        if is_flat(scene.gray) or is_flat(kernel.gray, kernel.support):
            return Response(np.zeros(scene.shape), "higher", (0.0, 0.0), size)
        largest = max(*scene.shape, *kernel.shape)
        if largest > _LARGEST:
            return self._shrunk(scene, kernel, _LARGEST / largest)
        best, phases, pose = np.zeros(scene.shape), None, (0.0, 1.0)
        for tried in self.poses(scene, kernel):
            compared = _phases(scene, kernel, *tried)
            surface = compared.surface()[: scene.height, : scene.width]
            if phases is None or surface.max() > best.max():
                best, phases, pose = surface, compared, tried
        if phases is None:
            return Response(best, "higher", (0.0, 0.0), size)
        angle, scale = pose
        row, column = np.unravel_index(int(np.argmax(best)), scene.shape)
        y, x, score = phases.refine(float(row), float(column), 20)
        return Response(
            best,
            "higher",
            (0.0, 0.0),
            size,
            angle=np.full(scene.shape, angle),
            scale=np.full(scene.shape, scale),
            poses=[Match(x, y, angle, scale, kernel.width * scale, kernel.height * scale, score)],
        )

    def _shrunk(self, scene: Scene, kernel: Kernel, factor: float) -> Response:
        """Register smaller versions of both, and tell the result in the pixels of the large ones."""
        height, width = (max(1, round(side * factor)) for side in scene.shape)
        small = scene.memo.get(
            ("fourier: shrunk", height, width),
            lambda: Scene(cv2.resize(scene.gray, (width, height), interpolation=cv2.INTER_AREA), name=scene.name),
        )
        template = sampling.resize(kernel, *(max(1, round(side * factor)) for side in kernel.shape))
        found = self.correlate(small, template)
        down, across = (a / b for a, b in zip(scene.shape, small.shape, strict=True))
        # Rounding to whole pixels shrinks the two not quite alike.
        growth = math.sqrt(down * across * template.height * template.width / (kernel.height * kernel.width))
        poses = [
            attrs.evolve(
                pose,
                x=(pose.x + 0.5) * across - 0.5,
                y=(pose.y + 0.5) * down - 0.5,
                scale=pose.scale * growth,
                width=kernel.width * pose.scale * growth,
                height=kernel.height * pose.scale * growth,
            )
            for pose in found.poses or ()
        ]
        best = found.best()
        return Response(
            cv2.resize(found.scores, (scene.width, scene.height), interpolation=cv2.INTER_LINEAR),
            "higher",
            (0.0, 0.0),
            (kernel.width, kernel.height),
            angle=np.full(scene.shape, best.angle, np.float32),
            scale=np.full(scene.shape, best.scale * growth, np.float32),
            poses=poses or None,
        )

    def poses(self, scene: Scene, kernel: Kernel) -> Iterator[tuple[float, float]]:
        """Yield angles in [-180, 180) degrees and scales to try; none if either image is flat."""
        side = scipy.fft.next_fast_len(max(128, *scene.shape, *kernel.shape), real=True)
        ones = np.ones(scene.shape)
        spectrum = scene.memo.get(("fourier: log-polar", side), lambda: _log_polar(scene.gray, ones, side))
        # Zeros beyond the radii, so that a scale does not come back in at the other end.
        shape = (_ANGLES, 2 * _RADII)
        first, second = (
            scipy.fft.rfft2(each, shape) for each in (spectrum, _log_polar(kernel.gray, kernel.support, side))
        )
        phases = CrossPhases.between(first, second, shape)
        if phases.count == 0:
            return
        step = _OCTAVES * math.log(2) / _RADII
        reach = min(_RADII - 1, round(math.log(self.max_scale) / step))
        surface = np.roll(phases.surface(), reach, axis=1)[:, : 2 * reach + 1]
        for row, column in _peaks(surface, self.candidates):
            y, x, _ = phases.refine(row, column - reach, 10)
            angle, scale = y * 180.0 / _ANGLES, math.exp(-x * step)
            for turned in (angle, angle - 180.0):
                yield (turned + 180.0) % 360.0 - 180.0, scale


def _log_polar(gray: npt.ArrayLike, support: npt.ArrayLike, side: int) -> RealArray:
    """Return the magnitude of a spectrum: rows are half a turn counter-clockwise, columns the logarithm of frequency.

    The picture fades out towards its edges, which would otherwise make a cross in the spectrum; low frequencies are
    damped by the paper's filter (1 - X)(2 - X), X = cos(pi u) cos(pi v), as they look the same at any angle.
    """
    weights = np.asarray(support, dtype=np.float64)
    weights = weights * np.outer(*(np.hanning(length + 2)[1:-1] for length in weights.shape))
    magnitude = np.abs(scipy.fft.fftshift(scipy.fft.fft2(centred(gray, weights) * weights, (side, side))))
    cosine = np.cos(np.pi * scipy.fft.fftshift(scipy.fft.fftfreq(side)))
    X = np.outer(cosine, cosine)
    magnitude *= (1 - X) * (2 - X)
    turn = np.pi * np.arange(_ANGLES)[:, None] / _ANGLES
    radius = side / 2 * 2.0 ** (_OCTAVES * (np.arange(_RADII)[None, :] / _RADII - 1))
    x, y = side // 2 + radius * np.cos(turn), side // 2 - radius * np.sin(turn)
    largest = max(float(magnitude.max()), 1e-300)
    sampled = cv2.remap(
        (magnitude / largest).astype(np.float32), x.astype(np.float32), y.astype(np.float32), cv2.INTER_CUBIC
    )
    return np.asarray(sampled, dtype=np.float64)


def _peaks(surface: RealArray, count: int) -> Iterator[tuple[int, int]]:
    """Yield the highest places that are not beside a higher one."""
    padded = np.pad(surface.astype(np.float32), ((3, 3), (3, 3)), mode="wrap")
    highest = cv2.dilate(padded, np.ones((7, 7), np.uint8))[3:-3, 3:-3]
    rows, columns = np.nonzero(surface.astype(np.float32) >= highest)
    for index in np.argsort(-surface[rows, columns], kind="stable")[:count]:
        yield int(rows[index]), int(columns[index])


def _phases(scene: Scene, kernel: Kernel, angle: float, scale: float) -> CrossPhases:
    """Compare the scene with the turned and scaled kernel; a shift is the place of the kernel's centre."""
    # Twice the scene holds all of a kernel that can overlap it while its centre is inside.
    height, width = (scipy.fft.next_fast_len(2 * length, real=True) for length in scene.shape)
    cosine, sine = math.cos(math.radians(angle)) * scale, math.sin(math.radians(angle)) * scale
    # The kernel's centre goes to the middle of the canvas; y points down.
    matrix = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0]])
    matrix[:, 2] = (width // 2, height // 2) - matrix[:, :2] @ kernel.centre
    template = centred(kernel.gray, kernel.support) * kernel.support
    if scale < 1:
        # Averages what falls onto one pixel of the smaller picture.
        template = np.asarray(cv2.GaussianBlur(template, (0, 0), max(0.1, 0.5 * math.sqrt(scale**-2 - 1))), np.float64)
    canvas = cv2.warpAffine(template, matrix, (width, height), flags=cv2.INTER_CUBIC)
    spectrum = scene.memo.get("fourier: padded spectrum", lambda: scipy.fft.rfft2(centred(scene.gray), (height, width)))
    return CrossPhases.between(spectrum, scipy.fft.rfft2(scipy.fft.ifftshift(canvas)), (height, width))
