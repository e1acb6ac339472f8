"""Census correlation: not how bright pixels are is compared, but which of their neighbours are brighter.

References
----------
R. Zabih and J. Woodfill (1994), "Non-parametric local transforms for computing visual correspondence", ECCV '94,
Lecture Notes in Computer Science 801, 151-158, doi:10.1007/BFb0028345.
"""

from collections.abc import Iterator

import attrs
import numpy as np
import numpy.typing as npt
from fracorr import ImageError, Kernel, Response, Scene, parameter
from fracorr.correlation import cross_correlate


@attrs.frozen
class Census:
    """Agreement of the census transforms of scene and kernel, over the kernel's support.

    Each pixel becomes eight signs: whether the neighbour in each direction is brighter (+1), darker (-1) or about the same
    (0). The score is the mean product of the signs, in [-1, 1]; it does not change under any rising change of
    brightness, a gamma curve for instance. A flat kernel or window scores 0.

    Attributes
    ----------
    distance : int
        How far away the neighbours are, in pixels.
    same : float
        Differences of brightness up to this are none.
    """

    distance: int = attrs.field(
        default=2,
        validator=attrs.validators.and_(attrs.validators.ge(1), attrs.validators.le(32)),
        metadata=parameter("How far away the compared neighbours are", unit="px"),
    )
    same: float = attrs.field(
        default=1e-4,
        validator=attrs.validators.ge(0),
        metadata=parameter("Differences of brightness up to this are none"),
    )

    def correlate(self, scene: Scene, kernel: Kernel) -> Response:
        """Return the agreement at every place where the kernel fits wholly."""
        if kernel.height > scene.height or kernel.width > scene.width:
            raise ImageError(
                f"the kernel ({kernel.width}×{kernel.height} px) is larger than the scene ({scene.width}×{scene.height} "
                "px); make it smaller"
            )
        height, width = scene.height - kernel.height + 1, scene.width - kernel.width + 1
        total = np.zeros((height, width))
        weight = 0.0
        for plane, signs in zip(self._planes_of(scene), self.signs(kernel.gray), strict=True):
            weights = signs * kernel.support
            if weights.any():
                # The scene's planes are scenes of their own, whose transforms all kernels share.
                total += cross_correlate(plane, weights)
            weight += float(np.abs(weights).sum())
        scores = np.clip(total / weight, -1, 1) if weight else total
        return Response.sliding(scores, kernel)

    def _planes_of(self, scene: Scene) -> list[Scene]:
        return scene.memo.get(("census", self), lambda: [Scene(plane) for plane in self.signs(scene.gray)])

    def signs(self, gray: npt.NDArray[np.float32]) -> Iterator[npt.NDArray[np.float32]]:
        """Yield the eight signs of each pixel, (H, W) each; 0 where the neighbour is outside."""
        reach = self.distance
        padded = np.pad(gray.astype(np.float64), reach, mode="edge")
        height, width = gray.shape
        rows, columns = np.indices(gray.shape)
        for down in (-reach, 0, reach):
            for right in (-reach, 0, reach):
                if down == right == 0:
                    continue
                neighbour = padded[reach + down : reach + down + height, reach + right : reach + right + width]
                inside = (
                    (0 <= rows + down) & (rows + down < height) & (0 <= columns + right) & (columns + right < width)
                )
                difference = neighbour - gray
                yield (np.sign(difference) * (np.abs(difference) > self.same) * inside).astype(np.float32)
