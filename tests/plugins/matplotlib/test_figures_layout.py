import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr_matplotlib.frames import Frame, View
from fracorr_matplotlib.layout import CAPTION, LEGEND, MARGIN, TITLE, Layout, pages


def specs(what, count):
    return [f"{what}-{number}" for number in range(count)]


def overlap(first, second):
    return (
        min(first.right, second.right) - max(first.x, second.x) > 1e-6
        and min(first.bottom, second.bottom) - max(first.y, second.y) > 1e-6
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60))
def test_every_arm_has_one_place_and_no_page_is_long(chains, methods):
    found = pages(specs("chain", chains), specs("method", methods))
    arms = [(chain, method) for page in found for chain in page.chains for method in page.methods]
    assert sorted(arms) == sorted(itertools.product(specs("chain", chains), specs("method", methods)))
    for page in found:
        assert len(page.bands) * (len(page.methods) + 1) <= 30
        assert max(map(len, page.bands)) <= 5
        # A band is never longer than the one above it, and the last one never much shorter than the first.
        lengths = [len(band) for band in page.bands]
        assert lengths == sorted(lengths, reverse=True)
        assert lengths[0] - lengths[-1] <= 1


@pytest.mark.parametrize(
    ("chains", "methods", "bands"),
    [
        (1, 1, [[1]]),
        (3, 6, [[3]]),
        (8, 2, [[4, 4]]),
        (2, 8, [[2]]),
        (5, 3, [[5]]),
        (9, 2, [[5, 4]]),
        (40, 1, [[5] * 8]),
    ],
)
def test_usual_experiments_take_one_page(chains, methods, bands):
    found = pages(specs("chain", chains), specs("method", methods))
    assert [[len(band) for band in page.bands] for page in found] == bands


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 5000), st.integers(1, 5000))
def test_nothing_on_a_sheet_overlaps_or_leaves_it(chains, methods, height, width):
    for page in pages(specs("chain", chains), specs("method", methods)):
        layout = Layout(page, (height, width))
        frames = [layout.heading(chain) for chain in page.chains]
        pairs = [layout.pair(chain, method) for chain in page.chains for method in page.methods]
        for picture in [*(layout.kernel(chain) for chain in page.chains), *itertools.chain(*pairs)]:
            frames.append(Frame(picture.x, picture.y, picture.width, picture.height + CAPTION))
        for first, second in itertools.combinations(frames, 2):
            assert not overlap(first, second)
        for frame in frames:
            assert frame.x >= MARGIN
            assert frame.right <= layout.width - MARGIN + 1e-6
            assert frame.y >= MARGIN + TITLE
            assert frame.bottom <= layout.height - LEGEND + 1e-6


def test_a_frame_is_fitted_without_distortion():
    assert Frame(10, 20, 100, 50).fitted((10, 40)) == Frame(10, 32.5, 100, 25)
    assert Frame(10, 20, 100, 50).fitted((40, 10)) == Frame(53.75, 20, 12.5, 50)


def test_a_view_counts_from_the_middle_of_the_first_pixel():
    view = View(Frame(100, 200, 80, 40), (20, 40))  # two points per pixel
    assert view.place((0, 0)).tolist() == [101, 201]
    assert view.place((-0.5, -0.5)).tolist() == [100, 200]
    assert view.place(np.array([[39.5, 19.5]])).tolist() == [[180, 240]]
    # A response of 5 × 31 whose first place is at (5, 8) begins at the left edge of that pixel.
    assert view.window(5, 8, (5, 31)) == Frame(110, 216, 62, 10)
