import numpy as np
import pytest

from fracorr import images
from fracorr_matplotlib.canvas import Canvas
from fracorr_matplotlib.frames import Frame
from fracorr_matplotlib.style import fracorr_style


@pytest.fixture
def saved(tmp_path):
    def save(draw, width=100, height=60, dpi=72):
        with fracorr_style():
            canvas = Canvas(width, height, dpi)
            draw(canvas)
            canvas.save([tmp_path / "figure.png"])
        return images.to_bytes(images.read(tmp_path / "figure.png").pixels)

    return save


@pytest.mark.parametrize("dpi", [72, 144])
def test_a_picture_stands_where_it_should_pixel_for_pixel(saved, dpi):
    factor = dpi // 72
    picture = np.random.default_rng(0).integers(0, 256, (20 * factor, 30 * factor, 3))
    frame = Frame(10, 25, 30, 20)
    shown = saved(lambda canvas: canvas.picture(frame, np.float32(picture / 255)), dpi=dpi)
    assert shown.shape == (60 * factor, 100 * factor, 3)
    assert (shown[25 * factor : 45 * factor, 10 * factor : 40 * factor] == picture).all()
    shown[25 * factor : 45 * factor, 10 * factor : 40 * factor] = 255
    assert (shown == 255).all()


def test_a_picture_is_cut_at_the_frame_that_it_lies_within(saved):
    black = np.zeros((4, 4), np.float32)
    shown = saved(lambda canvas: canvas.picture(Frame(-5, 10, 40, 200), black, within=Frame(10, 20, 100, 15)))
    rows, columns = np.nonzero(shown[..., 0] == 0)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (20, 34, 10, 34)


@pytest.mark.parametrize("align", ["left", "center", "right"])
@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("size", [6.5, 12])
def test_a_line_of_text_stays_within_its_width(saved, align, bold, size):
    x = {"left": 20, "center": 50, "right": 80}[align]
    text = "tm_ccoeff_normed WWW iii " * 9
    shown = saved(lambda canvas: canvas.line(text, x, 40, 60, size=size, align=align, bold=bold), dpi=144)
    _, columns = np.nonzero((shown < 250).any(axis=2))
    assert columns.min() >= 2 * 20 - 2
    assert columns.max() <= 2 * 80 + 2
    # It is not cut shorter than it need be either.
    assert columns.max() - columns.min() > 2 * (60 - 2 * size)


@pytest.mark.parametrize("anchor", ["first", "middle", "last"])
def test_a_paragraph_stays_within_its_lines(saved, anchor):
    text = "RuntimeError: " + "one two three " * 50
    shown = saved(
        lambda canvas: canvas.paragraph(
            text, 10, {"first": 20, "middle": 30, "last": 40}[anchor], 80, 3, anchor=anchor
        ),
    )
    rows, columns = np.nonzero((shown < 250).any(axis=2))
    # Three lines of 8 points, 10 apart, whose bases are about at 20, 30 and 40.
    assert 10 <= rows.min() <= 16
    assert 39 <= rows.max() <= 44
    assert columns.min() >= 9
    assert columns.max() <= 91


def test_a_dollar_is_no_formula(saved):
    plain = saved(lambda canvas: canvas.line("a$b$c $\\frac{1}", 5, 40, 90))
    assert (plain < 250).any()


def test_a_polygon_ends_at_its_frame(saved):
    corners = np.array([[20.0, 20.0], [200.0, 20.0], [200.0, 90.0], [20.0, 90.0]])
    shown = saved(lambda canvas: canvas.polygon(corners, "C1", dashed=False, within=Frame(10, 10, 60, 30)))
    vermillion = np.abs(shown.astype(int) - (0xD5, 0x5E, 0x00)).sum(axis=2) < 60
    rows, columns = np.nonzero(vermillion)
    assert (rows.min(), columns.min()) == pytest.approx((20, 20), abs=1.5)
    assert rows.max() <= 41
    assert columns.max() <= 71
