"""Scores by the definitions, with plain sums in double precision over every window: what the fast code must equal."""

import numpy as np

#: Method of fracorr.correlation.Correlation → number of the method in OpenCV.
METHODS = {"sqdiff": 0, "sqdiff_normed": 1, "ccorr": 2, "ccorr_normed": 3, "ccoeff": 4, "ccoeff_normed": 5}


def windows(scene, shape):
    """Return every window of a scene, (H', W', C, h, w) float64."""
    planes = np.asarray(scene, dtype=np.float64)
    planes = planes[..., None] if planes.ndim == 2 else planes
    return np.lib.stride_tricks.sliding_window_view(planes, shape, axis=(0, 1))


def scores(scene, pixels, support):
    """Return the six surfaces, as OpenCV's documentation defines them with a mask.

    Windows and kernels without any contrast or energy have the worst score that does not claim a likeness.
    """
    template = np.asarray(pixels, dtype=np.float64)
    template = np.moveaxis(template[..., None] if template.ndim == 2 else template, 2, 0)
    mask = np.asarray(support, dtype=np.float64)
    result = {name: [] for name in METHODS}
    for row in windows(scene, mask.shape):
        for name, values in _row(row, template, mask).items():
            result[name].append(values)
    return {name: np.array(rows) for name, rows in result.items()}


def _row(row, template, mask):
    def total(values):
        return values.sum(axis=(-3, -2, -1))

    product = total(row * template * mask**2)
    norm = np.sqrt(total((row * mask) ** 2) * total((template * mask) ** 2))
    difference = total(((row - template) * mask) ** 2)
    window = mask * (row - ((row * mask).sum(axis=(-2, -1)) / mask.sum())[..., None, None])
    kernel = mask * (template - ((template * mask).sum(axis=(-2, -1)) / mask.sum())[..., None, None])
    deviation = np.sqrt(total(window**2) * total(kernel**2))
    # What is flat has nothing but the rounding of its mean, about 1e-16 of it.
    deviation[deviation < 1e-13 * np.sqrt(norm * deviation.max(initial=0)) + 1e-15 * norm] = 0
    return {
        "sqdiff": difference,
        "sqdiff_normed": np.minimum(_ratio(difference, norm, 1.0), 1.0),
        "ccorr": product,
        "ccorr_normed": _ratio(product, norm, 0.0),
        "ccoeff": total(window * kernel),
        "ccoeff_normed": _ratio(total(window * kernel), deviation, 0.0),
    }


def _ratio(values, norms, otherwise):
    return np.divide(values, norms, out=np.full_like(values, otherwise), where=norms > 0)


def assert_close(found, expected, name, tolerance=1e-5):
    """Compare, relative to the largest score of the surface; normalised scores are of order 1 by themselves."""
    scale = 1.0 if name.endswith("normed") else max(float(np.abs(expected).max()), 1e-30)
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * scale, err_msg=name)
